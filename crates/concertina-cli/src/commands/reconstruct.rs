//! `reconstruct`, and its other names `denoise` and `upscale`.

use concertina::Error;
use concertina::model::Model;
use concertina::task::Task;
use concertina::text::counted;

use crate::args;
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::exit::Exit;
use crate::output::ImagesOut;
use crate::printer::Printer;

/// `concertina reconstruct|denoise|upscale`. `task` is the kind that the model must have been
/// trained for.
pub(crate) fn run(
    args: &args::Reconstruct,
    printer: Printer,
    task: Option<&str>,
) -> anyhow::Result<Exit> {
    let out = ImagesOut::new(&args.out, &[args.input.as_ref(), &args.model])?;
    let model = Model::open(&args.model)?;
    let trained_for = match model.recipe.task {
        Task::Identity {} | Task::Binarise {} => "identity",
        Task::Noise { .. } | Task::Mask { .. } | Task::SaltAndPepper { .. } => "noise",
        Task::Downscale { .. } => "downscale",
    };
    if let Some(task) = task.filter(|task| *task != trained_for) {
        let recipe = if task == "noise" { "denoise" } else { "super-resolution" };
        return Err(Error::config(format!(
            "expected a model trained for the task \"{task}\", found one for \"{trained_for}\""
        ))
        .with_hint(format!("train one: `concertina train DATA --recipe {recipe}`"))
        .into());
    }
    let wanted = Wanted { limit: args.limit, fit_to_input: true, ..Wanted::default() };
    let inputs = data::open_for(&model, &args.input, wanted, printer)?;
    out.check(inputs.images.len(), model.architecture.target)?;
    let (n, labels) = (inputs.images.len(), inputs.label_names());
    let outputs = match classes(&model, n, labels.as_deref(), args.label.as_deref())? {
        Some(classes) => model.conditioned_on(&classes)?.reconstruct(&inputs.images)?,
        None => model.reconstruct(&inputs.images)?,
    };
    let seen = model.inputs(&inputs.images)?;
    let words = (model.recipe.task.input_word(), &seen, model.recipe.task.output_word());
    out.write(&outputs, &inputs.names, Some(words))?;
    printer.say(format_args!(
        "{} written to {}",
        counted(outputs.len(), "image"),
        args.out.display()
    ));
    Ok(Exit::Done)
}
