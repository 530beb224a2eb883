//! The adversarial autoencoder.

use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio};

#[expect(clippy::unnecessary_wraps, reason = "sections may fail")]
pub(super) fn section(_: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.done(
        "A third network is added, a discriminator: it is shown codes of images and codes drawn from the prior, and learns to tell \
         them apart. The encoder learns to deceive it. In the end the codes of all images together look like draws from the prior, \
         without a formula for the divergence.",
    );
    part.left_out("This version of the program cannot train it yet.");
    Ok(())
}
