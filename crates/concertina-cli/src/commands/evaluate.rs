//! `evaluate`.

use concertina::data::{named, source_name};
use concertina::metric::Evaluation;
use concertina::model::Model;

use crate::args;
use crate::condition::classes;
use crate::data::{self, Inputs, Wanted};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::words::number;

/// `concertina evaluate`
pub(crate) fn run(args: &args::Evaluate, printer: Printer) -> anyhow::Result<Exit> {
    let model = Model::open(&args.model)?;
    let inputs = images(&model, args, printer)?;
    let (n, labels) = (inputs.images.len(), inputs.label_names());
    let evaluation = match classes(&model, n, labels.as_deref(), None)? {
        Some(classes) => model.given(&classes)?.evaluate(&inputs.images)?,
        None => model.evaluate(&inputs.images)?,
    };
    if args.json {
        printer.data(serde_json::to_string_pretty(&evaluation)?)?;
    } else {
        print(&evaluation, printer)?;
    }
    Ok(Exit::Done)
}

/// The images to judge on: the test half of a named set, else all. Of a folder or file called as what the model was
/// trained on, only what was held out: to judge on training images would flatter.
fn images(model: &Model, args: &args::Evaluate, printer: Printer) -> anyhow::Result<Inputs> {
    let wanted = Wanted { limit: args.limit, ..Wanted::default() };
    let source = data::absolute(&args.data);
    if named::find(&source).is_none() && source_name(&source) == model.card.source {
        let data = data::open_to_train(&model.recipe, &source, printer)?;
        // The card has the mean and the spread of all training pixels: other images of that name are told by it.
        if data.card.for_others() == model.card {
            printer.say(
                "the model was trained on this data: evaluating on the part that was held out",
            );
            return Ok(Inputs::of(data, wanted));
        }
    }
    data::open_for(model, &args.data, wanted, printer)
}

fn print(evaluation: &Evaluation, printer: Printer) -> anyhow::Result<()> {
    let line = |name: &str, value: String| printer.data(format_args!("{name:<16} {value}"));
    line("images", evaluation.images.to_string())?;
    line("loss", number(evaluation.loss))?;
    let unit = evaluation.reconstruction_unit;
    line("reconstruction", format!("{} ({unit})", number(evaluation.reconstruction)))?;
    if let Some(kl) = evaluation.kl_nats {
        line("kl", format!("{} (nats per image)", number(kl)))?;
    }
    if let Some(active) = evaluation.active_units {
        line("active units", format!("{active} of {}", evaluation.code_size))?;
    }
    line("mse", format!("{:.6} (per value, values in 0..1)", evaluation.mse))?;
    line("psnr", format!("{:.2} dB (mean over images)", evaluation.psnr_db))
}
