//! Checking the checksums of a pack.

use std::io::{self, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fs_err as fs;

use crate::artifact::Digest;
use crate::data::{FileEntry, Index, OnProgress, Progress};
use crate::error::{Error, Result};
use crate::parallel;
use crate::text::counted;

/// Names of damaged files that an error has, at most.
const SHOWN: usize = 5;

/// Reads all bytes of a pack and compares them with the checksums in its index. Returns the number
/// of files.
///
/// # Errors
/// If a file is missing or cannot be read, or one has another checksum.
pub fn verify(folder: &Path, progress: Option<&OnProgress>) -> Result<usize> {
    let (index, _) = Index::read(folder)?;
    let shards = index.train.iter().chain(&index.valid);
    let files: Vec<&FileEntry> =
        shards.flat_map(|shard| [Some(&shard.images), shard.labels.as_ref()]).flatten().collect();
    let (done, total) = (AtomicUsize::new(0), files.len());
    let checked = parallel::try_map(&files, |file| {
        let found = sha256_of_file(&folder.join(&file.name))?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = progress {
            progress(Progress { done, total, what: "checking files" });
        }
        Ok(found == file.sha256)
    })?;
    let mut damaged = Vec::new();
    for (file, is_whole) in files.iter().zip(checked) {
        if !is_whole {
            damaged.push(format!("`{}`", file.name));
        }
    }
    if damaged.is_empty() {
        return Ok(total);
    }
    let n = damaged.len();
    damaged.truncate(SHOWN);
    let more = if n > SHOWN { format!(" and {} more", n - SHOWN) } else { String::new() };
    Err(Error::data(format!(
        "expected the bytes that were packed, found others in {} of {total}: {}{more}",
        counted(n, "file"),
        damaged.join(", ")
    ))
    .in_file(folder)
    .with_hint("put back the files as they were packed, or pack the source again"))
}

fn sha256_of_file(path: &Path) -> Result<String> {
    let mut digest = Digest::default();
    io::copy(&mut BufReader::with_capacity(1 << 20, fs::File::open(path)?), &mut digest)?;
    Ok(digest.finish())
}
