//! What was shown, and where to go next.

use concertina::text::{number, thousands};

use crate::page::Part;
use crate::studio::{Halt, Studio};

pub(super) fn section(studio: &mut Studio<'_>, part: &mut Part) -> Result<(), Halt> {
    part.text(
        "Autoencoders are lossy: what does not fit through the code is gone, and the loss function \
         decides what may be lost (sections 2 and 4). They are data-specific: a model trained on \
         digits sees digits everywhere (section 6). They need no labels: the image is the answer \
         (everywhere except in one part of section 11). They can remove noise because it does not \
         fit through the code (section 6). They can add what is missing because they have seen it \
         before (section 7). And they can make new images if their codes are asked to fill the \
         latent space (sections 8 to 11). None of this is peculiar to pictures: music can be \
         compressed, sampled and interpolated in the same way (section 13).",
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
            recipe.reconstruction.unit(),
        ]);
    }
    part.table(
        ["run", "weights", "latent dimensions", "epochs", "held-out loss", "reconstruction error"],
        rows,
    );
    part.text(
        "Each lies in `runs` beside this page, with a report of its own. Everything random follows \
         from the seed 42: the same command gives the same page.",
    );
    part.task("Where to go next", "");
    part.commands(format!(
        "# your own pictures: reconstruct them, sample new ones, interpolate between two\n\
         concertina train ~/pictures --out runs/mine\n\
         concertina sample runs/mine -n 64 -o new.png\n\
         concertina interpolate runs/mine cat.jpg dog.jpg -o between.png\n\
         concertina encode runs/mine ~/pictures -o codes.csv\n\
         \n\
         # one of this lesson’s models, changed\n\
         concertina train {data} --recipe dense-vae --set bottleneck.latent-dim=8 \
         --set bottleneck.variance-parameterisation=log-variance\n\
         concertina train {data} --recipe denoise --set task.std=0.8\n\
         concertina recipes\n\
         \n\
         # the whole lesson, with all images\n\
         concertina lesson",
        data = studio.stock.digits.card.name()
    ));
    Ok(())
}
