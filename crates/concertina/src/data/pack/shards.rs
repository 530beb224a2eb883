//! The images of one split of a pack, in files of which any part can be read.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use concertina_formats::npy;
use fs_err as fs;

use super::index::{FileEntry, ShardEntry};
use crate::data::section::read_exact_at;
use crate::data::stored;
use crate::data::{Examples, ReadingCost, Stored};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// More than any header that is written for a shard.
const BEGINNING: u64 = 4096;
/// Files that are kept open. A process may have some 1,000, and a pack more.
const OPEN_FILES: usize = 64;
const LABEL_BYTES: usize = size_of::<u32>();
/// Bytes that are read at a time, about.
const RUN_BYTES: usize = 1 << 20;

/// Images of one shape in files, read where they lie: any number of threads can read, and no more
/// memory is taken than for what is read.
#[derive(Clone, Debug)]
pub struct Shards {
    files: Arc<Files>,
    shape: ImageShape,
    /// The first images of the files alone are used.
    len: usize,
    /// Labels are below this.
    classes: usize,
}

#[derive(Debug)]
struct Files {
    shards: Vec<Shard>,
    /// The files opened last, the newest in front.
    open: Mutex<VecDeque<(PathBuf, Arc<fs::File>)>>,
}

#[derive(Debug)]
struct Shard {
    /// The number of images in earlier shards.
    first: usize,
    count: usize,
    images: Array,
    labels: Option<Array>,
}

/// An array in a file.
#[derive(Debug)]
struct Array {
    path: PathBuf,
    /// Where its values begin.
    values_at: u64,
}

impl Shards {
    /// The shards of a split. Each file's header is read and its length compared.
    ///
    /// # Errors
    /// If a file is missing, or its header or length is not what its entry says.
    pub(super) fn open(
        folder: &Path,
        entries: &[ShardEntry],
        shape: ImageShape,
        classes: usize,
    ) -> Result<Self> {
        let mut shards = Vec::with_capacity(entries.len());
        let mut first = 0;
        for entry in entries {
            let count = entry.count;
            let axes = [count, shape.channels, shape.height, shape.width];
            let images = Array::open(folder, &entry.images, "|u1", &axes)?;
            let labels = entry.labels.as_ref();
            let labels = labels.map(|labels| Array::open(folder, labels, "<u4", &[count]));
            shards.push(Shard { first, count, images, labels: labels.transpose()? });
            first += count;
        }
        let files = Files { shards, open: Mutex::new(VecDeque::new()) };
        Ok(Self { files: Arc::new(files), shape, len: first, classes })
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there is no image.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The shape of each image.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Keeps the first `n` images, or all if there are fewer.
    #[must_use]
    pub fn take(mut self, n: usize) -> Self {
        self.len = self.len.min(n);
        self
    }

    /// Reads what an array of each shard has of the images in `range`, `size` bytes of each image.
    fn read_values<'s>(
        &'s self,
        range: Range<usize>,
        size: usize,
        mut into: &mut [u8],
        array: impl Fn(&'s Shard) -> Option<&'s Array>,
    ) -> Result<()> {
        assert!(range.end <= self.len, "there are {} images, not {}", self.len, range.end);
        assert_eq!(into.len(), range.len() * size, "there is room for what is read");
        let shards = &self.files.shards;
        let mut at = range.start;
        let mut number = shards.partition_point(|shard| shard.first + shard.count <= at);
        while at < range.end {
            let shard = &shards[number];
            let end = range.end.min(shard.first + shard.count);
            let (now, rest) = into.split_at_mut((end - at) * size);
            let array = array(shard).ok_or_else(|| Error::data("expected labels, found none"))?;
            let offset = array.values_at + ((at - shard.first) * size) as u64;
            self.files.read(&array.path, offset, now)?;
            (into, at, number) = (rest, end, number + 1);
        }
        Ok(())
    }
}

impl Examples for Shards {
    fn len(&self) -> usize {
        Self::len(self)
    }

    fn shape(&self) -> ImageShape {
        Self::shape(self)
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        stored::read(self, index, into)
    }

    fn stored(&self) -> Option<&dyn Stored> {
        Some(self)
    }
}

impl Stored for Shards {
    fn handle(&self) -> Arc<dyn Stored> {
        Arc::new(self.clone())
    }

    fn has_labels(&self) -> bool {
        self.files.shards.iter().any(|shard| shard.labels.is_some())
    }

    fn read_pixels(&self, range: Range<usize>, into: &mut [u8]) -> Result<()> {
        self.read_values(range, self.shape.len(), into, |shard| Some(&shard.images))
    }

    fn labels(&self, range: Range<usize>) -> Result<Vec<u32>> {
        let mut bytes = vec![0; range.len() * LABEL_BYTES];
        self.read_values(range.clone(), LABEL_BYTES, &mut bytes, |shard| shard.labels.as_ref())?;
        let (labels, _) = bytes.as_chunks::<LABEL_BYTES>();
        let labels: Vec<u32> = labels.iter().map(|label| u32::from_le_bytes(*label)).collect();
        match labels.iter().position(|label| *label as usize >= self.classes) {
            Some(place) => Err(Error::data(format!(
                "expected labels below {}, found {} for image {}",
                self.classes,
                labels[place],
                range.start + place
            ))),
            None => Ok(labels),
        }
    }

    fn run(&self) -> usize {
        (RUN_BYTES / self.shape.len()).max(1)
    }

    fn cost(&self) -> ReadingCost {
        ReadingCost::Waiting
    }
}

impl Files {
    /// Reads as many bytes of a file as `into` has room for.
    fn read(&self, path: &Path, offset: u64, into: &mut [u8]) -> Result<()> {
        read_exact_at(&*self.open(path)?, into, offset).map_err(|error| {
            let wanted = into.len();
            let found = match error.kind() {
                io::ErrorKind::UnexpectedEof => "found the end of the file".to_owned(),
                _ => format!("found that it cannot be read ({error})"),
            };
            Error::data(format!("expected {wanted} bytes at {offset}, {found}")).in_file(path)
        })
    }

    /// The file, from those that are open if it is among them.
    fn open(&self, path: &Path) -> Result<Arc<fs::File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = open.iter().position(|(found, _)| found == path) {
            return Ok(Arc::clone(&open[place].1));
        }
        let file = Arc::new(fs::File::open(path)?);
        open.truncate(OPEN_FILES - 1);
        open.push_front((path.to_owned(), Arc::clone(&file)));
        Ok(file)
    }
}

impl Array {
    /// Reads the header of a file and compares it, and the file's length, with what is expected.
    fn open(folder: &Path, entry: &FileEntry, descr: &str, shape: &[usize]) -> Result<Self> {
        let path = folder.join(&entry.name);
        let hint = "the pack's file is missing, cut, or another's: put it back, or pack again";
        let check = || {
            let file = fs::File::open(&path).map_err(|error| Error::from(error).with_hint(hint))?;
            let length = file.metadata()?.len();
            let mut beginning = Vec::new();
            file.take(BEGINNING).read_to_end(&mut beginning)?;
            let found = npy::parse_beginning(&beginning)
                .map_err(|error| Error::from(error).in_file(&path).with_hint(hint))?;
            if found.descr != descr || found.shape != shape || found.fortran_order {
                return Err(Error::data(format!(
                    "expected an array of type {descr} and shape {shape:?} in C order, as the \
                     index says, found {} and {:?}",
                    found.descr, found.shape
                ))
                .in_file(&path)
                .with_hint(hint));
            }
            if u128::from(length) != found.file_bytes {
                return Err(Error::data(format!(
                    "expected {} bytes, found {length}",
                    found.file_bytes
                ))
                .in_file(&path)
                .with_hint(hint));
            }
            Ok(found.values_at as u64)
        };
        let values_at = check()?;
        Ok(Self { path, values_at })
    }
}
