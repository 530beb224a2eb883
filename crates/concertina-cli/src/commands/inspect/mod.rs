//! `inspect`.

mod folder;
mod found;
mod good;
mod page;
mod subject;

use concertina::Error;
use concertina::data::source_name;
use concertina::inspect::Inspector;
use concertina::model::Model;
use concertina::text::counted;

pub(super) use self::good::inspector;

use self::folder::{Folder, PAGE};
pub(super) use self::found::Found;
use self::subject::Subject;
use crate::args;
use crate::exit::Exit;
use crate::output::{expect_folder, expect_new_folder, told};
use crate::printer::Printer;

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
        printer.warn(threshold.unpromised());
    }
    let folder = args.out.as_deref().map(|out| Folder::begin(out, thresholds.1));
    let mut folder = folder.transpose()?;
    let found = Found::of(&mut subject, thresholds, printer, |verdict, seen| match &mut folder {
        Some(folder) => folder.add(verdict, seen),
        None => Ok(()),
    })?;
    printer.found(&found, || found.print(printer))?;
    if let (Some(folder), Some(out)) = (folder, &args.out) {
        folder.finish(&found, &source_name(&args.data.to_string_lossy()))?;
        let maps = counted(found.images, "heat map");
        printer
            .say(format_args!("{maps} written to {}; open {PAGE} there in a browser", told(out)));
    }
    Ok(Exit::Done)
}
