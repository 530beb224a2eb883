//! `data list` and `data inspect`.

use concertina::data::{OpenOptions, named};
use concertina::text::thousands;

use crate::args::{Data, DataCommand};
use crate::data;
use crate::exit::Exit;
use crate::printer::Printer;

/// `concertina data`
pub(crate) fn run(args: &Data, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        DataCommand::List => list(printer)?,
        DataCommand::Inspect { data, json } => {
            let card = data::open(data, OpenOptions::default(), printer)?.card;
            if *json {
                printer.data(serde_json::to_string_pretty(&card)?)?;
            } else {
                printer.data(card.to_string().trim_end())?;
            }
        }
    }
    Ok(Exit::Done)
}

fn list(printer: Printer) -> anyhow::Result<()> {
    let folders = data::data_dirs();
    for set in named::all() {
        let place = match named::folder(set, &folders) {
            _ if set.files.is_empty() => "built in".to_owned(),
            Some(folder) => folder.display().to_string(),
            None => "not on this machine; downloaded when used".to_owned(),
        };
        printer.data(format_args!(
            "{:<14} {}; {} training and {} test images of {}\n{:<14} {place}",
            set.name,
            set.about,
            thousands(set.train),
            thousands(set.valid),
            set.shape,
            ""
        ))?;
    }
    Ok(())
}
