//! The sets of music that are known by name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err as fs;

use crate::error::{Error, Result};

/// A set of music known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedMusic {
    /// Its name, also that of its folder.
    pub name: &'static str,
    /// What the pieces are.
    pub about: &'static str,
    /// Authors and licence.
    pub credit: &'static str,
    /// Where it comes from; nothing for a built-in set.
    pub home: Option<&'static str>,
    /// Where it can be downloaded.
    pub archive: Option<Archive>,
    /// A folder in it that has all pieces once.
    pub folder: &'static str,
}

/// A zip archive of a set, whose one folder becomes the set's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its address.
    pub url: &'static str,
    /// How many MIDI files are in it, at least.
    pub pieces: usize,
}

/// All sets of music, the built-in one first.
pub const ALL: &[NamedMusic] = &[
    NamedMusic {
        name: "tunes",
        about: "short pieces for melody, bass, chords and drums, composed by the program itself",
        credit: "built in, nothing to download; free of any rights",
        home: None,
        archive: None,
        folder: "",
    },
    NamedMusic {
        name: "nottingham",
        about: "1,034 British and American folk tunes with chords",
        credit: "collected by Eric Foxley, cleaned by Jukedeck, GPL-3.0",
        home: Some("https://github.com/jukedeck/nottingham-dataset"),
        archive: Some(Archive {
            url: "https://github.com/jukedeck/nottingham-dataset/archive/\
             bcb2afc67d291acdd689ed0c22ab2a8a480f38a6.zip",
            pieces: 1034,
        }),
        folder: "MIDI/melody",
    },
    NamedMusic {
        name: "groove",
        about: "1,150 performances of drummers on an electronic kit",
        credit: "Jon Gillick and others (Google), CC BY 4.0",
        home: Some("https://magenta.tensorflow.org/datasets/groove"),
        archive: Some(Archive {
            url: "https://storage.googleapis.com/magentadata/datasets/groove/\
             groove-v1.0.0-midionly.zip",
            pieces: 1150,
        }),
        folder: "",
    },
];

/// The set of this name.
pub fn find(name: &str) -> Option<&'static NamedMusic> {
    ALL.iter().find(|set| set.name == name)
}

/// The folder of a set: `<dir>/music/<name>` or `<dir>/<name>`, the first that there is.
pub fn place(set: &NamedMusic, data_dirs: &[PathBuf]) -> Option<PathBuf> {
    let mut folders = places(set, data_dirs).map(|place| place.join(set.folder));
    folders.find(|folder| folder.is_dir())
}

/// As [`place`], of a set that is not built in.
///
/// # Errors
/// If there is none; the hint says where to put it.
pub(super) fn folder(set: &NamedMusic, data_dirs: &[PathBuf]) -> Result<PathBuf> {
    if let Some(found) = place(set, data_dirs) {
        return Ok(found);
    }
    let places: Vec<PathBuf> = places(set, data_dirs).collect();
    let looked: Vec<String> = places.iter().map(|place| format!("`{}`", place.display())).collect();
    let error = Error::data(format!(
        "`{}` is not on this machine: looked for {}",
        set.name,
        looked.join(", ")
    ));
    Err(error.with_hint(match places.first() {
        Some(place) => hint(set, place),
        None => "name a folder in which data sets are kept".to_owned(),
    }))
}

/// How to get a set that is not built in, to be put into `folder`.
pub fn hint(set: &NamedMusic, folder: &Path) -> String {
    format!("put the files of {} into `{}`", set.home.unwrap_or_default(), folder.display())
}

/// Where a set is looked for.
fn places(set: &NamedMusic, data_dirs: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
    data_dirs.iter().flat_map(|dir| [dir.join("music").join(set.name), dir.join(set.name)])
}

/// Which pieces of a folder its own list holds out, by their names; `None` if it has no list. That
/// of the Groove MIDI Dataset has the columns `midi_filename` and `split`.
pub(super) fn held_out(folder: &Path) -> Result<Option<HashMap<String, bool>>> {
    let path = folder.join("info.csv");
    if !path.is_file() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name| header.iter().position(|column| *column == name);
    let (Some(file), Some(split)) = (column("midi_filename"), column("split")) else {
        return Ok(None);
    };
    let rows = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        Some(((*cells.get(file)?).to_owned(), *cells.get(split)? == "test"))
    });
    Ok(Some(rows.collect()))
}
