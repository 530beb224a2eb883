//! The variational autoencoder, and the closing task that makes it convolutional.

use concertina::Result;
use concertina::text::{number, thousands};
use concertina_report::plot::{Curves, Series};

use super::comparison::{Comparison, differences};
use super::explorer;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("dense-vae")?;
    part.method(
        "The codes of a plain autoencoder lie wherever they happen to lie, with gaps between them. \
         Here we change two things. For each latent dimension the encoder returns not a value but \
         a mean and a standard deviation, and the code is sampled from that little cloud, anew \
         each time: the decoder has to cope with a whole neighbourhood of codes. And the loss gets \
         a second term, which grows with the distance of these clouds from one fixed cloud around \
         the origin: it pulls all neighbourhoods together until they touch.",
    );
    part.text(format!(
        "The network is dense: 784 pixels, 512 units, 2 latent dimensions, 512 units, 784 pixels; \
         {} weights.",
        thousands(trained.model.architecture.n_parameters())
    ));
    part.look(
        "The images are softer than in section 2: two numbers have to do instead of 128, and they \
         are shaken as well.",
    );
    part.figure(trained.figures().reconstructions()?);
    terms(part, &trained)?;
    Comparison::of_loss(&trained, "loss on held-out images, both terms", "35.73")
        .row("after the first epoch", "41.89", number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.why(
        "The two terms pull in opposite directions. The first, the squared error summed over the \
         pixels, wants codes to be far apart, so that images are not confused. The second, the KL \
         divergence, wants all codes to come from the same cloud. Training settles on a code that \
         says about an image just as much as is worth its cost.",
    );
    map(part, &trained)?;
    explorer::link(studio, part, &trained)?;
    part.terms(
        "A variational autoencoder, VAE. The cloud that all codes are pulled towards is the prior, \
         here the standard normal distribution. Sampling a code as mean plus standard deviation \
         times noise, so that gradients can pass through, is the reparameterisation trick. The \
         second term is the Kullback-Leibler divergence of the encoder’s distributions from the \
         prior (section 12).",
    );
    part.text(
        "A remark for readers of the formulas: the lesson samples as if the encoder returned the \
         logarithm of the standard deviation, but computes the KL divergence as if it were the \
         logarithm of the variance. The recipe `dense-vae` does the same, so that the numbers can \
         be compared. For the consistent version, add \
         `--set bottleneck.variance-parameterisation=log-variance`.",
    );
    Ok(())
}

/// The closing task of the lesson.
pub(super) fn closing_task(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-vae")?;
    part.task(
        "The task",
        "The variational autoencoder of the last section is dense. Build one from the convolutions \
         of section 2.",
    );
    part.method(format!(
        "The encoder of section 2 ends in 128 numbers. A dense layer turns them into two means and \
         two standard deviations. The decoder begins with a dense layer from 2 numbers to 128. \
         That is {} weights; the dense network has {}.",
        thousands(trained.model.architecture.n_parameters()),
        thousands(studio.model("dense-vae")?.model.architecture.n_parameters())
    ));
    part.figure(trained.figures().reconstructions()?);
    let dense = studio.model("dense-vae")?;
    let row = |what: &str, trained: &Trained<'_>| {
        let valid = &trained.last().valid;
        [
            what.to_owned(),
            thousands(trained.model.architecture.n_parameters()),
            number(valid.loss),
            number(valid.reconstruction),
            number(valid.term("kl").unwrap_or(f64::NAN)),
        ]
    };
    part.table(
        ["", "weights", "loss", "squared error", "KL divergence, nats"],
        vec![row("dense", &dense), row("convolutional", &trained)],
    );
    part.why(
        "A filter that finds a stroke in one corner finds it in every other corner too; a dense \
         layer has to learn it again for each position. So a small fraction of the weights does \
         nearly as well. With two latent dimensions neither can do much better: the code is what \
         is scarce.",
    );
    map(part, &trained)?;
    Ok(())
}

/// Both terms of the loss per epoch.
fn terms(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let history = &trained.history;
    let errors = Series::by_epoch("squared error", history.iter().map(|m| m.valid.reconstruction));
    let kl = history.iter().map(|m| m.valid.term("kl").unwrap_or(f64::NAN));
    let kl = Series::by_epoch("KL divergence", kl);
    for (series, y_name, caption) in [
        (
            errors,
            "squared error per image",
            "The first term of the loss on held-out images: the reconstruction error.",
        ),
        (
            kl,
            "KL divergence, nats",
            "The second term: the cost of the code. It may rise while the sum of both falls.",
        ),
    ] {
        let series = [series];
        let curves = Curves { x_name: "epoch", y_name, series: &series, ..Curves::default() };
        part.draw(|theme| curves.to_png(theme), caption)?;
    }
    Ok(())
}

/// Scatter, manifolds, samples and interpolations.
fn map(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let figures = trained.figures();
    part.task("A map of the latent space", "");
    part.look(
        "The means of all held-out images. They form one cloud without large gaps, and most of it \
         lies within two standard deviations of the origin, as the second term asks.",
    );
    part.figure(figures.scatter()?);
    part.look(
        "What the decoder draws at each place of the map: first as in the lesson, with both \
         numbers from -1 to 1; then further out, at steps that are equally likely under the prior. \
         Digits blend into one another.",
    );
    part.figure(figures.lesson_grid()?);
    part.figure(figures.manifold()?);
    part.task("New digits", "");
    part.look(
        "Codes sampled from the prior, decoded: digits that never were. Compare them with section \
         3. Most are digits; some lie between two digits and are neither.",
    );
    part.figure(figures.samples()?);
    part.look("Straight lines on the map, from one held-out image to another.");
    part.figure(figures.interpolations()?);
    Ok(())
}
