//! `data list` and `data inspect`.

use concertina::data::music::{self, Music, Wanted, is_music};
use concertina::data::{DataCard, OpenOptions, named};
use concertina::text::thousands;

use crate::args::{Data, DataCommand};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::{data, download};

/// `concertina data`
pub(crate) fn run(args: &Data, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        DataCommand::List => list(printer)?,
        DataCommand::Inspect { data, json } => {
            let card = card(data, printer)?;
            if *json {
                printer.data(serde_json::to_string_pretty(&card)?)?;
            } else {
                printer.data(card.to_string().trim_end())?;
            }
        }
    }
    Ok(Exit::Done)
}

/// What a source holds; of music, what is taken for melodies, or for drums where there are none.
fn card(source: &str, printer: Printer) -> anyhow::Result<DataCard> {
    if !is_music(source) {
        return Ok(data::open(source, OpenOptions::default(), printer)?.card);
    }
    let taken = |music| {
        let wanted = Wanted::new(music);
        data::open_music(source, wanted, OpenOptions::default(), printer)
    };
    let melodies = taken(Music::Melody);
    Ok(match melodies {
        Ok(melodies) => melodies.card,
        Err(none) => taken(Music::Drums).map_err(|_| none)?.card,
    })
}

fn list(printer: Printer) -> anyhow::Result<()> {
    let folders = download::data_dirs();
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
    for set in music::named::ALL {
        let place = match (set.home, music::named::place(set, &folders)) {
            (None, _) => "built in".to_owned(),
            (_, Some(folder)) => folder.display().to_string(),
            (Some(_), None) => "not on this machine; downloaded when used".to_owned(),
        };
        printer.data(format_args!("{:<14} {}\n{:<14} {place}", set.name, set.about, ""))?;
    }
    Ok(())
}
