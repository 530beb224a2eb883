//! `data list`, `data inspect` and `data pack`.

use std::path::Path;

use concertina::data::music::{self, Music, Wanted, is_music};
use concertina::data::{DataCard, OpenOptions, PackedSet, is_pack, named};
use concertina::packing::{PackOptions, Packing, verify};
use concertina::rng::Seed;
use concertina::text::{counted, thousands};
use concertina::{Error, Result};

use crate::args::{Data, DataCommand, Pack};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::{data, download};

/// `concertina data`
pub(crate) fn run(args: &Data, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        DataCommand::List => list(printer)?,
        DataCommand::Pack(args) => pack(args, printer)?,
        DataCommand::Inspect { data, json, verify } => {
            if *verify {
                check(data, printer)?;
            }
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
    if is_pack(Path::new(source)) {
        return Ok(PackedSet::open(source, &OpenOptions::default())?.card);
    }
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

/// Compares all bytes of a pack with its checksums.
fn check(source: &str, printer: Printer) -> anyhow::Result<()> {
    let folder = Path::new(source);
    if !is_pack(folder) {
        return Err(Error::config(format!(
            "`--verify`: expected a pack, which has checksums, found `{source}`"
        ))
        .with_hint("`concertina data pack` writes packs")
        .into());
    }
    let n = data::with_progress(OpenOptions::default(), printer, |options| {
        verify(folder, options.progress.as_ref())
    })?;
    printer.say(format_args!("{} as packed", counted(n, "file")));
    Ok(())
}

fn pack(args: &Pack, printer: Printer) -> anyhow::Result<()> {
    let open = OpenOptions {
        size: args.size,
        channels: args.channels,
        limit: args.limit,
        valid_fraction: args.valid,
        seed: Seed(args.seed),
        ..OpenOptions::default()
    };
    let open = data::prepared(&args.data, open, printer)?;
    data::with_progress(open, printer, |open| write(args, open, printer))?;
    let card = PackedSet::open(&args.out.to_string_lossy(), &OpenOptions::default())?.card;
    data::warn_of_skipped(&card, printer);
    printer.say(format_args!(
        "{} training and {} validation images of {} packed into {}",
        thousands(card.train),
        thousands(card.valid),
        card.shape,
        args.out.display()
    ));
    printer.data(args.out.display())
}

/// Writes shard by shard; without a terminal, says so of each.
fn write(args: &Pack, open: &OpenOptions, printer: Printer) -> Result<()> {
    let shard_bytes = args.shard_mib.saturating_mul(1 << 20);
    let options = PackOptions { open: open.clone(), shard_bytes };
    let mut packing = Packing::begin(&args.data, &args.out, &options)?;
    if packing.done() > 0 {
        printer.say(format_args!("going on after {} images", thousands(packing.done())));
    }
    while let Some(shard) = packing.step()? {
        if !printer.terminal {
            printer.say(format_args!(
                "{} written, {} images in all",
                shard.display(),
                thousands(packing.done())
            ));
        }
    }
    Ok(())
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
