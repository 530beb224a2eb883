//! The adversarial autoencoder.

use super::{Comparison, differences, number};
use crate::error::Result;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::plot::{Curves, Series};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("aae")?;
    part.done(
        "A third network is added, a discriminator: it is shown codes of images and codes drawn from the prior, and learns to tell \
         them apart. The encoder learns to deceive it. In the end the codes of all images together look like draws from the prior, \
         without a formula for the divergence. Each step of training has three phases, each with a gradient of its own: first encoder and \
         decoder learn to return the images, then the discriminator learns, then the encoder learns to deceive it.",
    );
    part.look("150 numbers are much for a digit: the reconstructions are sharp.");
    part.figure(trained.source().reconstructions()?);
    part.look(
        "New pictures, of codes drawn from the prior. The better the codes of images pass for such draws, the more of these are digits.",
    );
    part.figure(trained.source().samples()?);
    contest(part, &trained)?;
    let last = &trained.last().valid;
    let nats = |loss: Option<f64>| number(loss.unwrap_or(f64::NAN));
    Comparison::of_loss(&trained, "loss on held-out images", "0.0945")
        .row("discriminator’s loss", "1.39", nats(last.discriminator))
        .row("encoder’s loss against it", "0.692", nats(last.generator))
        .training(&trained, [54_000, 30, 256])
        .put(part);
    part.text(differences(studio.pace));
    part.why(
        "The lesson’s discriminator stays at 1.39, twice the logarithm of 2: it guesses. In its code the optimiser that is called after the \
         discriminator’s gradient is the decoder’s, so the discriminator never learns, and the encoder has nobody to deceive. Here it \
         learns, and its loss leaves that line.",
    );
    part.name("An adversarial autoencoder, AAE; the encoder is also called the generator, after the networks that the idea comes from.");
    Ok(())
}

/// The losses of both sides by epoch.
fn contest(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let losses = |of: fn(&crate::train::Losses) -> Option<f64>| {
        trained.history.iter().map(move |metrics| of(&metrics.valid).unwrap_or(f64::NAN))
    };
    let series = [
        Series::by_epoch("discriminator", losses(|losses| losses.discriminator)),
        Series::by_epoch("encoder against it", losses(|losses| losses.generator)),
    ];
    let curves =
        Curves { x_name: "epoch", y_name: "loss in nats", series: &series, ..Curves::default() };
    part.draw(
        |theme| curves.to_png(theme),
        "The contest on held-out images. A discriminator that can only guess has a loss of 1.386, and its opponent one of 0.693.",
    )
}
