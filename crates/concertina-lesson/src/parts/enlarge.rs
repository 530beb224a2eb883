//! Super-resolution, in grey and in colour, and what it makes of nothing.

use super::{COLUMNS, Comparison, differences, through};
use crate::error::Result;
use crate::evaluate::enlarge::{Method, enlarge};
use crate::gallery::row;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::metric::{mean_squared_error, psnr_db};
use crate::data::FloatImages;
use crate::model::Model;
use crate::plot::ImageGrid;
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;
use crate::task::Task;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("super-resolution")?;
    part.done(
        "The images are made small, every 2 x 2 pixels averaged into one. The network sees the small image, 14 x 14, and is asked for \
         the large one. Its encoder has one layer less; the decoder is the same as before.",
    );
    part.look(
        "Arithmetic alone can blend the pixels into one another (bilinear): soft, but every stroke in its place. The network’s strokes are \
         firm, as digits’ are; some are not where they should be.",
    );
    draw(part, &trained, 2)?;
    let quality = compare(part, &trained, 2)?;
    part.why(
        "Many large images have the same small one. Arithmetic takes the smoothest of them. The network takes what digits \
         usually look like, because it has seen many. It invents what it adds: likely, not certain.",
    );
    part.text(if quality.network_is_better() {
        "By the table the network comes nearer to the true images, although it pushes the 196 numbers of a small image through a code of \
         128 and loses some of what it was shown."
    } else {
        "By the table bilinear enlarging comes nearer to the true images: the lesson’s network pushes the 196 numbers of a small image through a code of \
         128, and loses some of what it was shown before it adds anything. Firm strokes in the wrong place cost more than soft ones in the right \
         place."
    });
    Comparison::of_loss(&trained, "loss on held-out images", "0.0955")
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.name("Super-resolution. The measure in the table: peak signal-to-noise ratio in decibels, the higher the better; 10 more for a \
               tenth of the squared error.");
    in_colour(studio, part)?;
    Ok(())
}

/// The exercise: colour photographs, twice and four times as large.
fn in_colour(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let name = studio.stock.to_enlarge().card.name();
    part.task(
        format!("Exercise: {name}, twice and four times as large"),
        "Train super-resolution on CIFAR-10, small colour photographs of 32 x 32 pixels, for the factors 2 and 4. Then feed noise \
         to the one with 4.",
    );
    if studio.stock.colour.is_none() {
        part.left_out(format!(
            "CIFAR-10 is not on this machine; the images of {name} take its place. `concertina lesson --download` fetches \
             it (170 MB)."
        ));
    }
    part.done(
        "The lesson’s network is made for grey images of 28 x 28. Here another is used that fits itself to any size: convolutions that \
         keep the size of the small image, and transposed convolutions that double it until it is as large as wanted. Its code is the whole \
         map in between, larger than the small image: nothing that was seen should be lost.",
    );
    let [twice, four_times] = [studio.model("enlarge-2x")?, studio.model("enlarge-4x")?];
    for (trained, factor) in [(&twice, 2), (&four_times, 4)] {
        draw(part, trained, factor)?;
        let quality = compare(part, trained, factor)?;
        if !quality.network_is_better() {
            part.text("After this much training the network is not yet better than arithmetic.");
        }
    }
    part.look(
        "From half the size the outlines come back well; from a quarter most of what the picture shows is gone, and no training brings \
         it back. Photographs differ more than digits do: there is less that can be guessed, and less to be gained over bilinear \
         enlarging.",
    );
    let caption = "Noise, and what the model that enlarges four times makes of it.";
    draw_noise(part, &four_times.model, caption)?;
    part.look("The result is not noise any more: neighbouring pixels agree, and patches with soft edges appear. It is no picture of anything.");
    part.why(
        "The network learned how colours go on from one pixel to the next in photographs, and draws that into whatever it is given. What things look \
         like as a whole it has not learned, since its task never needed it.",
    );
    Ok(())
}

/// Small, enlarged by arithmetic, enlarged by the model, true.
fn draw(part: &mut Part, trained: &Trained<'_>, factor: usize) -> Result<()> {
    let n = COLUMNS.min(trained.data.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, small, enlarged] = trained.source().examples(&indices)?;
    let rows = vec![
        row("small", &small)?,
        row("bilinear", &by_formula(&small, factor, Method::Bilinear))?,
        row("by the network", &enlarged)?,
        row("true", &clean)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    let caption = format!("Held-out images, made small and then {} again.", times(factor));
    part.draw(|theme| grid.to_png(theme), caption)
}

/// Enlarged without a network.
fn by_formula(small: &FloatImages, factor: usize, method: Method) -> FloatImages {
    let shape = small.shape();
    let large = ImageShape::new(shape.channels, shape.height * factor, shape.width * factor);
    let pictures = small.iter().flat_map(|picture| enlarge(shape, picture, factor, method));
    FloatImages::new(large, pictures.collect())
}

/// How near two ways come to the true images, in mean squared errors.
struct Quality {
    bilinear: f64,
    network: f64,
}

impl Quality {
    fn network_is_better(&self) -> bool {
        self.network < self.bilinear
    }
}

/// Puts a table of the ways to enlarge on the page.
fn compare(part: &mut Part, trained: &Trained<'_>, factor: usize) -> Result<Quality> {
    let clean = FloatImages::from(&trained.data.valid);
    let small = trained.model.inputs(&trained.data.valid)?;
    let error = |pictures: &FloatImages| mean_squared_error(pictures.values(), clean.values());
    let squares = error(&by_formula(&small, factor, Method::Nearest));
    let bilinear = error(&by_formula(&small, factor, Method::Bilinear));
    let network = error(&through(&trained.model, &small)?);
    let row = |what: &str, mse: f64| {
        [what.to_owned(), format!("{mse:.5}"), format!("{:.2} dB", psnr_db(mse))]
    };
    part.table(
        [&times(factor), "mean squared error", "signal to noise"],
        vec![
            row("pixels as squares", squares),
            row("bilinear", bilinear),
            row("the network", network),
        ],
    );
    Ok(Quality { bilinear, network })
}

/// In words.
fn times(factor: usize) -> String {
    if factor == 2 { "twice as large".to_owned() } else { format!("{factor} times as large") }
}

/// Noise in place of a small picture.
fn draw_noise(part: &mut Part, model: &Model, caption: &str) -> Result<()> {
    debug_assert!(matches!(model.recipe.task, Task::Downscale { .. }));
    let shape = model.architecture.input;
    let mut values = vec![0.0; COLUMNS * shape.len()];
    for (number, picture) in values.chunks_exact_mut(shape.len()).enumerate() {
        let mut stream = Stream::new(Seed(42), Purpose::Figure, [21, number as u32, 0]);
        picture.fill_with(|| stream.uniform());
    }
    let noise = FloatImages::new(shape, values);
    let enlarged = through(model, &noise)?;
    let rows = vec![row("noise", &noise)?, row("enlarged", &enlarged)?];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), caption)
}
