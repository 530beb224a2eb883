//! `data list`, `data inspect` and `data pack`.

use std::path::{Path, PathBuf};

use concertina::data::music::{self, Music, Wanted, is_music};
use concertina::data::{DataCard, OpenOptions, PackedSet, is_files_of_pictures, is_pack, named};
use concertina::packing::{PackOptions, Packing, survey, verify};
use concertina::rng::Seed;
use concertina::text::{counted, thousands};
use concertina::{Error, ImageShape, Result};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{Data, DataCommand, Pack};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::{data, download};

/// `concertina data`
pub(crate) fn run(args: &Data, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        DataCommand::List => list(printer)?,
        DataCommand::Pack(args) => pack(args, printer)?,
        DataCommand::Inspect { data, verify } => {
            if *verify {
                check(data, printer)?;
            }
            let card = card(data, printer)?;
            printer.found(&card, || printer.data(card.to_string().trim_end()))?;
        }
    }
    Ok(Exit::Done)
}

/// What a source holds; of music, what is taken for melodies, or for drums where there are none.
fn card(source: &str, printer: Printer) -> anyhow::Result<DataCard> {
    if is_pack(Path::new(source)) {
        return Ok(PackedSet::open(source, &OpenOptions::default())?.card);
    }
    let options = OpenOptions::default();
    if !is_music(source) {
        if is_files_of_pictures(source)? {
            return Ok(data::with_progress(options, printer, |options| survey(source, options))?);
        }
        return Ok(data::open(source, options, printer)?.card);
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
    let packed = Packed {
        pack: args.out.display().to_string(),
        train: card.train,
        valid: card.valid,
        shape: card.shape,
    };
    printer.found(&packed, || printer.data(&packed.pack))
}

/// A pack that is complete.
#[derive(JsonSchema, Serialize)]
pub(super) struct Packed {
    /// The path of its folder.
    pack: String,
    /// How many training images it has.
    train: usize,
    /// How many validation images it has.
    valid: usize,
    /// The shape of an image.
    shape: ImageShape,
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
    let known = Known::new();
    printer.found(&known, || known.sets.iter().try_for_each(|set| printer.data(set.in_words())))
}

/// The data sets that are known by name.
#[derive(JsonSchema, Serialize)]
pub(super) struct Known {
    sets: Vec<KnownSet>,
}

#[derive(JsonSchema, Serialize)]
struct KnownSet {
    name: &'static str,
    about: &'static str,
    /// How many examples are trained on; missing for music, which is cut to windows as the recipe
    /// says.
    #[serde(skip_serializing_if = "Option::is_none")]
    train: Option<usize>,
    /// How many test examples there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<usize>,
    /// The shape of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<ImageShape>,
    #[serde(flatten)]
    place: Place,
}

/// Where a set is.
#[derive(JsonSchema, Serialize)]
struct Place {
    /// Whether it is a part of the program.
    built_in: bool,
    /// Its folder, if it is one and on this machine; a set that is neither is downloaded when used.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
}

impl Known {
    fn new() -> Self {
        let folders = download::data_dirs();
        let images = named::all().iter().map(|set| KnownSet {
            name: set.name,
            about: set.about,
            train: Some(set.train),
            valid: Some(set.valid),
            shape: Some(set.shape),
            place: Place::new(set.files.is_empty(), named::folder(set, &folders)),
        });
        let music = music::named::ALL.iter().map(|set| KnownSet {
            name: set.name,
            about: set.about,
            train: None,
            valid: None,
            shape: None,
            place: Place::new(set.home.is_none(), music::named::place(set, &folders)),
        });
        Self { sets: images.chain(music).collect() }
    }
}

impl KnownSet {
    /// A line about the set, and one about its place.
    fn in_words(&self) -> String {
        let Self { name, about, train, valid, shape, place } = self;
        let sizes = match (train, valid, shape) {
            (Some(train), Some(valid), Some(shape)) => format!(
                "; {} training and {} test images of {shape}",
                thousands(*train),
                thousands(*valid)
            ),
            _ => String::new(),
        };
        let place = match place {
            Place { built_in: true, .. } => "built in",
            Place { folder: Some(folder), .. } => folder,
            Place { .. } => "not on this machine; downloaded when used",
        };
        format!("{name:<14} {about}{sizes}\n{:<14} {place}", "")
    }
}

impl Place {
    fn new(built_in: bool, folder: Option<PathBuf>) -> Self {
        let folder = folder.filter(|_| !built_in).map(|folder| folder.display().to_string());
        Self { built_in, folder }
    }
}
