//! `data list` and `data inspect`.

use std::path::PathBuf;

use concertina::ImageShape;
use concertina::data::music::{self, Music, Wanted, is_music};
use concertina::data::{DataCard, OpenOptions, named};
use concertina::text::thousands;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{Data, DataCommand};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::{data, download};

/// `concertina data`
pub(crate) fn run(args: &Data, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        DataCommand::List => list(printer)?,
        DataCommand::Inspect { data } => {
            let card = card(data, printer)?;
            printer.found(&card, || printer.data(card.to_string().trim_end()))?;
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
