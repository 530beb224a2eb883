//! A pack as DATA of commands that walk over it once: its images stay on the disk.

use std::ops::Range;
use std::path::Path;

use concertina::data::{OpenOptions, PackedSet, Shards, Stored, is_pack, part_of};
use concertina::model::Model;
use concertina::{Error, Result};

use crate::condition::class;
use crate::data::{Wanted, numbered_by};

/// Images that are read before progress is told.
const AT_ONCE: usize = 4096;

/// The images of a pack that a command walks over.
pub(crate) struct Packed {
    pub(crate) shards: Shards,
    /// The part of them.
    pub(crate) range: Range<usize>,
    /// By the number of a label.
    class_names: Vec<String>,
    /// What a conditional model is told of all images.
    pub(crate) classes: Option<Vec<u32>>,
}

impl Packed {
    /// Opens DATA if it is a pack: its validation split, or its training split if it has no other
    /// or that is wanted. `label` is the class of all images.
    ///
    /// # Errors
    /// If the pack is damaged, or its images are not of the model's shape.
    pub(crate) fn open(
        model: &Model,
        sources: &[String],
        wanted: Wanted,
        label: Option<&str>,
    ) -> anyhow::Result<Option<Self>> {
        let [source] = sources else { return Ok(None) };
        if model.card.music().is_some() || !is_pack(Path::new(source)) {
            return Ok(None);
        }
        let PackedSet { train, valid, class_names, .. } =
            PackedSet::open(source, &OpenOptions::default())?;
        let shards = if wanted.train || valid.is_empty() { train } else { valid };
        let shards = shards.take(wanted.limit.unwrap_or(usize::MAX));
        expect_shape(model, &shards, source)?;
        let n = shards.len();
        let range = wanted.share.map_or(0..n, |[part, of]| part_of(n, part, of));
        let classes = match label {
            Some(name) => Some(vec![class(model, name)?; n]),
            None if model.architecture.classes > 0 && shards.has_labels() => {
                numbered_by(model, Some(shards.labels(0..n)?), &class_names)?
            }
            None => None,
        };
        Ok(Some(Self { shards, range, class_names, classes }))
    }

    /// The ranges that are read at a time, one after another.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = Range<usize>> {
        let end = self.range.end;
        self.range.clone().step_by(AT_ONCE).map(move |first| first..end.min(first + AT_ONCE))
    }

    /// A name for each image, which is its number in the split.
    pub(crate) fn names(range: Range<usize>) -> Vec<String> {
        range.map(|index| index.to_string()).collect()
    }

    /// The names of the classes of images, if they have labels.
    pub(crate) fn labels(&self, range: Range<usize>) -> Result<Option<Vec<String>>> {
        if !self.shards.has_labels() {
            return Ok(None);
        }
        let labels = self.shards.labels(range)?;
        Ok(Some(labels.iter().map(|&label| self.class_names[label as usize].clone()).collect()))
    }
}

/// An error unless the model takes such images: those of a pack are not resized.
fn expect_shape(model: &Model, shards: &Shards, source: &str) -> Result<()> {
    let [input, target] = [model.architecture.input, model.architecture.target];
    let found = shards.shape();
    if [input, target].contains(&found) {
        return Ok(());
    }
    let error = Error::data(format!(
        "`{source}`: expected images of {target}, as the model takes them, found a pack of {found}"
    ));
    Err(error.with_hint(format!("pack the source again with `--size {}`", target.height)))
}
