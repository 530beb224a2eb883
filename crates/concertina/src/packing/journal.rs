//! The record of a pack that is being written: which shards are whole, and what they hold.

use std::path::Path;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::shard::Packed;
use super::tally::Tally;
use crate::artifact::write_whole;
use crate::data::{Histogram, ShardEntry, Skipped, UNFINISHED};
use crate::error::{Error, Result};

/// What `unfinished.json` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// The SHA-256 of source and options.
    request: String,
    /// The shards that are whole, of the training and the validation split.
    pub(super) shards: [Vec<ShardEntry>; 2],
    /// How many were written or, having no image that can be used, left out.
    pub(super) done: [usize; 2],
    /// The values of training pixels.
    pub(super) histogram: Histogram,
    /// How many images of each class there are in each split.
    pub(super) classes: [Vec<usize>; 2],
    /// Files that are animations.
    pub(super) animated: usize,
    /// Files that could not be decoded.
    pub(super) skipped: Skipped,
}

impl Journal {
    /// That of the folder, or a new one.
    ///
    /// # Errors
    /// If that of the folder is damaged, or of another request.
    pub(super) fn open(folder: &Path, request: String, n_classes: usize) -> Result<Self> {
        let path = folder.join(UNFINISHED);
        if !path.is_file() {
            return Ok(Self {
                request,
                shards: [Vec::new(), Vec::new()],
                done: [0, 0],
                histogram: Histogram::EMPTY,
                classes: [vec![0; n_classes], vec![0; n_classes]],
                animated: 0,
                skipped: Skipped::default(),
            });
        }
        let found: Self = serde_json::from_slice(&fs::read(&path)?).map_err(|error| {
            Error::data(format!("expected the record of an unfinished pack, found: {error}"))
                .in_file(&path)
                .with_hint("remove the folder and pack again")
        })?;
        let fits = found.classes.iter().all(|counts| counts.len() == n_classes);
        if found.request != request || !fits {
            return Err(Error::config(
                "expected the source and the options that this unfinished pack was begun with, \
                 found others",
            )
            .in_file(folder)
            .with_hint("give the same as before, or pack into another folder"));
        }
        Ok(found)
    }

    /// # Errors
    /// If the folder cannot be written.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let bytes = serde_json::to_vec(self).expect("a record is plain data");
        write_whole(&folder.join(UNFINISHED), &bytes)
    }

    /// Adds the next shard of a split.
    pub(super) fn add(&mut self, split: usize, packed: Packed) {
        let Packed { entry, tally } = packed;
        let Tally { histogram, classes, animated, skipped } = tally;
        self.done[split] += 1;
        self.shards[split].extend(entry);
        if split == 0 {
            self.histogram.add(&histogram);
        }
        self.classes[split].iter_mut().zip(classes).for_each(|(count, more)| *count += more);
        self.animated += animated;
        self.skipped.append(skipped);
    }
}
