//! The article on conditional variational autoencoders.

use super::number;
use crate::error::Result;
use crate::math::Points;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::metric::{Labelled, neighbour_accuracy};
use crate::data::FloatImages;
use crate::rng::Seed;

/// New pictures that are judged.
const N_JUDGED: usize = 200;
/// Neighbours that judge them.
const NEIGHBOURS: usize = 5;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.task(
        "Told the digit (Dykeman, 2016)",
        "A variational autoencoder makes a digit of a random code, but which one cannot be asked for. Give the label, one of ten, to encoder \
         and decoder both.",
    );
    if !studio.has("conditional-vae") {
        part.left_out("These images have no labels to be told, so there is nothing to train here.");
        return Ok(());
    }
    let trained = studio.model("conditional-vae")?;
    part.look(
        "A row for each label, a column for each random code. Every row is to show its digit; down a column the code is the same, and \
         with it the style: the slant, the width, the strength of the stroke.",
    );
    part.figure(trained.source().classes()?);
    if let Some(right) = recognised(studio, &trained)? {
        part.text(format!(
            "Of {N_JUDGED} new pictures, asked for in turn as every label, {:.1} % are taken for what was asked by their {NEIGHBOURS} nearest \
             training images. The article states no figures.",
            100.0 * right
        ));
    }
    let valid = &trained.last().valid;
    part.text(format!(
        "Held-out loss {} nats: {} for what is lost of the image, {} for the code of {} numbers.",
        number(valid.loss),
        number(valid.reconstruction),
        number(valid.kl.unwrap_or_default()),
        trained.model.architecture.latent_dim
    ));
    part.why(
        "What the decoder is told anyway need not be in the code, and every number in the code has its price. So the code comes to hold what \
         the label does not say: the style. This is the one model of the page that needs labels.",
    );
    part.name("A conditional variational autoencoder, CVAE; the label is its condition.");
    Ok(())
}

/// The share of new pictures that their nearest training images take for what was asked; nothing if all of those are of one class.
fn recognised(studio: &Studio<'_>, trained: &Trained<'_>) -> Result<Option<f64>> {
    let data = &studio.stock.digits;
    let asked = trained.model.labels_in_turn(N_JUDGED);
    let (Some(labels), Some(asked)) = (&data.train_labels, asked) else { return Ok(None) };
    let train = FloatImages::from(&data.train);
    let known = Labelled::new(train.as_points("training images")?, labels)?;
    if known.classes().len() < 2 || data.train.len() < NEIGHBOURS {
        return Ok(None);
    }
    let pictures = trained.model.conditioned_on(&asked)?.sample(Seed(42))?;
    let new = Labelled::new(pictures.as_points("new pictures")?, &asked)?;
    Ok(Some(neighbour_accuracy(known, new, NEIGHBOURS)?))
}
