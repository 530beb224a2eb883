//! What was shown, and where to go next.

use super::number;
use crate::lesson::page::Part;
use crate::lesson::studio::{Halt, Studio};
use crate::text::thousands;

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.text(
        "Autoencoders are lossy: what does not fit through the code is gone, and the loss decides what may be lost (sections 2 and 4). They \
         are data-specific: what was trained on digits sees digits everywhere (section 6). They need no labels: the \
         image is the answer (all sections but one part of section 11). Noise can be taken away because it does not fit through the code (section \
         6); what is missing can be added because it was seen before (section 7); and new images can be made where codes are asked to \
         fill the space (sections 8 to 11).",
    );
    part.task("All models of this page", "");
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
            recipe.reconstruction.unit().to_owned(),
        ]);
    }
    part.table(["run", "weights", "code", "epochs", "held-out loss", "error in"], rows);
    part.text("Each lies beside this page in `runs`, with a report of its own. All that is random follows from the seed 42: the same command gives the same page.");
    part.task("Where to go next", "");
    part.commands(format!(
        "# your own pictures: what comes back, a map, new ones\n\
         concertina train ~/pictures --out runs/mine\n\
         concertina sample runs/mine -n 64 -o new.png\n\
         concertina interpolate runs/mine cat.jpg dog.jpg -o way.png\n\
         concertina encode runs/mine ~/pictures -o codes.csv\n\
         \n\
         # one of this lesson’s models, changed\n\
         concertina train {data} --recipe dense-vae --set bottleneck.latent-dim=8 --set bottleneck.variance-parameterisation=log-variance\n\
         concertina train {data} --recipe denoise --set task.std=0.8\n\
         concertina recipes\n\
         \n\
         # all of this lesson, with all images\n\
         concertina lesson",
        data = studio.stock.digits.card.name()
    ));
    Ok(())
}
