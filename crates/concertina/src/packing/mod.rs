//! Writing packs: images of any source become shuffled shards on the disk, from which a run trains
//! without having them in memory.
//!
//! ```
//! use concertina::data::{OpenOptions, PackedSet};
//! use concertina::packing::{PackOptions, Packing, verify};
//!
//! # let name = format!("concertina-doc-packing-{}", std::process::id());
//! # let folder = std::env::temp_dir().join(name);
//! let open = OpenOptions { limit: Some(60), ..OpenOptions::default() };
//! let options = PackOptions { open, ..PackOptions::default() };
//! let mut packing = Packing::begin("digits", &folder, &options)?;
//! while let Some(shard) = packing.step()? {
//!     println!("{}", shard.display());
//! }
//! let data = PackedSet::open(&folder.to_string_lossy(), &OpenOptions::default())?;
//! assert_eq!((data.train.len(), data.valid.len()), (60, 10));
//! verify(&folder, None)?;
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! Each split is put in a random order, by the seed, before it is cut into shards. A shard appears
//! under its name when it is whole, the record of those that are (`unfinished.json`) goes on with
//! each, and the index comes last: so packing that was stopped at any moment goes on after the last
//! whole shard, and ends in the same bytes. Memory is taken for a few hundred images at a time, for
//! the order (4 bytes an image), and of a folder for the names of its files.

mod journal;
mod shard;
mod survey;
mod tally;
#[cfg(test)]
mod tests;
mod verify;

use std::path::{Path, PathBuf};

use fs_err as fs;

use self::journal::Journal;
use self::shard::{Request, SPLITS};
pub use self::survey::survey;
pub use self::verify::verify;
use crate::artifact::{LOCK, lock, sha256, write_whole};
use crate::data::{INDEX, Index, OnProgress, OpenOptions, Progress, Supply, UNFINISHED, Whole};
use crate::error::{Error, Result};
use crate::rng::{Purpose, Seed, Stream};

/// How a source is packed.
#[derive(Clone, Debug)]
pub struct PackOptions {
    /// How the source is opened: split, limited and fitted. Its seed decides the order, too.
    pub open: OpenOptions,
    /// Bytes of a shard, at most, unless a single image has more.
    pub shard_bytes: usize,
}

impl Default for PackOptions {
    fn default() -> Self {
        Self { open: OpenOptions::default(), shard_bytes: 1 << 30 }
    }
}

/// A pack that is being written.
pub struct Packing {
    supply: Supply,
    folder: PathBuf,
    journal: Journal,
    /// Images of a shard.
    per_shard: usize,
    seed: Seed,
    /// The order of the split that is being packed, and which split that is.
    order: Option<(usize, Vec<u32>)>,
    progress: Option<OnProgress>,
    /// Open, so that no other process packs into the folder.
    _lock: fs::File,
}

impl Packing {
    /// Begins a pack in a new or empty folder, or goes on where it was stopped.
    ///
    /// # Errors
    /// If the source cannot be opened or is not one of images, or the folder has other files, a
    /// whole pack, or one that was begun of another source or with other options.
    pub fn begin(source: &str, folder: &Path, options: &PackOptions) -> Result<Self> {
        expect_place(folder)?;
        let supply = Supply::open(source, &options.open)?;
        let lock = lock(folder, "expected a folder that no process packs into, found a busy one")?;
        let per_shard = (options.shard_bytes / supply.shape().len()).max(1);
        let seed = options.open.seed;
        let identity = supply.identity();
        // Data may be looked for in other places when the work goes on: what was found counts.
        let asked = OpenOptions { data_dirs: Vec::new(), progress: None, ..options.open.clone() };
        let request = sha256(format!("{identity} {per_shard} {asked:?}").as_bytes());
        let journal = Journal::open(folder, request, supply.class_names().len())?;
        let counts = supply.counts();
        if let Some(&many) = counts.iter().find(|count| u32::try_from(**count).is_err()) {
            return Err(Error::data(format!("expected fewer than 2^32 images, found {many}")));
        }
        let progress = options.open.progress.clone();
        let folder = folder.to_owned();
        let packing =
            Self { supply, folder, journal, per_shard, seed, order: None, progress, _lock: lock };
        packing.journal.write(&packing.folder)?;
        Ok(packing)
    }

    /// How many images were packed before this process.
    pub fn done(&self) -> usize {
        (0..SPLITS.len()).map(|split| self.done_of(split)).sum()
    }

    /// Writes the next shard and returns its path; `None` when the index is written and the pack is
    /// whole.
    ///
    /// # Errors
    /// If an image cannot be held in memory, or a file cannot be written: then the same step can be
    /// taken again, by another process, too.
    pub fn step(&mut self) -> Result<Option<PathBuf>> {
        let counts = self.supply.counts();
        let Some(split) = (0..SPLITS.len()).find(|&split| self.done_of(split) < counts[split])
        else {
            return self.finish().map(|()| None);
        };
        let number = self.journal.done[split];
        let first = number * self.per_shard;
        let end = counts[split].min(first + self.per_shard);
        let before = self.done();
        let order = self.order(split, counts[split])[first..end].to_vec();
        let progress = |done| self.report(before + done);
        let request =
            Request { supply: &self.supply, folder: &self.folder, split, number, order: &order };
        let packed = request.write(&progress).map_err(resumable)?;
        let path = packed.entry.as_ref().map_or(SPLITS[split], |entry| &entry.images.name);
        let path = self.folder.join(path);
        self.journal.add(split, packed);
        self.journal.write(&self.folder).map_err(resumable)?;
        Ok(Some(path))
    }

    /// Images of a split in shards that are whole, or left out.
    fn done_of(&self, split: usize) -> usize {
        let done = self.journal.done[split].saturating_mul(self.per_shard);
        done.min(self.supply.counts()[split])
    }

    /// The order in which the images of a split are packed.
    fn order(&mut self, split: usize, n: usize) -> &[u32] {
        if self.order.as_ref().is_none_or(|(of, _)| *of != split) {
            let mut stream = Stream::new(self.seed, Purpose::Packing, [split as u32, 0, 0]);
            self.order = Some((split, stream.permutation(n)));
        }
        &self.order.as_ref().expect("it was made just now").1
    }

    fn report(&self, done: usize) {
        let total = self.supply.counts().iter().sum();
        if let Some(progress) = &self.progress {
            progress(Progress { done, total, what: "packing images" });
        }
    }

    /// Writes the index and removes the record.
    fn finish(&mut self) -> Result<()> {
        let record = self.folder.join(UNFINISHED);
        if !record.exists() {
            return Ok(());
        }
        let Journal { shards, histogram, classes, animated, skipped, .. } = self.journal.clone();
        let counts = [0, 1].map(|split: usize| shards[split].iter().map(|shard| shard.count).sum());
        if counts[0] == 0 {
            return Err(Error::data("expected at least one image that can be used, found none"));
        }
        let whole = Whole { counts, histogram: histogram.clone(), classes, animated, skipped };
        let class_names = self.supply.class_names().to_vec();
        let card = self.supply.card(whole).for_others();
        let index = Index::new(shards, histogram, class_names, card);
        write_whole(&self.folder.join(INDEX), &index.to_bytes()).map_err(resumable)?;
        Ok(fs::remove_file(record)?)
    }
}

/// An error if there is something in the folder that is not of a pack that is being written.
fn expect_place(folder: &Path) -> Result<()> {
    if folder.join(UNFINISHED).is_file() {
        return Ok(());
    }
    if folder.join(INDEX).is_file() {
        return Err(Error::data("expected a new or empty folder, found a whole pack")
            .in_file(folder)
            .with_hint("remove it to pack anew, or pack into another folder"));
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let name = entry?.file_name();
        if name != LOCK {
            return Err(Error::data(format!(
                "expected a new or empty folder, found one with `{}` in it",
                name.display()
            ))
            .in_file(folder)
            .with_hint("pack into another folder"));
        }
    }
    Ok(())
}

/// Says that nothing is lost.
fn resumable(error: Error) -> Error {
    match error.hint() {
        Some(_) => error,
        None => error.with_hint(
            "once this is fixed, run the command again: it goes on after the last whole shard",
        ),
    }
}
