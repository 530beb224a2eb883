//! The variational autoencoder, and the closing task that makes it convolutional.

use concertina::Result;
use concertina::text::{number, thousands};
use concertina_report::plot::{Curves, Series};

use super::comparison::{Comparison, differences};
use super::explorer;
use crate::page::Part;
use crate::studio::{Halt, Studio, Trained};
use crate::words::message;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("dense-vae")?;
    part.method("variational.method");
    part.text(
        message("variational.network")
            .with("weights", thousands(trained.model.architecture.n_parameters())),
    );
    part.look("variational.look");
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    terms(part, &trained)?;
    Comparison::of_loss(&trained, "variational.loss", "35.73")
        .row("comparison.first-epoch", "41.89", number(trained.history[0].valid.loss))
        .training(&trained, [60_000, 25, 128])
        .put(part);
    part.text(differences(studio.effort));
    part.why("variational.why");
    map(part, &trained)?;
    explorer::link(studio, part, &trained)?;
    part.terms("variational.terms");
    part.text("variational.remark");
    Ok(())
}

/// The closing task of the lesson.
pub(super) fn closing_task(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    let trained = studio.model("conv-vae")?;
    part.task("closing-task.heading", "closing-task.task");
    part.method(
        message("closing-task.method")
            .with("weights", thousands(trained.model.architecture.n_parameters()))
            .with(
                "dense-weights",
                thousands(studio.model("dense-vae")?.model.architecture.n_parameters()),
            ),
    );
    part.figure(trained.figures().reconstructions()?, "figures.reconstructions");
    let dense = studio.model("dense-vae")?;
    let row = |what: &'static str, trained: &Trained<'_>| {
        let valid = &trained.last().valid;
        [
            part.say(what),
            thousands(trained.model.architecture.n_parameters()),
            number(valid.loss),
            number(valid.reconstruction),
            number(valid.term("kl").unwrap_or(f64::NAN)),
        ]
    };
    let head = [
        String::new(),
        part.say("closing-task.weights"),
        part.say("closing-task.loss"),
        part.say("closing-task.squared-error"),
        part.say("closing-task.kl"),
    ];
    let rows = vec![row("closing-task.dense", &dense), row("closing-task.convolutional", &trained)];
    part.table(head, rows);
    part.why("closing-task.why");
    map(part, &trained)?;
    Ok(())
}

/// Both terms of the loss per epoch.
fn terms(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let history = &trained.history;
    let errors = Series::by_epoch(
        part.say("variational.series-squared-error"),
        history.iter().map(|m| m.valid.reconstruction),
    );
    let kl = history.iter().map(|m| m.valid.term("kl").unwrap_or(f64::NAN));
    let kl = Series::by_epoch(part.say("variational.series-kl"), kl);
    for (series, y_name, caption) in [
        (errors, "variational.axis-squared-error", "variational.squared-error"),
        (kl, "variational.axis-kl", "variational.kl"),
    ] {
        let series = [series];
        let (x_name, y_name) = (part.say("figures.axis-epoch"), part.say(y_name));
        let curves =
            Curves { x_name: &x_name, y_name: &y_name, series: &series, ..Curves::default() };
        part.draw(|theme| curves.to_png(theme), caption)?;
    }
    Ok(())
}

/// Scatter, manifolds, samples and interpolations.
fn map(part: &mut Part, trained: &Trained<'_>) -> Result<()> {
    let figures = trained.figures();
    part.heading("variational.map.heading");
    part.look("variational.map.look");
    let caption = match trained.data.valid_labels {
        Some(_) => "variational.map.labelled-means",
        None => "variational.map.means",
    };
    part.figure(
        figures.scatter()?,
        message(caption).with("images", thousands(trained.data.valid.len())),
    );
    part.look("variational.map.look-at-grid");
    part.figure(figures.lesson_grid()?, "variational.map.lesson-grid");
    part.figure(figures.manifold()?, "variational.map.manifold");
    part.heading("variational.map.new-digits");
    part.look("variational.map.look-at-samples");
    part.figure(figures.samples()?, "figures.samples");
    part.look("variational.map.look-at-lines");
    part.figure(figures.interpolations()?, "variational.map.interpolations");
    Ok(())
}
