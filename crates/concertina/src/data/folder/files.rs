//! The picture files of one split, decoded when they are asked for.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use image::DynamicImage;

use super::Listed;
use super::decoder::{Good, origin};
use crate::data::picture::{self, Origin, Reason};
use crate::data::{OpenOptions, Skipped, source};
use crate::error::{Error, Result};

/// Pictures that are tried in the place of one that cannot be decoded.
const ATTEMPTS: usize = 16;

/// The files of a split.
///
/// In the place of one that cannot be decoded the nearest one before it is taken, of the same class
/// if there are classes: which files can be decoded is not known before.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) listed: Arc<Listed>,
    /// Those of the split among all.
    own: Arc<[usize]>,
    /// Files that could not be decoded.
    bad: Arc<Mutex<BTreeMap<usize, Reason>>>,
}

impl Files {
    pub(super) fn new(listed: &Arc<Listed>, files: &[usize]) -> Self {
        Self { listed: Arc::clone(listed), own: files.into(), bad: Arc::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.own.len()
    }

    pub(super) fn good(&self, index: usize) -> &Good {
        &self.listed.good[self.own[index]]
    }

    pub(super) fn names(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        range.map(|index| self.good(index).found.name.as_str())
    }

    /// The class of a picture.
    pub(super) fn label(&self, index: usize) -> Option<u32> {
        self.listed.labels.as_ref().map(|labels| labels[self.own[index]])
    }

    /// The classes of pictures.
    pub(super) fn labels(&self, indices: impl Iterator<Item = usize>) -> Result<Vec<u32>> {
        let labels: Option<Vec<u32>> = indices.map(|index| self.label(index)).collect();
        labels.ok_or_else(|| Error::data("expected labels, found none"))
    }

    /// A picture, or the one that takes its place.
    pub(super) fn decode(&self, index: usize) -> Result<DynamicImage> {
        let n = self.len();
        let class = self.label(index);
        let before = (0..n).map(|back| (index + n - back) % n);
        let alike = before.filter(|&other| self.label(other) == class);
        for other in alike.take(ATTEMPTS) {
            let good = self.good(other);
            let bytes = bytes(good).map_err(|error| {
                Error::data(format!("expected a picture as before, found none ({error})"))
                    .in_file(&good.found.path)
                    .with_hint("the files must stay as they are while they are trained on")
            })?;
            match picture::decode(&Origin::Memory(bytes), &good.header) {
                Ok(image) => return Ok(image),
                Err(reason) => {
                    let mut bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
                    bad.insert(self.own[other], reason);
                }
            }
        }
        let name = &self.good(index).found.name;
        Err(Error::data(format!(
            "`{name}`: expected a picture that can be decoded, found neither that nor one in its \
             place"
        )))
    }

    /// The files that could not be decoded so far.
    pub(super) fn replaced(&self) -> Skipped {
        let mut skipped = Skipped::default();
        for (&file, reason) in &*self.bad.lock().unwrap_or_else(PoisonError::into_inner) {
            skipped.push(self.listed.good[file].found.name.clone(), reason.clone());
        }
        skipped
    }
}

/// All bytes of a picture.
fn bytes(good: &Good) -> io::Result<Arc<[u8]>> {
    let mut bytes = Vec::new();
    origin(&good.found).open().map_err(io::Error::other)?.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// The files of a source that are to stay where they are, and the bytes by which they are known
/// again.
pub(super) fn list(source: &str, options: &OpenOptions) -> Result<(Listed, Vec<u8>)> {
    if !source::is_files_of_pictures(source)? {
        return Err(Error::config(format!(
            "`data.stream`: expected a folder of image files, or tar archives of them, found \
             `{source}`"
        ))
        .with_hint("other sources are read into memory, or packed and read from the pack"));
    }
    let listed = super::list(Path::new(source), options)?;
    let mut identity = Vec::new();
    listed.identity(|bytes| identity.extend_from_slice(bytes));
    Ok((listed, identity))
}
