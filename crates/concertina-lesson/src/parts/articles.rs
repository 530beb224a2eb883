//! The models of the articles that the lesson links to.

use super::{COLUMNS, number};
use crate::error::Result;
use crate::gallery::row;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::data::FloatImages;
use crate::math::Codes;
use crate::plot::ImageGrid;
use crate::report::Figure;
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    dense(studio, part)?;
    wide_denoiser(studio, part)?;
    kvfrans(studio, part)?;
    super::conditional::section(studio, part)?;
    sequence(studio, part)?;
    Ok(())
}

/// The Keras blog's first three.
fn dense(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.task(
        "Dense, sparse and deep (Keras blog, 2016)",
        "Three networks without convolutions, all with a code of 32 numbers: a single layer there and back; the same with a price on \
         the code; three layers there and three back.",
    );
    let [dense, sparse, deep] =
        [studio.model("dense-ae")?, studio.model("sparse-ae")?, studio.model("deep-ae")?];
    let indices: Vec<usize> = (0..COLUMNS.min(studio.stock.digits.valid.len())).collect();
    let [clean, _, by_dense] = dense.source().examples(&indices)?;
    let [_, _, by_sparse] = sparse.source().examples(&indices)?;
    let [_, _, by_deep] = deep.source().examples(&indices)?;
    let rows = vec![
        row("original", &clean)?,
        row("dense", &by_dense)?,
        row("sparse", &by_sparse)?,
        row("deep", &by_deep)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        "Held-out images from codes of 32 numbers, by three networks.",
    )?;
    let table_row = |what: &str, trained: &Trained<'_>, blog: &str, blogs_code: &str| {
        [
            what.to_owned(),
            thousands(trained.model.architecture.n_parameters()),
            blog.to_owned(),
            number(trained.last().valid.reconstruction),
            blogs_code.to_owned(),
            number(mean(trained.codes())),
            format!("{:.0} %", 100.0 * share_of_zeros(trained.codes())),
        ]
    };
    part.table(
        ["", "weights", "the blog’s loss", "here", "the blog’s mean code", "here", "zeros here"],
        vec![
            table_row("dense", &dense, "0.09 to 0.11", "7.30"),
            table_row("sparse", &sparse, "0.10", "3.33"),
            table_row("deep", &deep, "0.08 to 0.10", ""),
        ],
    );
    part.why(
        "The price is a ten-thousandth of the sum of the code’s absolute values. To lower it the encoder makes numbers smaller, \
         and those that it can do without it makes 0; a little of the reconstruction is paid for it. How large the numbers \
         are without a price nothing decides, so the mean of the dense code is another in every training. The blog trains for 50, 100 and 100 \
         epochs with 256 images in a batch.",
    );
    part.name("A price on absolute values: L1 regularisation. A code with many zeros: sparse.");
    Ok(())
}

fn wide_denoiser(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("wide-denoise")?;
    part.task(
        "A wide denoiser (Keras blog)",
        "32 filters in every layer, and a code of 7 x 7 x 32 numbers: twice as many as the image has. Its noise does not brighten: 0 on average.",
    );
    part.figure(trained.source().reconstructions()?);
    part.text(format!(
        "Held-out loss {} after {} epochs; the blog, which trains for 100, states none.",
        number(trained.loss()),
        trained.model.recipe.training.epochs
    ));
    part.why(
        "This code is no narrow place. Were the network asked for what it is shown, it could simply copy it. It is asked for something else, the clean image, so it has \
         to learn nevertheless; and with so much room, fine strokes survive.",
    );
    part.name("A code larger than the image: overcomplete.");
    Ok(())
}

/// Kvfrans' convolutional VAE and its grid of 64.
fn kvfrans(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("kvfrans-vae")?;
    part.task(
        "A variational autoencoder with room (kvfrans, 2016)",
        "Convolutions of 5 x 5 that halve the sides, and a code of 20 numbers under the same two terms, here in nats.",
    );
    let n = 64.min(studio.stock.digits.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, _, back] = trained.source().examples(&indices)?;
    part.figure(sheet(&clean, "Held-out images, eight to a row.")?);
    part.figure(sheet(&back, "The same, through a code of 20 numbers.")?);
    let valid = &trained.last().valid;
    part.text(format!(
        "Held-out loss {} nats: {} for what is lost of the image and {} for the code, {} of whose 20 numbers are in use. The \
         article trains for 10 epochs and states no loss.",
        number(valid.loss),
        number(valid.reconstruction),
        number(valid.kl.unwrap_or_default()),
        valid.active_units.unwrap_or_default(),
    ));
    part.why(
        "With 20 numbers in place of 2 the strokes come back sharper. But there is no map any more to look at, and random codes hit a digit less often: \
         compare the samples with those of section 8.",
    );
    part.figure(trained.source().samples()?);
    Ok(())
}

/// The Keras blog's sequence to sequence autoencoder, for which it has no data: here the rows of an image.
fn sequence(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("sequence-ae")?;
    part.task(
        "Sequences (Keras blog)",
        "The blog sketches an autoencoder of sequences and leaves the data to the reader. Here a digit is a sequence of its 28 rows.",
    );
    part.done(
        "A network with a memory reads the image row by row, from the top; what it remembers in the end becomes a code of 32 numbers. Another \
         network with a memory is given the code 28 times and writes a row each time.",
    );
    part.figure(trained.source().reconstructions()?);
    part.text(format!(
        "Held-out loss {} after {} epochs; the dense network above, with as many numbers in its code, has {}. The blog states no figures.",
        number(trained.loss()),
        trained.model.recipe.training.epochs,
        number(studio.last_metrics("dense-ae")?.valid.loss)
    ));
    part.why(
        "Nothing here is made for images. The same two networks take melodies, sentences or measurements, one step after the other.",
    );
    part.name(
        "A network with a memory: recurrent; this kind of it: a long short-term memory, LSTM.",
    );
    Ok(())
}

fn sheet(pictures: &FloatImages, caption: &str) -> Result<Figure> {
    let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), 8)?;
    crate::gallery::figure(|theme| sheet.to_png(theme), caption.to_owned())
}

fn mean(codes: &Codes) -> f64 {
    codes.values().iter().map(|value| f64::from(*value)).sum::<f64>() / codes.values().len() as f64
}

fn share_of_zeros(codes: &Codes) -> f64 {
    let zeros = codes.values().iter().filter(|value| **value == 0.0).count();
    zeros as f64 / codes.values().len() as f64
}
