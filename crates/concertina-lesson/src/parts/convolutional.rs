//! The convolutional autoencoder.

use super::{Comparison, differences};
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio};
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    let architecture = &trained.model.architecture;
    part.done(format!(
        "A network of {} weights is trained. Its encoder slides small filters of 3 x 3 pixels over the picture and keeps the \
         strongest answer of every four neighbours, three times over: 28 x 28 pixels become 8 maps of 4 x 4, a code of {} \
         numbers, about a sixth of the picture. The decoder goes the same way back and doubles the sides instead.",
        thousands(architecture.n_parameters()),
        architecture.latent_dim
    ));
    part.look(
        "Images that the network was never trained on, above what came back. The digit, its slant and the way it is written \
         survive; edges are softer, and unusual strokes are replaced by usual ones.",
    );
    part.figure(trained.source().reconstructions()?);
    part.why(
        "128 numbers cannot hold every picture of 784 pixels, only the ones that are likely. The network spends them on what \
         digits differ in. It has no numbers left for the grain of a single stroke, and draws the average of what could \
         have been there: a soft edge.",
    );
    part.figure(trained.source().curves()?);
    part.look(
        "Both curves fall together. Were the network learning its training images by heart, the curve of the held-out ones would \
         turn upwards. With so few weights it cannot.",
    );
    Comparison::of_loss(&trained, "loss on held-out images", "0.0953")
        .row("after the first epoch", "0.1454", super::number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.name(
        "Sliding filters: convolution. Keeping the strongest of four: max pooling. The loss here is binary cross-entropy, \
         averaged over the pixels: how surprised one is by a pixel that was said to be white with this probability. It \
         does not reach 0 even for a perfect answer, because grey pixels are always a surprise.",
    );
    Ok(())
}
