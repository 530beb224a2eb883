//! The convolutional autoencoder.

use concertina::text::{number, thousands};

use super::comparison::{Comparison, differences};
use crate::page::Part;
use crate::studio::{Halt, Studio};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    let architecture = &trained.model.architecture;
    part.method(format!(
        "We train a network with {} weights. Its encoder slides small filters of 3 x 3 pixels over \
         the picture and keeps the strongest response among every four neighbours. It does this \
         three times: 28 x 28 pixels become 8 maps of 4 x 4, a code of {} numbers, about a sixth \
         of the picture. The decoder does the reverse, doubling width and height instead of \
         halving them.",
        thousands(architecture.n_parameters()),
        architecture.latent_dim
    ));
    part.look(
        "The upper row shows images that the network was never trained on, the lower row what came \
         back. The digit, its slant and the handwriting survive. Edges are softer, and unusual \
         strokes are replaced by usual ones.",
    );
    part.figure(trained.figures().reconstructions()?);
    part.why(
        "128 numbers cannot describe every possible picture of 784 pixels, only the likely ones. \
         The network spends them on the ways in which digits differ. Nothing is left for the \
         texture of a single stroke, so it draws the average of what could have been there: a soft \
         edge.",
    );
    part.figure(trained.figures().curves()?);
    part.look(
        "Both curves fall together. If the network were learning its training images by heart, the \
         validation curve would turn upwards. With so few weights it cannot.",
    );
    Comparison::of_loss(&trained, "loss on held-out images", "0.0953")
        .row("after the first epoch", "0.1454", number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.terms(
        "Sliding a filter over an image is a convolution. Keeping the strongest of four neighbours \
         is max pooling. The loss here is binary cross-entropy, averaged over the pixels: how \
         surprising a pixel is, given the predicted probability that it is white. It does not \
         reach 0 even for a perfect answer, because a grey pixel is always a surprise.",
    );
    Ok(())
}
