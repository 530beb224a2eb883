//! Finds the pictures in tar archives, where they lie: of any tar, or of one in the layout of
//! `WebDataset`, where files of one name with different endings are one sample.
//!
//! Headers alone are read; nothing is unpacked. The class of a picture is what the `.cls` file of
//! its sample says, or the first folder in its name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use concertina_formats::tar::{self, Entry};
use fs_err as fs;

use super::picture;
use super::section::read_exact_at;
use super::walk::{Found, Walk};
use crate::error::{Error, Result};

/// The ending of a file that has the class of its sample.
const CLASS: &str = "cls";
/// Bytes of a class, at most.
const MOST_CLASS_BYTES: u64 = 200;

/// True for a name with the extension of an archive.
pub(super) fn is_name(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tar"))
}

/// The pictures of some archives, which have names and paths, in the order of the archives and
/// within each as they lie. Their own names begin with those of the archives.
///
/// # Errors
/// If a file cannot be read, or is no archive.
pub(super) fn walk(archives: &[(String, PathBuf)]) -> Result<Walk> {
    let mut walk = Walk::default();
    for (name, path) in archives {
        enter(name, path, &mut walk).map_err(|error| error.in_file(path))?;
    }
    Ok(walk)
}

fn enter(archive: &str, path: &Path, walk: &mut Walk) -> Result<()> {
    let file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    let entries = tar::scan(length, |at, into| Ok::<_, Error>(read_exact_at(&file, into, at)?))?;
    let mut classes = HashMap::new();
    for entry in &entries {
        let (sample, part) = sample(plain(&entry.name));
        if part == CLASS
            && let Some(class) = class(&file, entry)?
        {
            classes.insert(sample, class);
        }
    }
    for Entry { name, place } in &entries {
        let name = plain(name);
        let (sample, part) = sample(name);
        if name.split('/').any(|part| part.starts_with('.') && part != "." && part != "..") {
            continue;
        }
        if !picture::is_name(name) {
            walk.others += usize::from(part != CLASS);
            continue;
        }
        let own = format!("{archive}/{name}");
        if name.starts_with('/') || name.split('/').any(|part| part == "..") {
            walk.skipped.push(own, "a name that leads out of its archive".to_owned());
            continue;
        }
        let class = classes.get(sample).cloned().or_else(|| folder(name));
        let (path, within) = (path.to_owned(), Some(place.clone()));
        walk.files.push(Found { path, within, name: own, class });
    }
    Ok(())
}

/// A name as other writers have it, without the folder that the archive was made in.
fn plain(name: &str) -> &str {
    name.trim_start_matches("./")
}

/// The sample that a file belongs to, and what the file is of it: the name up to the first dot
/// after the folders, and what is behind.
fn sample(name: &str) -> (&str, &str) {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[file..].find('.') {
        Some(dot) => (&name[..file + dot], &name[file + dot + 1..]),
        None => (name, ""),
    }
}

/// The first-level folder that a file is in, if it is in one.
fn folder(name: &str) -> Option<String> {
    name.split_once('/').map(|(folder, _)| folder.to_owned())
}

/// What a file of a class says; `None` if it is empty.
fn class(file: &fs::File, entry: &Entry) -> Result<Option<String>> {
    let Entry { name, place } = entry;
    let length = place.end - place.start;
    let expected = |found: String| {
        let message = format!("`{name}`: expected the number or the name of a class, {found}");
        Err(Error::data(message))
    };
    if length > MOST_CLASS_BYTES {
        return expected(format!("found {length} bytes"));
    }
    let mut bytes = vec![0; length as usize];
    read_exact_at(file, &mut bytes, place.start)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return expected("found bytes that are no text".to_owned());
    };
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}
