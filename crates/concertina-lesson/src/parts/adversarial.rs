//! The adversarial autoencoder.

use concertina::Result;
use concertina::math::{CodeMoments, Codes};
use concertina::text::{hundredths, number, thousands};
use concertina_report::plot::{Bars, Curves, Series};

use super::comparison::Comparison;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("aae")?;
    part.method(format!(
        "There is another way to give all codes together the shape of one cloud, without a formula \
         for it. We add a second network, the discriminator. It is shown codes of images and \
         random samples from the cloud that we want, and learns to tell them apart. The encoder \
         learns to deceive it. When the discriminator can no longer tell which is which, the codes \
         have the right shape. There are {} latent dimensions; encoder, decoder and discriminator \
         have {} weights in total.",
        trained.model.architecture.latent_dim,
        thousands(trained.model.architecture.n_parameters())
    ));
    part.look(
        "Each training step has three phases, each with a loss of its own. First the \
         reconstruction, as always:",
    );
    part.figure(trained.figures().reconstructions()?);
    adversarial_losses(part, &trained)?;
    compare(part, &trained);
    part.text(
        "The lesson’s own program has mistakes: the last layer of its discriminator is never used \
         and its weights are never updated, so its losses stay where they began, at 2 ln 2 = 1.39 \
         and ln 2 = 0.69, and what it trains is a plain autoencoder. Here all three phases do what \
         they are meant to. The losses therefore move, and the reconstruction, for which the \
         encoder now has less freedom, may be somewhat worse.",
    );
    distribution(part, &trained)?;
    part.task("New digits", "");
    part.look("Random samples from the cloud, decoded.");
    part.figure(trained.figures().samples()?);
    part.why(
        "The discriminator sees one code at a time and looks for anything that gives it away. \
         Whether the whole cloud is filled evenly in all of its dimensions it can only check \
         roughly, so some samples still fall where no image has its code.",
    );
    part.terms(
        "An adversarial autoencoder, AAE. Its encoder is the generator of a generative adversarial \
         network, GAN, that generates codes instead of pictures.",
    );
    Ok(())
}

/// The losses of discriminator and generator per epoch.
fn adversarial_losses(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let of = |name: &str, term: &str| {
        let values = trained.history.iter().map(|m| m.valid.term(term).unwrap_or(f64::NAN));
        Series::by_epoch(name, values)
    };
    let series = [of("discriminator", "discriminator"), of("generator (encoder)", "generator")];
    let curves =
        Curves { x_name: "epoch", y_name: "loss, nats", series: &series, ..Curves::default() };
    part.draw(
        |theme| curves.to_png(theme),
        "The adversarial losses on held-out images. Discriminator and generator work against each \
         other: when one loss falls, the other rises. At 1.39 and 0.69 the discriminator cannot \
         tell codes from samples at all.",
    )
}

fn compare(part: &mut Part, trained: &Trained<'_>) {
    let loss = |term| trained.last().valid.term(term).map_or(String::new(), number);
    Comparison::of_loss(trained, "reconstruction loss on held-out images", "0.0945")
        .row("discriminator loss", "1.39", loss("discriminator"))
        .row("generator loss", "0.692", loss("generator"))
        .training(trained, [54_000, 30, 256])
        .put(part);
    part.text(
        "The lesson’s notebook measures on 6,000 images that it splits off the training images; \
         this page measures on the data’s own held-out images. The two losses are near each other, \
         but not of the same images.",
    );
}

/// How the values of all codes are distributed, beside the normal distribution.
fn distribution(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let CodeMoments { mean, std, dimension_means: [smallest, largest], .. } =
        CodeMoments::of(trained.codes())?;
    part.task("Does the cloud have the right shape?", "");
    part.text(format!(
        "Over all held-out codes and latent dimensions, the mean is {} and the standard deviation \
         {}; they should be 0 and 1. The same should hold within each dimension: the means of \
         single dimensions lie between {} and {}.",
        hundredths(mean),
        hundredths(std),
        hundredths(smallest),
        hundredths(largest),
    ));
    let centres: Vec<f64> = (-7..=7).map(|i| f64::from(i) * WIDTH).collect();
    let groups: Vec<String> =
        centres.iter().map(|centre| format!("{centre}").replace('-', "−")).collect();
    let normal: Vec<f64> = centres
        .iter()
        .map(|x| WIDTH * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt())
        .collect();
    let series = [
        ("codes".to_owned(), histogram(trained.codes(), &centres)),
        ("standard normal".to_owned(), normal),
    ];
    let bars = Bars {
        x_name: "value of a latent dimension",
        y_name: "fraction of values",
        groups: &groups,
        series: &series,
        ..Bars::default()
    };
    part.draw(
        |theme| bars.to_png(theme),
        "A histogram of the values of all held-out codes, beside the standard normal distribution.",
    )
}

/// The width of a bar in the figure of the distribution.
const WIDTH: f64 = 0.5;

/// The fraction of all values that lie nearest to each centre; the outermost bars have no outer
/// limit.
fn histogram(codes: &Codes, centres: &[f64]) -> Vec<f64> {
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
    fn values_are_counted_where_they_lie() {
        let codes = Codes::new(2, vec![-9.0, -0.2, 0.2, 0.6, 9.0, 0.0, 0.0, 0.0]);
        assert_eq!(histogram(&codes, &[-0.5, 0.0, 0.5]), [0.125, 0.625, 0.25]);
    }
}
