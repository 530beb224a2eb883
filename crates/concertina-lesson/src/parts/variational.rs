//! The variational autoencoder, and the closing task that makes it convolutional.

use super::{Comparison, differences, number};
use crate::error::Result;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio, Trained};
use crate::plot::{Curves, Series};
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("dense-vae")?;
    part.done(
        "A plain autoencoder’s codes lie where they happen to lie, with gaps between them. Here two things are changed. The encoder \
         gives for each number of the code not a value but a middle and a spread, and the code is drawn at random from \
         there, anew each time: the decoder has to do with all codes of a neighbourhood. And the loss has a second term that grows \
         the further these clouds are from one cloud around the origin that is fixed beforehand: so all neighbourhoods are drawn together \
         until they touch.",
    );
    part.text(format!(
        "The network is dense: 784 pixels, 512 numbers, a code of 2, 512 numbers, 784 pixels; {} weights.",
        thousands(trained.model.architecture.n_parameters())
    ));
    part.look("Softer than in section 2: a code of two numbers has to do, not 128, and it is shaken besides.");
    part.figure(trained.source().reconstructions()?);
    terms(part, &trained)?;
    Comparison::of_loss(&trained, "loss on held-out images, both terms", "35.73")
        .row("after the first epoch", "41.89", number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.why(
        "The two terms pull against each other. The first, the squared error summed over the pixels, wants codes far apart, so that images \
         are not confused. The second, the divergence, wants all codes to be the same cloud. What training settles on is a \
         code that says about an image just what is worth its price.",
    );
    map(part, &trained)?;
    part.name(
        "A variational autoencoder, VAE. The cloud that all codes are drawn to: the prior, here the standard normal distribution. Drawing as \
         middle plus spread times noise, so that gradients find their way through: reparameterisation. The second term: the \
         Kullback-Leibler divergence of the encoder’s clouds from the prior (section 12).",
    );
    part.text(
        "A remark for those who read the formulas: the lesson draws with one reading of the spread (its logarithm) and charges by another (that of its square). \
         The recipe `dense-vae` does the same, so that the numbers compare; `--set bottleneck.variance-parameterisation=log-variance` is the \
         consistent way.",
    );
    Ok(())
}

/// The closing task of the lesson.
pub(super) fn closing_task(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-vae")?;
    part.task(
        "The task",
        "The variational autoencoder of the last section is dense. Take the convolutions of section 2 and build one of them.",
    );
    part.done(format!(
        "The encoder of section 2 ends in 128 numbers; a dense layer makes two middles and two spreads of them. The decoder \
         begins with a dense layer from 2 numbers to 128. That is {} weights, where the dense one has {}.",
        thousands(trained.model.architecture.n_parameters()),
        thousands(studio.model("dense-vae")?.model.architecture.n_parameters())
    ));
    part.figure(trained.source().reconstructions()?);
    let dense = studio.model("dense-vae")?;
    let row = |what: &str, trained: &Trained<'_>| {
        let valid = &trained.last().valid;
        [
            what.to_owned(),
            thousands(trained.model.architecture.n_parameters()),
            number(valid.loss),
            number(valid.reconstruction),
            number(valid.kl.unwrap_or_default()),
        ]
    };
    part.table(
        ["", "weights", "loss", "squared error", "divergence, nats"],
        vec![row("dense", &dense), row("convolutional", &trained)],
    );
    part.why(
        "A filter that finds a stroke in one corner finds it in every other; a dense layer has to learn it for each place anew. So a hundred and fiftieth of the weights do nearly \
         as well. With a code of two numbers neither can do much better: the code is what is scarce.",
    );
    map(part, &trained)?;
    Ok(())
}

/// Both terms of the loss by epoch.
fn terms(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let history = &trained.history;
    let errors = Series::by_epoch("squared error", history.iter().map(|m| m.valid.reconstruction));
    let prices =
        Series::by_epoch("divergence", history.iter().map(|m| m.valid.kl.unwrap_or(f64::NAN)));
    for (series, y_name, caption) in [
        (
            errors,
            "squared error per image",
            "The first term of the loss on held-out images: what is lost.",
        ),
        (
            prices,
            "divergence in nats",
            "The second term: the price of the code. It may rise while the sum of both falls.",
        ),
    ] {
        let series = [series];
        let curves = Curves { x_name: "epoch", y_name, series: &series, ..Curves::default() };
        part.draw(|theme| curves.to_png(theme), caption)?;
    }
    Ok(())
}

/// Scatter, manifolds, samples and ways between images.
fn map(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let source = trained.source();
    part.task("The map", "");
    part.look(
        "The middles of all held-out images. They form one cloud without large gaps, and most of it lies within two standard \
         deviations of the origin, as the second term asks.",
    );
    part.figure(source.scatter()?);
    part.look(
        "What the decoder draws at the places of the map: first as the lesson has it, both numbers from -1 to 1; then further out, in steps that \
         are equally likely under the prior. Digits pass into one another.",
    );
    part.figure(source.lesson_grid()?);
    part.figure(source.manifold()?);
    part.task("New digits", "");
    part.look(
        "Codes drawn at random from the prior, decoded. Compare section 3: most are digits. Some lie between two digits and are neither.",
    );
    part.figure(source.samples()?);
    part.look("Straight ways on the map from one held-out image to another.");
    part.figure(source.interpolations()?);
    Ok(())
}
