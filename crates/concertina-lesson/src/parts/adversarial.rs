//! The adversarial autoencoder.

use super::{Comparison, number};
use crate::error::Result;
use crate::math::CodeMoments;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::math::Codes;
use crate::plot::{Bars, Curves, Series};
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("aae")?;
    part.done(format!(
        "Another way to give all codes together the shape of one cloud, without a formula for it. A second network is added, the \
         discriminator: it is shown codes of images and random draws from the cloud that is wanted, and learns to tell them apart. The \
         encoder learns to deceive it. When it cannot be told any more which is which, the codes have the wanted shape. The code has {} \
         numbers; encoder, decoder and discriminator together {} weights.",
        trained.model.architecture.latent_dim,
        thousands(trained.model.architecture.n_parameters())
    ));
    part.look("Each step has three parts, and each part a loss of its own. First the reconstruction, as ever:");
    part.figure(trained.source().reconstructions()?);
    contest(part, &trained)?;
    compare(part, &trained);
    part.text(
        "The lesson’s own program has slips: its discriminator’s last layer is left out and its weights are never changed, so its losses stay where \
         they began, at 2 ln 2 = 1.39 and ln 2 = 0.69, and what is trained is a plain autoencoder. Here all three parts do what they \
         are meant to. The losses therefore move, and the reconstruction, which now has to share the encoder with the contest, may be somewhat worse.",
    );
    distribution(part, &trained)?;
    part.task("New digits", "");
    part.look("Random draws from the cloud, decoded.");
    part.figure(trained.source().samples()?);
    part.why(
        "The discriminator sees one code at a time and looks for whatever gives it away. That the whole cloud of 150 dimensions is filled evenly it \
         can check only roughly, so some draws still fall where no image’s code is.",
    );
    part.name(
        "An adversarial autoencoder, AAE: an autoencoder whose encoder is the generator of a generative adversarial network, GAN, for codes instead of \
         pictures.",
    );
    Ok(())
}

/// The two losses of the contest by epoch.
fn contest(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let history = &trained.history;
    let of = |name: &str, loss: fn(&crate::train::Losses) -> Option<f64>| {
        Series::by_epoch(name, history.iter().map(|m| loss(&m.valid).unwrap_or(f64::NAN)))
    };
    let series = [
        of("discriminator", |losses| losses.discriminator),
        of("generator (encoder)", |losses| losses.generator),
    ];
    let curves =
        Curves { x_name: "epoch", y_name: "loss in nats", series: &series, ..Curves::default() };
    part.draw(
        |theme| curves.to_png(theme),
        "The losses of the contest on held-out images. Whoever is winning has the lower one; 1.39 and 0.69 mean that nobody can tell codes and draws apart.",
    )
}

fn compare(part: &mut Part, trained: &Trained<'_>) {
    let valid = &trained.last().valid;
    let loss = |loss: Option<f64>| loss.map_or(String::new(), number);
    Comparison::of_loss(trained, "reconstruction loss on held-out images", "0.0945")
        .row("discriminator’s loss", "1.39", loss(valid.discriminator))
        .row("generator’s loss", "0.692", loss(valid.generator))
        .training(trained, [54_000, 30, 256])
        .put(part);
}

/// How the numbers of all codes are distributed, beside the normal distribution.
fn distribution(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let CodeMoments { mean, std, dimension_means: [least, most], .. } =
        CodeMoments::of(trained.codes())?;
    part.task("Has the cloud the wanted shape?", "");
    part.text(format!(
        "The numbers of all held-out codes have the mean {mean:.2} and the standard deviation {std:.2}; wanted are 0 and 1. Each of the \
         numbers by itself should have them too; the means of single numbers lie between {least:.2} and {most:.2}.",
    ));
    let centres: Vec<f64> = (-7..=7).map(|i| f64::from(i) * WIDTH).collect();
    let groups: Vec<String> =
        centres.iter().map(|centre| format!("{centre}").replace('-', "−")).collect();
    let wanted: Vec<f64> = centres
        .iter()
        .map(|x| WIDTH * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt())
        .collect();
    let series =
        [("codes".to_owned(), shares(trained.codes(), &centres)), ("wanted".to_owned(), wanted)];
    let bars = Bars {
        x_name: "a number of a code",
        y_name: "share",
        groups: &groups,
        series: &series,
        ..Bars::default()
    };
    part.draw(
        |theme| bars.to_png(theme),
        "The numbers of all held-out codes by size, beside the standard normal distribution.",
    )
}

/// The width of a bar in the figure of the distribution.
const WIDTH: f64 = 0.5;

/// The share of a code's numbers that lie nearest to each centre, the outermost open to the outside.
fn shares(codes: &Codes, centres: &[f64]) -> Vec<f64> {
    let mut counts = vec![0.0; centres.len()];
    let last = centres.len() as f64 - 1.0;
    for value in codes.values() {
        let place = ((f64::from(*value) - centres[0]) / WIDTH).round().clamp(0.0, last);
        counts[place as usize] += 1.0 / codes.values().len() as f64;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_where_they_lie() {
        let codes = Codes::new(2, vec![-9.0, -0.2, 0.2, 0.6, 9.0, 0.0, 0.0, 0.0]);
        assert_eq!(shares(&codes, &[-0.5, 0.0, 0.5]), [0.125, 0.625, 0.25]);
    }
}
