//! The adversarial autoencoder.

use concertina::Result;
use concertina::math::{CodeMoments, Codes};
use concertina::text::{hundredths, number, thousands};
use concertina_report::plot::{Bars, Curves, Series};

use super::comparison::Comparison;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("aae")?;
    part.method(
        message("adversarial.method")
            .with("latent", trained.model.architecture.latent_dim)
            .with("weights", thousands(trained.model.architecture.n_parameters())),
    );
    part.look("adversarial.look");
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    adversarial_losses(part, &trained)?;
    compare(part, &trained);
    part.text("adversarial.mistakes");
    distribution(part, &trained)?;
    part.heading("adversarial.new-digits.heading");
    part.look("adversarial.new-digits.look");
    part.figure(trained.figures().samples()?, "figures.samples");
    part.why("adversarial.new-digits.why");
    part.terms("adversarial.new-digits.terms");
    Ok(())
}

/// The losses of discriminator and generator per epoch.
fn adversarial_losses(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let of = |name: &'static str, term: &str| {
        let values = trained.history.iter().map(|m| m.valid.term(term).unwrap_or(f64::NAN));
        Series::by_epoch(part.say(name), values)
    };
    let series = [
        of("adversarial.series-discriminator", "discriminator"),
        of("adversarial.series-generator", "generator"),
    ];
    let (x_name, y_name) = (part.say("figures.axis-epoch"), part.say("adversarial.axis-loss"));
    let curves = Curves { x_name: &x_name, y_name: &y_name, series: &series, ..Curves::default() };
    part.draw(|theme| curves.to_png(theme), "adversarial.losses")
}

fn compare(part: &mut Part, trained: &Trained<'_>) {
    let loss = |term| trained.last().valid.term(term).map_or(String::new(), number);
    Comparison::of_loss(trained, "adversarial.loss", "0.0945")
        .row("adversarial.discriminator-loss", "1.39", loss("discriminator"))
        .row("adversarial.generator-loss", "0.692", loss("generator"))
        .training(trained, [54_000, 30, 256])
        .put(part);
    part.text("adversarial.held-out");
}

/// How the values of all codes are distributed, beside the normal distribution.
fn distribution(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let CodeMoments { mean, std, dimension_means: [smallest, largest], .. } =
        CodeMoments::of(trained.codes())?;
    part.heading("adversarial.shape.heading");
    part.text(
        message("adversarial.shape.moments")
            .with("mean", hundredths(mean))
            .with("std", hundredths(std))
            .with("smallest", hundredths(smallest))
            .with("largest", hundredths(largest)),
    );
    let centres: Vec<f64> = (-7..=7).map(|i| f64::from(i) * WIDTH).collect();
    let groups: Vec<String> =
        centres.iter().map(|centre| format!("{centre}").replace('-', "−")).collect();
    let normal: Vec<f64> = centres
        .iter()
        .map(|x| WIDTH * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt())
        .collect();
    let series = [
        (part.say("adversarial.shape.series-codes"), histogram(trained.codes(), &centres)),
        (part.say("adversarial.shape.series-normal"), normal),
    ];
    let bars = Bars {
        x_name: &part.say("adversarial.shape.axis-value"),
        y_name: &part.say("adversarial.shape.axis-fraction"),
        groups: &groups,
        series: &series,
        ..Bars::default()
    };
    part.draw(|theme| bars.to_png(theme), "adversarial.shape.histogram")
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
