//! The first task: a code of two numbers, and what principal components make of as many.

use super::number;
use crate::error::Result;
use crate::gallery::row;
use crate::latent::Pca;
use crate::math::Points;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::metric::{Labelled, mean_squared_error, neighbour_accuracy};
use crate::data::FloatImages;
use crate::math::Codes;
use crate::plot::{ImageGrid, Scatter};
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae-2d")?;
    part.task(
        "The task",
        "Train an autoencoder with a very small code, two numbers, and plot the codes of the different digits.",
    );
    part.done(
        "A dense layer is added behind the convolutions that makes two numbers of the 128, and another that makes 128 of the \
         two. Two numbers are a point on a sheet of paper, so all codes can be looked at at once.",
    );
    part.look(
        "Each point is a held-out image, coloured by its label. The network never saw a label, and yet images of one digit lie \
         together. Digits that look alike, such as 4, 7 and 9, share a border or are mixed.",
    );
    part.figure(trained.source().scatter()?);
    part.figure(trained.source().reconstructions()?);
    part.why(
        "Images with the same code come back as the same picture. To lose as little as possible the encoder puts next to each \
         other what looks alike; that these are mostly images of one digit is a property of digits. Two numbers are very \
         few: what comes back is an average digit of its neighbourhood.",
    );
    compare_with_components(studio, part, &trained)?;
    Ok(())
}

/// The same with the best that straight lines can do.
fn compare_with_components(
    studio: &Studio<'_>,
    part: &mut Part,
    trained: &Trained<'_>,
) -> Result<()> {
    let data = &studio.stock.digits;
    let train = FloatImages::from(&data.train);
    let valid = FloatImages::from(&data.valid);
    let pca = Pca::fit(train.as_points("training images")?, 2)?;
    let points = valid.as_points("held-out images")?;
    let components = pca.encode(points)?;
    let back = trained.model.reconstruct(&data.valid)?;
    let pairs = valid.iter().zip(back.iter());
    let mse = pairs.map(|(x, y)| mean_squared_error(x, y)).sum::<f64>() / valid.len() as f64;
    let mse = [mse, pca.reconstruction_error(points)?];

    part.task(
        "Beside it: two principal components",
        "Is a network needed for this? The classical way to two numbers is to lay the flattest sheet through the cloud of all \
         images that comes closest to them, and to take each image’s place on that sheet.",
    );
    part.figure(scatter(studio, &components)?);
    let shown: Vec<usize> = (0..super::COLUMNS.min(data.valid.len())).collect();
    let chosen = Codes::new(2, shown.iter().flat_map(|i| components.row(*i)).copied().collect());
    let back = FloatImages::new(valid.shape(), pca.decode(&chosen)?);
    let [clean, _, ours] = trained.source().examples(&shown)?;
    let rows =
        vec![row("original", &clean)?, row("autoencoder", &ours)?, row("components", &back)?];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        "The same held-out images from two numbers each: by the autoencoder, and by two principal components.",
    )?;
    let mut rows =
        vec![["mean squared error per pixel".to_owned(), number(mse[0]), number(mse[1])]];
    if let Some(labels) = &data.valid_labels {
        let [ours, theirs] = [trained.codes(), &components].map(|codes| alike(codes, labels));
        if let (Some(ours), Some(theirs)) = (ours?, theirs?) {
            rows.push(["label guessed from the nearest codes".to_owned(), ours, theirs]);
        }
    }
    part.table(["with two numbers", "autoencoder", "principal components"], rows);
    part.why(
        "A sheet cannot bend. The encoder can bend it through the cloud of images, and the decoder knows where it bends: with enough \
         training less is lost with the same number of numbers. An autoencoder whose layers were all straight (no ReLU) could do no \
         better than the components.",
    );
    if mse[0] >= mse[1] {
        part.text("After this much training the network is not yet better than the components.");
    }
    part.name(
        "The flattest sheet: principal component analysis, PCA. Two-dimensional pictures of codes: a map of the latent space.",
    );
    Ok(())
}

fn scatter(studio: &Studio<'_>, components: &Codes) -> Result<crate::report::Figure> {
    let data = &studio.stock.digits;
    let points: Vec<[f32; 2]> = components.rows().map(|code| [code[0], code[1]]).collect();
    let scatter = Scatter {
        points: &points,
        labels: data.valid_labels.as_deref().unwrap_or_default(),
        class_names: &data.class_names,
        x_name: "first component",
        y_name: "second component",
        ..Scatter::default()
    };
    let caption = format!(
        "The same {} images by their first two principal components.",
        thousands(points.len())
    );
    crate::gallery::figure(|theme| scatter.to_png(theme), caption)
}

/// How many codes of the second half have the label that most of the fifteen nearest of the first half have, in percent;
/// nothing if there are too few for it.
fn alike(codes: &Codes, labels: &[u32]) -> Result<Option<String>> {
    let half = codes.len() / 2;
    let (first, second) = codes.values().split_at(2 * half);
    let known = Labelled::new(Points::new("codes", 2, first)?, &labels[..half])?;
    if half < NEIGHBOURS || known.classes().len() < 2 {
        return Ok(None);
    }
    let asked = Labelled::new(Points::new("codes", 2, second)?, &labels[half..])?;
    let accuracy = neighbour_accuracy(known, asked, NEIGHBOURS)?;
    Ok(Some(format!("{:.1} %", 100.0 * accuracy)))
}

const NEIGHBOURS: usize = 15;
