//! The convolutional autoencoder.

use concertina::text::{number, thousands};

use super::comparison::{Comparison, differences};
use crate::page::Part;
use crate::studio::{Halt, Studio};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-ae")?;
    let architecture = &trained.model.architecture;
    part.method(
        message("convolutional.method")
            .with("weights", thousands(architecture.n_parameters()))
            .with("latent", architecture.latent_dim),
    );
    part.look("convolutional.look");
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    part.why("convolutional.why");
    part.figure(trained.figures().curves()?, "convolutional.curves");
    part.look("convolutional.look-at-curves");
    Comparison::of_loss(&trained, "comparison.loss", "0.0953")
        .row("comparison.first-epoch", "0.1454", number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.terms("convolutional.terms");
    Ok(())
}
