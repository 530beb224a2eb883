//! Downloads a file whose content is known beforehand: tries mirrors in order, resumes interrupted
//! downloads, and puts nothing under the file's name until its checksum is right.

mod failure;
mod part;
mod request;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use failure::Failure;
use part::Part;

/// How often one mirror is asked in all, while it keeps stopping midway.
const TRIES: usize = 5;

/// Downloads to `to` from the first of `urls` that delivers.
///
/// The bytes gather in `<name>.part` beside the target. With a `sha256` (hexadecimal) a part left
/// by an interrupted download is continued; without one nothing would tell whether the pieces fit,
/// so it starts over. A file that is not of the stated `size` is refused before it is read.
/// `progress` is told the bytes so far and, if known, in all.
///
/// # Errors
/// One line that names every address tried and why it failed, and where the file may be put by
/// hand. A part worth continuing stays; whatever stood under the name before stays as it was.
pub(crate) fn fetch(
    urls: &[&str],
    sha256: Option<&str>,
    size: Option<u64>,
    to: &Path,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let Some(mut part) = Part::open(to)? else {
        return Ok(());
    };
    if sha256.is_none() {
        part.clear()?;
    }
    let mut failures = Vec::new();
    for url in urls {
        match from_mirror(url, sha256, size, &mut part, progress) {
            Ok(()) => {
                return part.install(to).context("the download is complete, but has no name yet");
            }
            Err(Failure::Here(error)) => return Err(error.into()),
            Err(Failure::Cut(reason) | Failure::Refused(reason)) => {
                failures.push(format!("{url}: {reason}"));
            }
        }
    }
    if sha256.is_none() || part.length() == 0 {
        part.remove()?;
    }
    let path = to.display();
    bail!("failed to download: {}; put the file at `{path}` by hand", failures.join("; "))
}

/// Completes the part from one mirror, asking again as long as that changes something.
fn from_mirror(
    url: &str,
    sha256: Option<&str>,
    size: Option<u64>,
    part: &mut Part,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let mut tries = 1;
    loop {
        let before = part.length();
        let is_complete = before > 0 && Some(before) == size;
        let outcome = if is_complete { Ok(()) } else { request::append(url, size, part, progress) };
        match outcome.and_then(|()| verify(part, sha256, before > 0)) {
            Err(Failure::Cut(_)) if part.length() != before && tries < TRIES => tries += 1,
            outcome => return outcome,
        }
    }
}

/// Empties the part if it is not what was promised.
fn verify(part: &mut Part, sha256: Option<&str>, was_continued: bool) -> Result<(), Failure> {
    let Some(expected) = sha256 else {
        return Ok(());
    };
    let found = part.sha256()?;
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    part.clear()?;
    let reason = format!("expected sha256 {expected}, found {found}");
    // The older piece may be at fault rather than the mirror.
    Err(if was_continued { Failure::Cut(reason) } else { Failure::Refused(reason) })
}
