//! The models of the articles that the lesson links to.

use concertina::Result;
use concertina::data::FloatImages;
use concertina::math::Codes;
use concertina::text::{number, percent, thousands};
use concertina_report::gallery::{figure, row};
use concertina_report::plot::ImageGrid;
use concertina_report::report::Figure;

use super::comparison::COLUMNS;
use super::conditional;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

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
    part.task(
        "Dense, sparse and deep (Keras blog, 2016)",
        "Three networks without convolutions, all with 32 latent dimensions: a single layer in \
         encoder and decoder; the same with a penalty on the code; three layers in each.",
    );
    let [dense, sparse, deep] =
        [studio.model("dense-ae")?, studio.model("sparse-ae")?, studio.model("deep-ae")?];
    let indices: Vec<usize> = (0..COLUMNS.min(studio.stock.digits.valid.len())).collect();
    let [clean, _, by_dense] = dense.figures().examples(&indices)?;
    let [_, _, by_sparse] = sparse.figures().examples(&indices)?;
    let [_, _, by_deep] = deep.figures().examples(&indices)?;
    let rows = vec![
        row("original", &clean)?,
        row("dense", &by_dense)?,
        row("sparse", &by_sparse)?,
        row("deep", &by_deep)?,
    ];
    let grid = ImageGrid { rows, ..ImageGrid::default() };
    part.draw(
        |theme| grid.to_png(theme),
        "Held-out images, reconstructed from 32 latent dimensions by three networks.",
    )?;
    let table_row = |what: &str, trained: &Trained<'_>, blog: &str, blogs_code: &str| {
        [
            what.to_owned(),
            thousands(trained.model.architecture.n_parameters()),
            blog.to_owned(),
            number(trained.last().valid.reconstruction),
            blogs_code.to_owned(),
            number(mean(trained.codes())),
            percent(fraction_of_zeros(trained.codes())),
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
        "The penalty is a ten-thousandth of the sum of the code’s absolute values. To reduce it, \
         the encoder makes the numbers smaller, and sets to 0 those that it can do without. The \
         reconstruction suffers a little. Without a penalty nothing determines how large the \
         numbers are, so the mean of the dense code is different in every training run. The blog \
         trains for 50, 100 and 100 epochs with a batch size of 256.",
    );
    part.terms(
        "A penalty on absolute values is L1 regularisation. A code with many zeros is sparse.",
    );
    Ok(())
}

fn wide_denoiser(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("wide-denoise")?;
    part.task(
        "A wide denoiser (Keras blog)",
        "32 filters in every layer, and a code of 7 x 7 x 32 numbers: twice as many as the image \
         has pixels. Its noise has a mean of 0, so it does not brighten the image.",
    );
    part.figure(trained.figures().reconstructions()?);
    part.text(format!(
        "The held-out loss is {} after {} epochs. The blog, which trains for 100, gives none.",
        number(trained.loss()),
        trained.model.recipe.training.epochs
    ));
    part.why(
        "This code is no bottleneck. If the network were asked for what it is shown, it could \
         simply copy it. But it is asked for something else, the clean image, so it has to learn \
         all the same; and with so much room, fine strokes survive.",
    );
    part.terms("A code larger than the image is overcomplete.");
    Ok(())
}

/// Kvfrans' convolutional VAE and its grid of 64.
fn kvfrans(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("kvfrans-vae")?;
    part.task(
        "A variational autoencoder with more room (kvfrans, 2016)",
        "Convolutions of 5 x 5 that halve width and height, and 20 latent dimensions under the \
         same two terms, here in nats.",
    );
    let n = 64.min(studio.stock.digits.valid.len());
    let indices: Vec<usize> = (0..n).collect();
    let [clean, _, back] = trained.figures().examples(&indices)?;
    part.figure(sheet(&clean, "Held-out images, eight to a row.")?);
    part.figure(sheet(&back, "The same images, reconstructed from 20 latent dimensions.")?);
    let valid = &trained.last().valid;
    part.text(format!(
        "The held-out loss is {} nats: {} for the reconstruction and {} for the code. Of its 20 \
         latent dimensions, {} are active. The article trains for 10 epochs and gives no loss.",
        number(valid.loss),
        number(valid.reconstruction),
        number(valid.term("kl").unwrap_or(f64::NAN)),
        valid.term("active_units").unwrap_or(f64::NAN),
    ));
    part.why(
        "With 20 latent dimensions instead of 2, strokes come back sharper. But there is no longer \
         a map to look at, and random codes become digits less often: compare the samples with \
         those of section 8.",
    );
    part.figure(trained.figures().samples()?);
    Ok(())
}

/// The Keras blog's sequence-to-sequence autoencoder, for which it has no data: here the rows of an
/// image.
fn sequence(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("sequence-ae")?;
    part.task(
        "Sequences (Keras blog)",
        "The blog sketches an autoencoder of sequences and leaves the data to the reader. Here a \
         digit is a sequence of its 28 rows.",
    );
    part.method(
        "A network with a memory reads the image row by row, from the top. What it remembers at \
         the end becomes a code of 32 numbers. Another network with a memory is given the code 28 \
         times, and writes one row each time.",
    );
    part.figure(trained.figures().reconstructions()?);
    part.text(format!(
        "The held-out loss is {} after {} epochs. The dense network above, with as many latent \
         dimensions, reaches {}. The blog gives no figures.",
        number(trained.loss()),
        trained.model.recipe.training.epochs,
        number(studio.last_metrics("dense-ae")?.valid.loss)
    ));
    part.why(
        "Nothing here is specific to images. The same two networks accept melodies, sentences or \
         measurements, one step after the other. Section 13 is about melodies.",
    );
    part.terms(
        "A network with a memory is recurrent. This kind is a long short-term memory, LSTM.",
    );
    Ok(())
}

fn sheet(images: &FloatImages, caption: &str) -> Result<Figure> {
    let sheet = ImageGrid::sheet("", images.shape(), images.values(), 8)?;
    figure(|theme| sheet.to_png(theme), caption)
}

fn mean(codes: &Codes) -> f64 {
    codes.values().iter().map(|value| f64::from(*value)).sum::<f64>() / codes.values().len() as f64
}

fn fraction_of_zeros(codes: &Codes) -> f64 {
    let zeros = codes.values().iter().filter(|value| **value == 0.0).count();
    zeros as f64 / codes.values().len() as f64
}
