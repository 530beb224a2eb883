//! The first task: a two-dimensional code, and two principal components beside it.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::latent::Pca;
use concertina::math::{Codes, Points};
use concertina::metric::{Labelled, mean_squared_error, neighbour_accuracy};
use concertina::text::{number, percent, thousands};
use concertina_report::gallery::row;
use concertina_report::plot::{ImageGrid, Scatter};

use super::comparison::COLUMNS;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae-2d")?;
    part.task("two-dimensional.heading", "two-dimensional.task");
    part.method("two-dimensional.method");
    part.look("two-dimensional.look");
    let data = &studio.stock.digits;
    let caption = match data.valid_labels {
        Some(_) => "two-dimensional.labelled-codes",
        None => "two-dimensional.codes",
    };
    part.figure(
        trained.figures().scatter()?,
        message(caption).with("images", thousands(data.valid.len())),
    );
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    part.why("two-dimensional.why");
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

    part.task("two-dimensional.components.heading", "two-dimensional.components.task");
    scatter(studio, part, &components)?;
    let shown: Vec<usize> = (0..COLUMNS.min(data.valid.len())).collect();
    let chosen = Codes::new(2, shown.iter().flat_map(|i| components.row(*i)).copied().collect());
    let back = FloatImages::new(valid.shape(), pca.decode(&chosen)?);
    let [clean, _, ours] = trained.figures().examples(&shown)?;
    let rows = vec![
        row(&part.say("two-dimensional.components.row-original"), &clean)?,
        row(&part.say("two-dimensional.components.row-autoencoder"), &ours)?,
        row(&part.say("two-dimensional.components.row-components"), &back)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "two-dimensional.components.reconstructions")?;
    let mut rows =
        vec![[part.say("two-dimensional.components.error"), number(mse[0]), number(mse[1])]];
    if let Some(labels) = &data.valid_labels {
        let [ours, theirs] = [trained.codes(), &components].map(|codes| accuracy(codes, labels));
        if let (Some(ours), Some(theirs)) = (ours?, theirs?) {
            rows.push([part.say("two-dimensional.components.label"), ours, theirs]);
        }
    }
    part.table(
        [
            "two-dimensional.components.two-numbers",
            "two-dimensional.components.autoencoder",
            "two-dimensional.components.components",
        ]
        .map(|key| part.say(key)),
        rows,
    );
    part.why("two-dimensional.components.why");
    if mse[0] >= mse[1] {
        part.text("two-dimensional.components.not-yet-better");
    }
    part.terms("two-dimensional.components.terms");
    Ok(())
}

fn scatter(studio: &Studio<'_>, part: &mut Part, components: &Codes) -> Result<()> {
    let data = &studio.stock.digits;
    let points: Vec<[f32; 2]> = components.rows().map(|code| [code[0], code[1]]).collect();
    let (first, second) = (
        part.say("two-dimensional.components.axis-first"),
        part.say("two-dimensional.components.axis-second"),
    );
    let scatter = Scatter {
        points: &points,
        labels: data.valid_labels.as_deref().unwrap_or_default(),
        class_names: &data.class_names,
        x_name: &first,
        y_name: &second,
        ..Scatter::default()
    };
    let caption = message("two-dimensional.components.map").with("images", thousands(points.len()));
    part.draw(|theme| scatter.to_png(theme), caption)
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
