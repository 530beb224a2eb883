//! `denoise` and `upscale`.

mod pictures;

use concertina::model::Model;
use concertina::restore::Restorer;
use concertina::task::Task;
use concertina::{Error, ImageShape};

use self::pictures::Pictures;
use super::reconstruct;
use crate::args;
use crate::exit::Exit;
use crate::output::ImagesOut;
use crate::printer::Printer;

/// `concertina denoise|upscale`. `task` is the kind that the model must have been trained for.
///
/// A model that takes pictures of any size gets them as they are; others, arrays and data sets are
/// fitted to the model.
pub(crate) fn restore(args: &args::Restore, printer: Printer, task: &str) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.out)?;
    let model = Model::open(&args.model)?;
    check_task(&model, task)?;
    let pictures = Pictures::find(args)?;
    match (Restorer::of(&model), pictures) {
        (Some(restorer), Some(pictures)) => pictures.restore(restorer, printer),
        _ => reconstruct::images(args, &model, printer),
    }
}

fn check_task(model: &Model, task: &str) -> Result<(), Error> {
    let trained_for = match model.recipe.task {
        Task::Identity {} | Task::Binarise {} => "identity",
        Task::Noise { .. } | Task::Mask { .. } | Task::SaltAndPepper { .. } => "noise",
        Task::Defects { .. } => "defects",
        Task::Downscale { .. } => "downscale",
    };
    if task == trained_for {
        return Ok(());
    }
    let is_digit = model.architecture.target == ImageShape::new(1, 28, 28);
    let recipe = match (task, is_digit) {
        ("noise", true) => "denoise",
        ("noise", false) => "wide-denoise",
        (_, true) => "super-resolution",
        (_, false) => "enlarge-2x",
    };
    Err(Error::config(format!(
        "expected a model trained for the task \"{task}\", found one for \"{trained_for}\""
    ))
    .with_hint(format!("train one: `concertina train DATA --recipe {recipe}`")))
}
