//! The article on conditional variational autoencoders.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::metric::{Labelled, neighbour_accuracy};
use concertina::rng::Seed;
use concertina::text::{number, percent};

use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

/// New images that are classified.
const N_CLASSIFIED: usize = 200;
/// Neighbours that classify them.
const NEIGHBOURS: usize = 5;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.task("articles.conditional.heading", "articles.conditional.task");
    if !studio.has("conditional-vae") {
        part.left_out("articles.conditional.no-labels");
        return Ok(());
    }
    let trained = studio.model("conditional-vae")?;
    part.look("articles.conditional.look");
    part.figure(trained.figures().classes()?, "articles.conditional.classes");
    if let Some(accuracy) = conditional_accuracy(studio, &trained)? {
        part.text(
            message("articles.conditional.accuracy")
                .with("images", N_CLASSIFIED)
                .with("neighbours", NEIGHBOURS)
                .with("accuracy", percent(accuracy)),
        );
    }
    let valid = &trained.last().valid;
    part.text(
        message("articles.conditional.loss")
            .with("loss", number(valid.loss))
            .with("reconstruction", number(valid.reconstruction))
            .with("kl", number(valid.term("kl").unwrap_or(f64::NAN)))
            .with("latent", trained.model.architecture.latent_dim),
    );
    part.why("articles.conditional.why");
    part.terms("articles.conditional.terms");
    Ok(())
}

/// The fraction of new images whose nearest training images have the label that was asked for;
/// nothing if the training images are all of one class.
fn conditional_accuracy(studio: &Studio<'_>, trained: &Trained<'_>) -> Result<Option<f64>> {
    let data = &studio.stock.digits;
    let asked = trained.model.labels_in_turn(N_CLASSIFIED);
    let (Some(labels), Some(asked)) = (&data.train_labels, asked) else { return Ok(None) };
    let train = FloatImages::of(&data.train)?;
    let known = Labelled::new(train.as_points("training images")?, labels)?;
    if known.classes().len() < 2 || data.train.len() < NEIGHBOURS {
        return Ok(None);
    }
    let images = trained.model.conditioned_on(&asked)?.sample(Seed(42))?;
    let new = Labelled::new(images.as_points("new images")?, &asked)?;
    Ok(Some(neighbour_accuracy(known, new, NEIGHBOURS)?))
}
