//! Writing one shard.

use std::io::{self, BufReader, Write};
use std::path::Path;

use concertina_formats::npy;
use fs_err as fs;

use super::tally::{Tally, at_once};
use crate::artifact::{AtomicFile, Digest, sha256, write_whole};
use crate::data::{FileEntry, ShardEntry, Supply};
use crate::error::Result;

/// The names of the splits, in file names.
pub(super) const SPLITS: [&str; 2] = ["train", "valid"];
/// A shard that is to be written.
pub(super) struct Request<'a> {
    pub(super) supply: &'a Supply,
    pub(super) folder: &'a Path,
    /// 0 for training, 1 for validation.
    pub(super) split: usize,
    /// The number of the shard in its split.
    pub(super) number: usize,
    /// Its images, by their places in the source's split.
    pub(super) order: &'a [u32],
}

/// A shard that was written.
pub(super) struct Packed {
    /// Nothing if none of its images can be used.
    pub(super) entry: Option<ShardEntry>,
    pub(super) tally: Tally,
}

impl Request<'_> {
    /// Writes the images and their labels. `progress` is told how many images are done.
    ///
    /// # Errors
    /// If a file cannot be written. Then there is none.
    pub(super) fn write(&self, progress: &dyn Fn(usize)) -> Result<Packed> {
        let Self { supply, folder, split, number, order } = *self;
        let name = format!("{}-{number:05}.npy", SPLITS[split]);
        let mut file = Hashed::create(&folder.join(&name))?;
        let shape = supply.shape();
        let header = |count| npy::u8_header(&[count, shape.channels, shape.height, shape.width]);
        file.write_all(&header(order.len()))?;
        let n_classes = supply.class_names().len();
        let mut labels = Vec::new();
        let mut packed = Packed { entry: None, tally: Tally::new(n_classes) };
        let (mut count, mut done) = (0, 0);
        for places in order.chunks(at_once(shape)) {
            let piece = supply.piece(split, places)?;
            file.write_all(&piece.pixels)?;
            count += piece.pixels.len() / shape.len();
            packed.tally.add(&piece);
            labels.extend(piece.labels.unwrap_or_default());
            done += places.len();
            progress(done);
        }
        if count == 0 {
            return Ok(packed);
        }
        // Labels first: an image file stands for a shard that is whole.
        let labels = if n_classes > 0 {
            let bytes = label_bytes(&labels);
            let name = format!("{}-{number:05}-labels.npy", SPLITS[split]);
            write_whole(&folder.join(&name), &bytes)?;
            Some(FileEntry { name, sha256: sha256(&bytes) })
        } else {
            None
        };
        // Files that cannot be decoded show only now.
        let other = (count < order.len()).then(|| header(count));
        let sha256 = file.finish(other.as_deref())?;
        packed.entry = Some(ShardEntry { count, images: FileEntry { name, sha256 }, labels });
        Ok(packed)
    }
}

fn label_bytes(labels: &[u32]) -> Vec<u8> {
    let mut bytes = npy::u32_header(&[labels.len()]);
    bytes.extend(labels.iter().flat_map(|label| label.to_le_bytes()));
    bytes
}

/// A file that appears when it is whole, with the SHA-256 of what was written.
struct Hashed {
    file: AtomicFile,
    digest: Digest,
}

impl Hashed {
    fn create(path: &Path) -> Result<Self> {
        Ok(Self { file: AtomicFile::create(path)?, digest: Digest::default() })
    }

    /// Makes the file appear, and returns its SHA-256. If there is another beginning, of the same
    /// length, it takes the place of the one that was written.
    fn finish(mut self, beginning: Option<&[u8]>) -> Result<String> {
        let mut digest = self.digest;
        if let Some(beginning) = beginning {
            self.file.write_beginning(beginning)?;
            digest = Digest::default();
            let written = fs::File::open(self.file.temporary_path())?;
            io::copy(&mut BufReader::new(written), &mut digest)?;
        }
        self.file.finish()?;
        Ok(digest.finish())
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.digest.write_all(&bytes[..n])?;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
