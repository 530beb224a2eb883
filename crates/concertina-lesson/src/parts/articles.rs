//! The models of the articles that the lesson links to.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::math::Codes;
use concertina::text::{number, percent, thousands};
use concertina_report::gallery::row;
use concertina_report::plot::ImageGrid;

use super::comparison::COLUMNS;
use super::conditional;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    dense(studio, part)?;
    wide_denoiser(studio, part)?;
    kvfrans(studio, part)?;
    conditional::section(studio, part)?;
    sequence(studio, part)?;
    Ok(())
}

/// The Keras blog's first three.
fn dense(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.task("articles.dense.heading", "articles.dense.task");
    let [dense, sparse, deep] =
        [studio.model("dense-ae")?, studio.model("sparse-ae")?, studio.model("deep-ae")?];
    let indices: Vec<usize> = (0..COLUMNS.min(studio.stock.digits.valid.len())).collect();
    let [clean, _, by_dense] = dense.figures().examples(&indices)?;
    let [_, _, by_sparse] = sparse.figures().examples(&indices)?;
    let [_, _, by_deep] = deep.figures().examples(&indices)?;
    let rows = vec![
        row(&part.say("articles.dense.row-original"), &clean)?,
        row(&part.say("articles.dense.row-dense"), &by_dense)?,
        row(&part.say("articles.dense.row-sparse"), &by_sparse)?,
        row(&part.say("articles.dense.row-deep"), &by_deep)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(|theme| grid.to_png(theme), "articles.dense.reconstructions")?;
    let table_row = |what: &'static str, trained: &Trained<'_>, blog: String, blogs_code: &str| {
        [
            part.say(what),
            thousands(trained.model.architecture.n_parameters()),
            blog,
            number(trained.last().valid.reconstruction),
            blogs_code.to_owned(),
            number(mean(trained.codes())),
            percent(fraction_of_zeros(trained.codes())),
        ]
    };
    let head = [
        String::new(),
        part.say("articles.dense.weights"),
        part.say("articles.dense.blogs-loss"),
        part.say("articles.dense.here"),
        part.say("articles.dense.blogs-code"),
        part.say("articles.dense.here"),
        part.say("articles.dense.zeros"),
    ];
    let range = |low: &str, high: &str| {
        part.say(message("articles.dense.range").with("low", low).with("high", high))
    };
    let rows = vec![
        table_row("articles.dense.dense", &dense, range("0.09", "0.11"), "7.30"),
        table_row("articles.dense.sparse", &sparse, "0.10".to_owned(), "3.33"),
        table_row("articles.dense.deep", &deep, range("0.08", "0.10"), ""),
    ];
    part.table(head, rows);
    part.why("articles.dense.why");
    part.terms("articles.dense.terms");
    Ok(())
}

fn wide_denoiser(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("wide-denoise")?;
    part.task("articles.wide.heading", "articles.wide.task");
    part.figure(trained.figures().reconstructions()?, "figures.denoised");
    part.text(
        message("articles.wide.loss")
            .with("loss", number(trained.loss()))
            .with("epochs", trained.model.recipe.training.epochs),
    );
    part.why("articles.wide.why");
    part.terms("articles.wide.terms");
    Ok(())
}

/// Kvfrans' convolutional VAE and its grid of 64.
fn kvfrans(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("kvfrans-vae")?;
    part.task("articles.kvfrans.heading", "articles.kvfrans.task");
    let n = 64.min(studio.stock.digits.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, _, back] = trained.figures().examples(&indices)?;
    sheet(part, &clean, "articles.kvfrans.originals")?;
    sheet(part, &back, "articles.kvfrans.reconstructions")?;
    let valid = &trained.last().valid;
    part.text(
        message("articles.kvfrans.loss")
            .with("loss", number(valid.loss))
            .with("reconstruction", number(valid.reconstruction))
            .with("kl", number(valid.term("kl").unwrap_or(f64::NAN)))
            .with("active", valid.term("active_units").unwrap_or(f64::NAN)),
    );
    part.why("articles.kvfrans.why");
    part.figure(trained.figures().samples()?, "figures.samples");
    Ok(())
}

/// The Keras blog's sequence-to-sequence autoencoder, for which it has no data: here the rows of an
/// image.
fn sequence(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("sequence-ae")?;
    part.task("articles.sequence.heading", "articles.sequence.task");
    part.method("articles.sequence.method");
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    part.text(
        message("articles.sequence.loss")
            .with("loss", number(trained.loss()))
            .with("epochs", trained.model.recipe.training.epochs)
            .with("dense-loss", number(studio.last_metrics("dense-ae")?.valid.loss)),
    );
    part.why("articles.sequence.why");
    part.terms("articles.sequence.terms");
    Ok(())
}

fn sheet(part: &mut Part, images: &FloatImages, caption: &'static str) -> Result<()> {
    let sheet = ImageGrid::sheet("", images.shape(), images.values(), 8)?;
    part.draw(|theme| sheet.to_png(theme), caption)
}

fn mean(codes: &Codes) -> f64 {
    codes.values().iter().map(|value| f64::from(*value)).sum::<f64>() / codes.values().len() as f64
}

fn fraction_of_zeros(codes: &Codes) -> f64 {
    let zeros = codes.values().iter().filter(|value| **value == 0.0).count();
    zeros as f64 / codes.values().len() as f64
}
