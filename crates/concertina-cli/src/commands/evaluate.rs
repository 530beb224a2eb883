//! `evaluate`.

use concertina::data::{Dataset, OpenOptions, named};
use concertina::metric::Evaluation;
use concertina::model::Model;
use concertina::rng::Seed;

use crate::args;
use crate::data::{self, Inputs, Wanted};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::progress::number;

/// `concertina evaluate`
pub(crate) fn run(args: &args::Evaluate, printer: &Printer) -> anyhow::Result<Exit> {
    let model = Model::open(&args.model)?;
    let inputs = images(&model, args, *printer)?;
    let evaluation = model.evaluate(&inputs.images)?;
    if args.json {
        printer.data(serde_json::to_string_pretty(&evaluation)?)?;
    } else {
        print(&evaluation, *printer)?;
    }
    Ok(Exit::Done)
}

/// The images to judge on: the test half of a named set, else all. Of the very folder or file that the model was trained
/// on, only what was held out.
fn images(model: &Model, args: &args::Evaluate, printer: Printer) -> anyhow::Result<Inputs> {
    let wanted = Wanted { limit: args.limit, ..Wanted::default() };
    if args.data != model.card.source || named::find(&args.data).is_some() {
        return data::open_for(model, &args.data, wanted, printer);
    }
    let recipe = &model.recipe;
    let options = OpenOptions {
        size: recipe.data.size,
        limit: recipe.data.limit,
        valid_fraction: recipe.data.validation,
        seed: Seed(recipe.training.seed),
        ..OpenOptions::default()
    };
    let data: Dataset = data::open(&args.data, options, printer)?;
    printer.say("the model was trained on this data: evaluating on the part that was held out");
    Ok(Inputs::of(data, wanted))
}

fn print(evaluation: &Evaluation, printer: Printer) -> anyhow::Result<()> {
    let line = |name: &str, value: String| printer.data(format_args!("{name:<16} {value}"));
    line("images", evaluation.images.to_string())?;
    line("loss", number(evaluation.loss))?;
    let unit = evaluation.reconstruction_unit;
    line("reconstruction", format!("{} ({unit})", number(evaluation.reconstruction)))?;
    if let Some(kl) = evaluation.kl_nats {
        line("kl", format!("{kl:.3} (nats per image)"))?;
    }
    if let Some(active) = evaluation.active_units {
        line("active units", format!("{active} of {}", evaluation.code_size))?;
    }
    line("mse", format!("{:.6} (per value, values in 0..1)", evaluation.mse))?;
    line("psnr", format!("{:.2} dB (mean over images)", evaluation.psnr_db))
}
