//! The first task: a two-dimensional code, and two principal components beside it.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::latent::Pca;
use concertina::math::{Codes, Points};
use concertina::metric::{Labelled, mean_squared_error, neighbour_accuracy};
use concertina::text::{number, percent, thousands};
use concertina_report::gallery::{figure, row};
use concertina_report::plot::{ImageGrid, Scatter};
use concertina_report::report::Figure;

use super::comparison::COLUMNS;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae-2d")?;
    part.task(
        "The task",
        "Train an autoencoder with a very small code of two numbers, and plot the codes of the \
         different digits.",
    );
    part.method(
        "After the convolutions we add a dense layer that turns the 128 numbers into two, and \
         another that turns the two back into 128. Two numbers are a point on a sheet of paper, so \
         we can look at all codes at once.",
    );
    part.look(
        "Each point is a held-out image, coloured by its label. The network never saw a label, and \
         yet images of the same digit lie together. Digits that look alike, such as 4, 7 and 9, \
         share a border or mix.",
    );
    part.figure(trained.figures().scatter()?);
    part.figure(trained.figures().reconstructions()?);
    part.why(
        "Images with the same code come back as the same picture. To lose as little as possible, \
         the encoder places similar images next to each other. That these are mostly images of the \
         same digit is a property of digits. Two numbers are very few: what comes back is an \
         average digit of the neighbourhood.",
    );
    compare_with_components(studio, part, &trained)?;
    Ok(())
}

/// The same with the best that a linear projection can do.
fn compare_with_components(
    studio: &Studio<'_>,
    part: &mut Part,
    trained: &Trained<'_>,
) -> Result<()> {
    let data = &studio.stock.digits;
    let train = FloatImages::of(&data.train)?;
    let valid = FloatImages::of(&data.valid)?;
    let pca = Pca::fit(train.as_points("training images")?, 2)?;
    let points = valid.as_points("held-out images")?;
    let components = pca.encode(points)?;
    let back = trained.model.reconstruct(&data.valid)?;
    let pairs = valid.iter().zip(back.iter());
    let mse = pairs.map(|(x, y)| mean_squared_error(x, y)).sum::<f64>() / valid.len() as f64;
    let mse = [mse, pca.reconstruction_error(points)?];

    part.task(
        "For comparison: two principal components",
        "Do we need a network for this? The classical method places a flat sheet through the cloud \
         of all images, as close to them as possible, and takes each image’s position on that \
         sheet.",
    );
    part.figure(scatter(studio, &components)?);
    let shown: Vec<usize> = (0..COLUMNS.min(data.valid.len())).collect();
    let chosen = Codes::new(2, shown.iter().flat_map(|i| components.row(*i)).copied().collect());
    let back = FloatImages::new(valid.shape(), pca.decode(&chosen)?);
    let [clean, _, ours] = trained.figures().examples(&shown)?;
    let rows =
        vec![row("original", &clean)?, row("autoencoder", &ours)?, row("components", &back)?];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        "The same held-out images, each reconstructed from two numbers: by the autoencoder, and by \
         two principal components.",
    )?;
    let mut rows =
        vec![["mean squared error per pixel".to_owned(), number(mse[0]), number(mse[1])]];
    if let Some(labels) = &data.valid_labels {
        let [ours, theirs] = [trained.codes(), &components].map(|codes| accuracy(codes, labels));
        if let (Some(ours), Some(theirs)) = (ours?, theirs?) {
            rows.push(["label guessed from the nearest codes".to_owned(), ours, theirs]);
        }
    }
    part.table(["with two numbers", "autoencoder", "principal components"], rows);
    part.why(
        "A sheet cannot bend. The encoder can bend it through the cloud of images, and the decoder \
         knows where it bends: with enough training, less is lost with the same number of latent \
         dimensions. An autoencoder with linear layers only (no ReLU) could do no better than the \
         components.",
    );
    if mse[0] >= mse[1] {
        part.text(
            "After this much training the network is not yet better than the principal components.",
        );
    }
    part.terms(
        "The flat sheet is principal component analysis, PCA. A two-dimensional picture of the \
         codes is a map of the latent space.",
    );
    Ok(())
}

fn scatter(studio: &Studio<'_>, components: &Codes) -> Result<Figure> {
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
    figure(|theme| scatter.to_png(theme), caption)
}

/// How often the fifteen nearest codes among the first half of all codes vote for the right label
/// of a code in the second half; nothing if there are too few codes.
fn accuracy(codes: &Codes, labels: &[u32]) -> Result<Option<String>> {
    let middle = codes.len() / 2;
    let (first, second) = codes.values().split_at(2 * middle);
    let known = Labelled::new(Points::new("codes", 2, first)?, &labels[..middle])?;
    if middle < NEIGHBOURS || known.classes().len() < 2 {
        return Ok(None);
    }
    let asked = Labelled::new(Points::new("codes", 2, second)?, &labels[middle..])?;
    Ok(Some(percent(neighbour_accuracy(known, asked, NEIGHBOURS)?)))
}

const NEIGHBOURS: usize = 15;
