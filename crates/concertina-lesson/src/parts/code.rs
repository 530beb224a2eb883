//! Looking at the code: as a picture, at random, and with noise.

use concertina::Result;
use concertina::math::{Codes, code_variances};
use concertina::rng::{Purpose, Seed, Stream};
use concertina::text::hundredths;
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

/// The lesson's random codes: how many, and the largest value; the smallest is 0.
const N_RANDOM: u32 = 7;
const LARGEST: f32 = 7.0;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.method("code.method");
    part.look("code.look");
    let five = Codes::new(
        trained.codes().size(),
        trained.codes().rows().take(5).flatten().copied().collect(),
    );
    let [low, high] = range(&five);
    part.figure(
        trained.figures().codes()?,
        message("code.codes")
            .with("latent", five.size())
            .with("low", format!("{low:.3}"))
            .with("high", format!("{high:.3}")),
    );
    part.table(
        ["code.range", "comparison.lesson", "comparison.here"].map(|key| part.say(key)),
        vec![
            [part.say("code.smallest"), "0.0".into(), format!("{low}")],
            [part.say("code.largest"), "6.31".into(), format!("{high:.2}")],
        ],
    );
    part.why("code.why");
    part.task("code.random.heading", "code.random.task");
    part.look("code.random.look");
    draw_random_codes(part, &trained)?;
    part.why("code.random.why");
    Ok(())
}

/// The lesson's seven codes, uniform in [0, 7), decoded.
fn draw_random_codes(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let size = trained.codes().size();
    let codes = (0..N_RANDOM).flat_map(|number| {
        let mut stream = Stream::new(Seed(42), Purpose::Figure, [20, number, 0]);
        (0..size).map(move |_| stream.uniform_in(0.0, LARGEST))
    });
    let images = trained.model.decode(&Codes::new(size, codes.collect()))?;
    let grid = ImageGrid { rows: vec![row("", &images)?], ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "code.random.codes")
}

/// The section on noise that is added to codes.
pub(super) fn noise(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    part.method("noise.method");
    part.look("noise.look");
    let variances = code_variances(trained.codes());
    let deviation = (variances.iter().sum::<f64>() / variances.len() as f64).sqrt();
    part.figure(
        trained.figures().noise_in_code()?,
        message("noise.decoded").with("deviation", hundredths(deviation)),
    );
    part.why("noise.why");
    Ok(())
}

fn range(codes: &Codes) -> [f32; 2] {
    let values = codes.values().iter().copied();
    [values.clone().fold(f32::INFINITY, f32::min), values.fold(f32::NEG_INFINITY, f32::max)]
}
