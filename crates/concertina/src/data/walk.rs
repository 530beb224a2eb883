//! Finds the files of a kind in a folder and all folders below it.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::Skipped;
use crate::error::Result;

/// A file of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// The bytes of it, if the path is that of an archive in which it lies.
    pub(crate) within: Option<Range<u64>>,
    /// Its path relative to the root, with `/` between folders.
    pub(crate) name: String,
    /// The first-level folder that it is in, if it is in one.
    pub(crate) class: Option<String>,
}

/// The content of a folder.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files of the kind, in the order of their names, folder by folder.
    pub(crate) files: Vec<Found>,
    /// How many files were skipped because of their names.
    pub(crate) others: usize,
    /// How many run folders of this library were skipped: their images are figures of the run.
    pub(crate) runs: usize,
    /// Folders that could not be read.
    pub(crate) skipped: Skipped,
}

/// Walks through `root` for the files whose names are wanted. Names that begin with a dot are
/// skipped. Links are followed, except to a folder that contains the current one.
///
/// # Errors
/// If `root` itself cannot be read.
pub(crate) fn walk(root: &Path, is_wanted: fn(&str) -> bool) -> Result<Walk> {
    let mut walk = Walk::default();
    let mut above = vec![fs::canonicalize(root)?];
    enter(root, &mut Vec::new(), &mut above, is_wanted, &mut walk)?;
    Ok(walk)
}

/// True for a run folder.
fn is_run(folder: &Path) -> bool {
    folder.join("config.toml").is_file() && folder.join("checkpoints").is_dir()
}

/// Walks through `folder`, whose path below the root is `place`; `above` are the real paths of its
/// ancestors and itself.
fn enter(
    folder: &Path,
    place: &mut Vec<String>,
    above: &mut Vec<PathBuf>,
    is_wanted: fn(&str) -> bool,
    walk: &mut Walk,
) -> Result<(), std::io::Error> {
    let mut names: Vec<OsString> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<Result<_, std::io::Error>>()?;
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let name = name.to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        place.push(name);
        if is_run(&path) {
            walk.runs += 1;
        } else if path.is_dir() {
            let entered = fs::canonicalize(&path).and_then(|real| {
                if above.iter().any(|folder| folder.starts_with(&real)) {
                    return Ok(());
                }
                above.push(real);
                let entered = enter(&path, place, above, is_wanted, walk);
                above.pop();
                entered
            });
            if let Err(error) = entered {
                walk.skipped.push(place.join("/"), format!("cannot be read ({})", error.kind()));
            }
        } else if is_wanted(&place[place.len() - 1]) && (path.is_file() || !path.exists()) {
            // A broken link is reported as an unreadable file; pipes and devices are ignored.
            let class = (place.len() > 1).then(|| place[0].clone());
            walk.files.push(Found { path, within: None, name: place.join("/"), class });
        } else {
            walk.others += 1;
        }
        place.pop();
    }
    Ok(())
}
