//! The index of a pack: its shards, and what is known of all images together.

use std::io::Read;
use std::path::Path;

use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::data::DataCard;
use crate::data::histogram::Histogram;
use crate::error::{Error, Result};

/// The name of the index.
pub(crate) const INDEX: &str = "index.json";
/// The name of the record of a pack that is being written.
pub(crate) const UNFINISHED: &str = "unfinished.json";
/// What the index of a pack begins with, so that it is told from another file of its name even
/// where it is damaged.
const BEGINNING: &str = r#"{"format":"concertina-pack","#;
/// The format, as the index names it.
const FORMAT: &str = "concertina-pack";
/// The version of the format that this program reads and writes.
const VERSION: u32 = 1;

/// What `index.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    format: String,
    version: u32,
    /// The shards of the training split, in their order.
    pub(crate) train: Vec<ShardEntry>,
    /// The shards of the validation split.
    pub(crate) valid: Vec<ShardEntry>,
    /// The values of all training pixels.
    pub(crate) histogram: Histogram,
    /// The names of the classes, in the order of their labels; empty if there are no labels.
    pub(crate) class_names: Vec<String>,
    /// What the pack was made of, and how.
    pub(crate) card: DataCard,
}

/// A shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShardEntry {
    /// The number of images.
    pub(crate) count: usize,
    /// The file of images.
    pub(crate) images: FileEntry,
    /// The file of their labels, if they have labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<FileEntry>,
}

/// A file of the pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileEntry {
    /// Its name in the pack's folder.
    pub(crate) name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub(crate) sha256: String,
}

/// The beginning of an index of any version.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Index {
    /// The index of these shards.
    pub(crate) fn new(
        [train, valid]: [Vec<ShardEntry>; 2],
        histogram: Histogram,
        class_names: Vec<String>,
        card: DataCard,
    ) -> Self {
        let format = FORMAT.to_owned();
        Self { format, version: VERSION, train, valid, histogram, class_names, card }
    }

    /// Reads the index of the pack in `folder`. Returns its bytes, too.
    ///
    /// # Errors
    /// If it is missing, damaged, or of another version.
    pub(crate) fn read(folder: &Path) -> Result<(Self, Vec<u8>)> {
        let path = folder.join(INDEX);
        if !path.exists() && folder.join(UNFINISHED).exists() {
            return Err(Error::data("expected a whole pack, found one that is unfinished")
                .in_file(folder)
                .with_hint("run the command again that began it: it goes on where it stopped"));
        }
        let bytes = fs::read(&path)?;
        let index = Self::parse(&bytes).map_err(|error| error.in_file(&path))?;
        Ok((index, bytes))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let damaged = |error: serde_json::Error| {
            Error::data(format!("expected the index of a pack, found a damaged one: {error}"))
                .with_hint("pack the source again")
        };
        let Version { version } = serde_json::from_slice(bytes).map_err(damaged)?;
        if version != VERSION {
            return Err(Error::data(format!(
                "expected a pack of format version {VERSION}, found version {version}"
            ))
            .with_hint("pack the source again with this version of the program"));
        }
        let index: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        index.check()?;
        Ok(index)
    }

    /// The bytes of `index.json`.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an index is plain data")
    }

    /// Checks what serde does not.
    fn check(&self) -> Result<()> {
        for entry in self.train.iter().chain(&self.valid) {
            for FileEntry { name, .. } in
                [Some(&entry.images), entry.labels.as_ref()].into_iter().flatten()
            {
                let path = Path::new(name);
                if path.file_name().is_none_or(|own| own != path.as_os_str()) {
                    return Err(Error::data(format!(
                        "expected names of files in the pack's folder, found `{name}`"
                    )));
                }
            }
            if entry.labels.is_some() == self.class_names.is_empty() {
                return Err(Error::data(format!(
                    "expected labels for all shards or none, and names of classes with them, \
                     found `{}` otherwise",
                    entry.images.name
                )));
            }
        }
        let counts = [&self.train, &self.valid].map(|shards| count(shards));
        match counts {
            [Some(train), Some(valid)] if [train, valid] == [self.card.train, self.card.valid] => {
                Ok(())
            }
            _ => Err(Error::data(format!(
                "expected shards of {} training and {} validation images, as the index's own card \
                 says, found others",
                self.card.train, self.card.valid
            ))),
        }
    }
}

/// The images of all `shards`, if their indices have 32 bits, as random numbers are named by them.
fn count(shards: &[ShardEntry]) -> Option<usize> {
    let sum = shards.iter().try_fold(0usize, |sum, shard| sum.checked_add(shard.count))?;
    u32::try_from(sum).is_ok().then_some(sum)
}

/// Whether a folder is a pack, finished or not.
pub fn is_pack(folder: &Path) -> bool {
    begins_an_index(&folder.join(INDEX)) || folder.join(UNFINISHED).is_file()
}

/// Whether a file begins as an index does; other programs may have put space between its words.
fn begins_an_index(path: &Path) -> bool {
    let mut found = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(100).read_to_end(&mut found));
    found.retain(|byte| !byte.is_ascii_whitespace());
    read.is_ok() && found.starts_with(BEGINNING.as_bytes())
}
