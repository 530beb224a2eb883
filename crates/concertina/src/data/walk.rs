//! Finds the pictures in a folder and all folders below it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::{Skipped, picture};
use crate::error::Result;

/// A picture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its place seen from the folder, with `/` between folders.
    pub(super) name: String,
    /// The first folder on the way to it, if there is one.
    pub(super) class: Option<String>,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The pictures, in the order of their names, folder by folder.
    pub(super) pictures: Vec<Found>,
    /// How many files were passed over since their names do not end as a picture's does.
    pub(super) others: usize,
    /// How many run folders of this program were passed over: their pictures are its own figures.
    pub(super) runs: usize,
    /// Folders that could not be read.
    pub(super) skipped: Skipped,
}

/// Walks through `root`. Names that begin with a dot are passed over; links are followed, but not back up into a
/// folder that the walk is in.
///
/// # Errors
/// If `root` itself cannot be read.
pub(super) fn walk(root: &Path) -> Result<Walk> {
    let mut walk = Walk::default();
    let mut above = vec![fs::canonicalize(root)?];
    enter(root, &mut Vec::new(), &mut above, &mut walk)?;
    Ok(walk)
}

/// Whether this is what a training leaves.
fn is_run(folder: &Path) -> bool {
    folder.join("config.toml").is_file() && folder.join("checkpoints").is_dir()
}

/// Walks through `folder`, which lies at `place` below the root; `above` are the real paths of the folders on the way.
fn enter(
    folder: &Path,
    place: &mut Vec<String>,
    above: &mut Vec<PathBuf>,
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
                let entered = enter(&path, place, above, walk);
                above.pop();
                entered
            });
            if let Err(error) = entered {
                walk.skipped.push(place.join("/"), format!("cannot be read ({})", error.kind()));
            }
        } else if picture::is_name(&place[place.len() - 1]) && (path.is_file() || !path.exists()) {
            // A broken link is told as a picture that cannot be read; a pipe or a device is no picture.
            let class = (place.len() > 1).then(|| place[0].clone());
            walk.pictures.push(Found { path, name: place.join("/"), class });
        } else {
            walk.others += 1;
        }
        place.pop();
    }
    Ok(())
}
