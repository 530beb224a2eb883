//! Super-resolution, in grey and in colour, and what it makes of noise.

use concertina::data::FloatImages;
use concertina::evaluate::{Method, upsample};
use concertina::metric::{mean_squared_error, psnr_db};
use concertina::model::Model;
use concertina::rng::{Purpose, Seed, Stream};
use concertina::text::hundredths;
use concertina::{ImageShape, Result};
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::{COLUMNS, Comparison, differences};
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("super-resolution")?;
    part.method("super-resolution.method");
    part.look("super-resolution.look");
    draw(part, &trained, 2)?;
    let quality = compare(part, &trained, 2)?;
    part.why("super-resolution.why");
    part.text(if quality.network_is_better() {
        "super-resolution.network-is-better"
    } else {
        "super-resolution.bilinear-is-better"
    });
    Comparison::of_loss(&trained, "comparison.loss", "0.0955")
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.terms("super-resolution.terms");
    in_colour(studio, part)?;
    Ok(())
}

/// The exercise: colour photographs at two and four times their size.
fn in_colour(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let name = studio.stock.to_upsample().card.name();
    part.task(
        message("super-resolution.colour.heading").with("name", &name),
        "super-resolution.colour.task",
    );
    if studio.stock.colour.is_none() {
        part.left_out(message("super-resolution.colour.replaced").with("name", name));
    }
    part.method("super-resolution.colour.method");
    let [twice, four_times] = [studio.model("enlarge-2x")?, studio.model("enlarge-4x")?];
    for (trained, factor) in [(&twice, 2), (&four_times, 4)] {
        draw(part, trained, factor)?;
        let quality = compare(part, trained, factor)?;
        if !quality.network_is_better() {
            part.text("super-resolution.colour.not-yet-better");
        }
    }
    part.look("super-resolution.colour.look");
    draw_noise(part, &four_times.model)?;
    part.look("super-resolution.colour.look-at-noise");
    part.why("super-resolution.colour.why");
    Ok(())
}

/// Small, upsampled by interpolation, upsampled by the model, true.
fn draw(part: &mut Part, trained: &Trained<'_>, factor: usize) -> Result<()> {
    let n = COLUMNS.min(trained.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, small, upsampled] = trained.figures().examples(&indices)?;
    let rows = vec![
        row(&part.say("super-resolution.row-small"), &small)?,
        row(
            &part.say("super-resolution.row-bilinear"),
            &interpolated(&small, factor, Method::Bilinear),
        )?,
        row(&part.say("super-resolution.row-network"), &upsampled)?,
        row(&part.say("super-resolution.row-original"), &clean)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    let caption = message("super-resolution.upsampled").with("factor", factor);
    part.draw(|theme| grid.to_png(theme), caption)
}

/// Upsampled without a network.
fn interpolated(small: &FloatImages, factor: usize, method: Method) -> FloatImages {
    let shape = small.shape();
    let large = ImageShape::new(shape.channels, shape.height * factor, shape.width * factor);
    let images = small.iter().flat_map(|image| upsample(shape, image, factor, method));
    FloatImages::new(large, images.collect())
}

/// How close two methods come to the true images, in mean squared errors.
struct Quality {
    bilinear: f64,
    network: f64,
}

impl Quality {
    fn network_is_better(&self) -> bool {
        self.network < self.bilinear
    }
}

/// Puts a table of upsampling methods on the page.
fn compare(part: &mut Part, trained: &Trained<'_>, factor: usize) -> Result<Quality> {
    let clean = FloatImages::of(&trained.data.valid)?;
    let small = trained.model.inputs(&trained.data.valid)?;
    let error = |images: &FloatImages| mean_squared_error(images.values(), clean.values());
    let nearest = error(&interpolated(&small, factor, Method::Nearest));
    let bilinear = error(&interpolated(&small, factor, Method::Bilinear));
    let network = error(&trained.model.reconstruct(&small)?);
    let row = |what: &'static str, mse: f64| {
        [part.say(what), format!("{mse:.5}"), format!("{} dB", hundredths(psnr_db(mse)))]
    };
    let head = [
        part.say(message("super-resolution.factor").with("factor", factor)),
        part.say("super-resolution.error"),
        part.say("super-resolution.psnr"),
    ];
    let rows = vec![
        row("super-resolution.nearest", nearest),
        row("super-resolution.bilinear", bilinear),
        row("super-resolution.network", network),
    ];
    part.table(head, rows);
    Ok(Quality { bilinear, network })
}

/// Noise in place of a small image.
fn draw_noise(part: &mut Part, model: &Model) -> Result<()> {
    let shape = model.architecture.input;
    let mut values = vec![0.0; COLUMNS * shape.len()];
    for (number, image) in values.chunks_exact_mut(shape.len()).enumerate() {
        let mut stream = Stream::new(Seed(42), Purpose::Figure, [21, number as u32, 0]);
        image.fill_with(|| stream.uniform());
    }
    let noise = FloatImages::new(shape, values);
    let upsampled = model.reconstruct(&noise)?;
    let rows = vec![
        row(&part.say("super-resolution.colour.row-noise"), &noise)?,
        row(&part.say("super-resolution.row-network"), &upsampled)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "super-resolution.colour.noise")
}
