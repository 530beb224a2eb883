//! `inspect`.

mod found;
mod good;
mod subject;

use concertina::Error;
use concertina::inspect::Inspector;
use concertina::model::Model;
use concertina::text::{counted, percent, thousands};

use self::found::Found;
use self::subject::Subject;
use crate::args;
use crate::exit::Exit;
use crate::output::{begin_folder, expect_folder, expect_new_folder, told};
use crate::printer::Printer;

/// Of a folder that is written.
const TABLE: &str = "scores.csv";

/// `concertina inspect`
pub(crate) fn run(args: &args::Inspect, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    if !(args.false_alarms > 0.0 && args.false_alarms < 1.0) {
        return Err(Error::config(format!(
            "`--false-alarms`: expected a rate above 0 and below 1, found {}",
            args.false_alarms
        ))
        .into());
    }
    if let Some(out) = &args.out {
        expect_folder("--out", out)?;
        expect_new_folder(out, "heat maps")?;
    }
    let model = Model::open(&args.model)?;
    let mut subject = if Inspector::check(&model).is_ok() {
        Subject::of_pictures(&model, args, printer)?
    } else {
        Subject::of_examples(&model, args, printer)?
    };
    let thresholds = subject.thresholds(args.false_alarms)?;
    let threshold = thresholds.0;
    if !threshold.is_promised() {
        printer.warn(format_args!(
            "{} false alarms cannot be promised by {}, it takes {}: the threshold is the largest \
             of their scores",
            percent(threshold.false_alarms),
            counted(threshold.held_out, "held-out good picture"),
            thousands(threshold.needed),
        ));
    }
    let mut folder = args.out.as_deref().map(begin_folder).transpose()?;
    let found = Found::of(&mut subject, thresholds, folder.as_mut(), printer)?;
    if args.json {
        printer.data(serde_json::to_string_pretty(&found)?)?;
    } else {
        found.print(printer)?;
    }
    if let (Some(mut folder), Some(out)) = (folder, &args.out) {
        folder.write(TABLE, &found.table()?)?;
        folder.finish()?;
        printer.say(format_args!("{} written to {}", counted(found.images, "heat map"), told(out)));
    }
    Ok(Exit::Done)
}
