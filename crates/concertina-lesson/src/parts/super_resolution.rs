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

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("super-resolution")?;
    part.method(
        "We make the images small by averaging every 2 x 2 pixels into one. The network sees the \
         small image, 14 x 14, and is asked for the large one. Its encoder has one layer less; the \
         decoder is the same as before.",
    );
    part.look(
        "Simple arithmetic can blend neighbouring pixels into one another (bilinear \
         interpolation): the result is soft, but every stroke is in its place. The network’s \
         strokes are as crisp as those of real digits, but some are not where they should be.",
    );
    draw(part, &trained, 2)?;
    let quality = compare(part, &trained, 2)?;
    part.why(
        "Many different large images shrink to the same small one. Arithmetic picks the smoothest \
         of them. The network picks what digits usually look like, because it has seen many. What \
         it adds is invented: likely, but not certain.",
    );
    part.text(if quality.network_is_better() {
        "According to the table, the network comes closer to the true images, even though it \
         squeezes the 196 numbers of a small image into a code of 128 and loses some of what it \
         was shown."
    } else {
        "According to the table, bilinear interpolation comes closer to the true images. The \
         lesson’s network squeezes the 196 numbers of a small image into a code of 128, and loses \
         some of what it was shown before it adds anything. Crisp strokes in the wrong place cost \
         more than soft strokes in the right place."
    });
    Comparison::of_loss(&trained, "loss on held-out images", "0.0955")
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.terms(
        "Super-resolution. The measure in the table is the peak signal-to-noise ratio, PSNR, in \
         decibels. Higher is better: 10 dB more means a tenth of the squared error.",
    );
    in_colour(studio, part)?;
    Ok(())
}

/// The exercise: colour photographs at two and four times their size.
fn in_colour(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let name = studio.stock.to_upsample().card.name();
    part.task(
        format!("Exercise: {name} at two and four times the size"),
        "Train super-resolution on CIFAR-10, small colour photographs of 32 x 32 pixels, for the \
         factors 2 and 4. Then feed noise to the model with factor 4.",
    );
    if studio.stock.colour.is_none() {
        part.left_out(format!(
            "CIFAR-10 is not on this machine, so the images of {name} take its place. `concertina \
             lesson --download` fetches it (170 MB)."
        ));
    }
    part.method(
        "The lesson’s network is made for grey images of 28 x 28 pixels. Here we use one that \
         adapts to any size: convolutions that keep the size of the small image, then transposed \
         convolutions that double it until it is large enough. Its code is the whole feature map \
         in between, which is larger than the small image, so nothing that was seen needs to be \
         lost.",
    );
    let [twice, four_times] = [studio.model("enlarge-2x")?, studio.model("enlarge-4x")?];
    for (trained, factor) in [(&twice, 2), (&four_times, 4)] {
        draw(part, trained, factor)?;
        let quality = compare(part, trained, factor)?;
        if !quality.network_is_better() {
            part.text(
                "After this much training the network is not yet better than bilinear \
                 interpolation.",
            );
        }
    }
    part.look(
        "At half the size, outlines come back well. At a quarter, most of what the picture shows \
         is gone, and no training brings it back. Photographs vary more than digits do, so there \
         is less to guess and less to gain over bilinear interpolation.",
    );
    draw_noise(part, &four_times.model)?;
    part.look(
        "The result is no longer noise: neighbouring pixels agree, and patches with soft edges \
         appear. It is not a picture of anything.",
    );
    part.why(
        "The network has learned how colours in photographs continue from one pixel to the next, \
         and it draws that into whatever it is given. It has not learned what whole objects look \
         like, because its task never required it.",
    );
    Ok(())
}

/// Small, upsampled by interpolation, upsampled by the model, true.
fn draw(part: &mut Part, trained: &Trained<'_>, factor: usize) -> Result<()> {
    let n = COLUMNS.min(trained.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, small, upsampled] = trained.figures().examples(&indices)?;
    let rows = vec![
        row("small", &small)?,
        row("bilinear", &interpolated(&small, factor, Method::Bilinear))?,
        row("network", &upsampled)?,
        row("original", &clean)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    let caption = format!("Held-out images, reduced and then upsampled by a factor of {factor}.");
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
    let row = |what: &str, mse: f64| {
        [what.to_owned(), format!("{mse:.5}"), format!("{} dB", hundredths(psnr_db(mse)))]
    };
    part.table(
        [&format!("factor {factor}"), "mean squared error", "PSNR"],
        vec![row("nearest pixel", nearest), row("bilinear", bilinear), row("network", network)],
    );
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
    let rows = vec![row("noise", &noise)?, row("network", &upsampled)?];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "Noise, and what the model with factor 4 makes of it.")
}
