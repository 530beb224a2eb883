//! Pieces of music, from MIDI files.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use concertina_music::score::Score;
use fs_err as fs;

use super::named;
use crate::data::walk::{self, Found, Walk};
use crate::data::{OpenOptions, Skipped, named as data_named, picture};
use crate::error::{Error, Result};
use crate::parallel;
use crate::text::counted;

/// A piece and its file's name.
pub(super) struct Piece {
    pub(super) name: String,
    pub(super) score: Score,
}

/// The pieces of a source.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    pub(super) skipped: Skipped,
    pub(super) notes: Vec<String>,
}

/// The largest file that is read: a million notes take about 8 MB.
const MAX_BYTES: u64 = 1 << 26;

/// Whether a source is music: the name of a set of music, a MIDI file, or a folder with MIDI files
/// and no images.
pub fn is_music(source: &str) -> bool {
    if data_named::find(source).is_some() {
        return false;
    }
    let path = Path::new(source);
    if named::find(source).is_some() || path.is_file() {
        return named::find(source).is_some() || is_midi(source);
    }
    let is_either = |name: &str| is_midi(name) || picture::is_name(name);
    let Ok(found) = walk::walk(path, is_either) else { return false };
    !found.files.is_empty() && found.files.iter().all(|file| is_midi(&file.name))
}

/// True if a file of this name is MIDI.
fn is_midi(name: &str) -> bool {
    let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("mid" | "midi" | "smf"))
}

/// Reads all MIDI files in a folder and below it, or a file.
pub(super) fn read(path: &Path, options: &OpenOptions) -> Result<Pieces> {
    if path.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let score = read_file(path).map_err(|why| {
            Error::data(why)
                .in_file(path)
                .with_hint("music is a MIDI file (.mid), a folder of them, or a named set")
        })?;
        return Ok(Pieces { all: vec![Piece { name, score }], ..Pieces::default() });
    }
    let Walk { files, others, runs, mut skipped } = walk::walk(path, is_midi)?;
    let done = AtomicUsize::new(0);
    let scores = parallel::map(&files, |Found { path, .. }| {
        let score = read_file(path);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        options.report("reading MIDI files", done, files.len());
        score
    });
    let mut pieces = Vec::new();
    for (Found { name, .. }, score) in files.into_iter().zip(scores) {
        match score {
            Ok(score) => pieces.push(Piece { name, score }),
            Err(why) => skipped.push(name, why),
        }
    }
    if pieces.is_empty() {
        let found = match (skipped.shown.first(), others) {
            (Some(first), _) => {
                format!(
                    "found {} unreadable, the first `{}`: {}",
                    skipped.count, first.name, first.reason
                )
            }
            (None, 0) => "found no file".to_owned(),
            (None, others) => format!("found only {}", counted(others, "other file")),
        };
        return Err(Error::data(format!("expected MIDI files (mid, midi), {found}")).in_file(path));
    }
    let mut notes = Vec::new();
    if others > 0 {
        notes.push(format!("{} that are not MIDI were passed over", counted(others, "file")));
    }
    if runs > 0 {
        notes.push(format!("{} of this program were passed over", counted(runs, "run folder")));
    }
    Ok(Pieces { all: pieces, skipped, notes })
}

/// Reads a file; otherwise says why not.
fn read_file(path: &Path) -> Result<Score, String> {
    // A device or a pipe might never end.
    let metadata =
        fs::metadata(path).map_err(|error| format!("cannot be read ({})", error.kind()))?;
    if !metadata.is_file() {
        return Err("not a file".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("expected at most {MAX_BYTES} bytes, found {}", metadata.len()));
    }
    let bytes = fs::read(path).map_err(|error| format!("cannot be read ({})", error.kind()))?;
    Score::from_midi(&bytes).map_err(|error| error.to_string())
}
