//! What was shown, and where to go next.

use concertina::text::{number, thousands};

use crate::page::Part;
use crate::studio::{Halt, Studio};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.text("summary.text");
    part.heading("summary.models.heading");
    let mut rows = Vec::new();
    for (name, plan) in studio.plans() {
        let (recipe, architecture) = (plan.recipe(), plan.architecture());
        let last = studio.last_metrics(name)?;
        rows.push([
            name.to_owned(),
            thousands(architecture.n_parameters()),
            thousands(architecture.latent_dim),
            recipe.training.epochs.to_string(),
            number(last.valid.loss),
            unit(part, recipe.reconstruction.unit()),
        ]);
    }
    let head = [
        "summary.models.run",
        "summary.models.weights",
        "summary.models.latent",
        "summary.models.epochs",
        "summary.models.loss",
        "summary.models.error",
    ]
    .map(|key| part.say(key));
    part.table(head, rows);
    part.text("summary.models.runs");
    part.heading("summary.next.heading");
    part.commands(format!(
        "# {own_pictures}\n\
         concertina train ~/pictures --out runs/mine\n\
         concertina sample runs/mine -n 64 -o new.png\n\
         concertina interpolate runs/mine cat.jpg dog.jpg -o between.png\n\
         concertina encode runs/mine ~/pictures -o codes.csv\n\
         \n\
         # {changed}\n\
         concertina train {data} --recipe dense-vae --set bottleneck.latent-dim=8 \
         --set bottleneck.variance-parameterisation=log-variance\n\
         concertina train {data} --recipe denoise --set task.std=0.8\n\
         concertina recipes\n\
         \n\
         # {all}\n\
         concertina lesson",
        data = studio.stock.digits.card.name(),
        own_pictures = part.say("summary.next.own-pictures"),
        changed = part.say("summary.next.changed"),
        all = part.say("summary.next.all"),
    ));
    Ok(())
}

/// The unit of a reconstruction error.
fn unit(part: &Part, unit: String) -> String {
    part.say(match unit.as_str() {
        "nats per pixel" => "summary.models.nats-per-pixel",
        "nats per image" => "summary.models.nats-per-image",
        "nats per window" => "summary.models.nats-per-window",
        "squared error per image" => "summary.models.squared-error-per-image",
        _ if cfg!(test) => panic!("no text says `{unit}`"),
        _ => return unit,
    })
}
