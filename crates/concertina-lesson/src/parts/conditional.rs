//! The article on conditional variational autoencoders.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::metric::{Labelled, neighbour_accuracy};
use concertina::rng::Seed;
use concertina::text::{number, percent};

use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

/// New images that are classified.
const N_CLASSIFIED: usize = 200;
/// Neighbours that classify them.
const NEIGHBOURS: usize = 5;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.task(
        "Told which digit (Dykeman, 2016)",
        "A variational autoencoder turns a random code into a digit, but we cannot ask for a \
         particular one. Give the label, one of ten, to both encoder and decoder.",
    );
    if !studio.has("conditional-vae") {
        part.left_out("These images have no labels, so there is nothing to train here.");
        return Ok(());
    }
    let trained = studio.model("conditional-vae")?;
    part.look(
        "There is a row for each label and a column for each random code. Every row should show \
         its digit. Down a column the code is the same, and with it the style: slant, width and \
         thickness of the stroke.",
    );
    part.figure(trained.figures().classes()?);
    if let Some(accuracy) = conditional_accuracy(studio, &trained)? {
        part.text(format!(
            "We ask for {N_CLASSIFIED} new images, each label in turn, and classify them by their \
             {NEIGHBOURS} nearest training images: {} show the digit that we asked for. The \
             article gives no figures.",
            percent(accuracy)
        ));
    }
    let valid = &trained.last().valid;
    part.text(format!(
        "The held-out loss is {} nats: {} for the reconstruction and {} for the code with its {} \
         latent dimensions.",
        number(valid.loss),
        number(valid.reconstruction),
        number(valid.term("kl").unwrap_or(f64::NAN)),
        trained.model.architecture.latent_dim
    ));
    part.why(
        "What the decoder is told anyway need not be in the code, and everything in the code has \
         its cost. So the code comes to hold what the label does not say: the style. This is the \
         only model on the page that needs labels.",
    );
    part.terms("A conditional variational autoencoder, CVAE. The label is its condition.");
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
