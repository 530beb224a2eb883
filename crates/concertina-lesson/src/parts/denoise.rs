//! The denoiser, and what it makes of images of another kind.

use concertina::data::{Examples, Split};
use concertina::text::number;
use concertina::validate::validate;
use concertina::{Error, Result};
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::{COLUMNS, Comparison, differences};
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("denoise")?;
    part.method("denoise.method");
    part.look("denoise.look");
    part.figure(trained.figures().reconstructions()?, "figures.denoised");
    part.why("denoise.why");
    let lesson = "0.1398";
    Comparison::of_loss(&trained, "denoise.loss", lesson)
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.text("denoise.differences");
    part.terms("denoise.terms");
    other_images(studio, part, &trained)?;
    Ok(())
}

/// The exercise: images of another kind.
fn other_images(
    studio: &mut Studio<'_>,
    part: &mut Part,
    denoiser: &Trained<'_>,
) -> Result<(), Halt> {
    let (digits, other) = (&studio.stock.digits, &studio.stock.other);
    let digits_name = digits.card.name();
    let name = if studio.stock.negative {
        part.say(message("denoise.other.in-negative").with("name", &digits_name))
    } else {
        other.card.name()
    };
    part.task(message("denoise.other.heading").with("name", &name), "denoise.other.task");
    if studio.stock.negative {
        part.left_out("denoise.other.negatives");
    } else if name != "fashion-mnist" {
        part.left_out(message("denoise.other.replaced").with("name", &name));
    }
    let own = studio.model("denoise-other")?;
    part.method("denoise.other.method");
    part.look("denoise.other.look");
    draw(part, denoiser, &own, &name)?;
    let loss = |model: &Trained<'_>, examples: &dyn Examples| {
        let validation = validate(&model.model, Split { examples, labels: None })?;
        Ok::<_, Error>(number(validation.losses.reconstruction))
    };
    part.table(
        [
            part.say("denoise.other.loss"),
            part.say(message("denoise.other.on").with("name", &digits_name)),
            part.say(message("denoise.other.on").with("name", &name)),
        ],
        vec![
            [
                part.say(message("denoise.other.trained-on").with("name", &digits_name)),
                loss(denoiser, &digits.valid)?,
                loss(denoiser, &other.valid)?,
            ],
            [
                part.say(message("denoise.other.trained-on").with("name", &name)),
                loss(&own, &digits.valid)?,
                loss(&own, &other.valid)?,
            ],
        ],
    );
    part.why("denoise.other.why");
    part.terms("denoise.other.terms");
    Ok(())
}

fn draw(part: &mut Part, digits: &Trained<'_>, own: &Trained<'_>, name: &str) -> Result<()> {
    let n = COLUMNS.min(own.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, noisy, cleaned] = own.figures().examples(&indices)?;
    let by_digits = digits.model.reconstruct(&noisy)?;
    let rows = vec![
        row(&part.say("denoise.other.row-clean"), &clean)?,
        row(&part.say("denoise.other.row-noisy"), &noisy)?,
        row(&part.say("denoise.other.row-by-digits"), &by_digits)?,
        row(&part.say("denoise.other.row-by-own"), &cleaned)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), message("denoise.other.cleaned").with("name", name))
}
