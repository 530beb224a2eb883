//! Picture files that stay on the disk: each is decoded when its turn comes.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::decoder::{Good, origin};
use super::{DecodedFiles, Listed};
use crate::data::picture::{self, Origin, Reason};
use crate::data::stored::{self, Stored, StoredSet};
use crate::data::{DataCard, Examples, Histogram, OpenOptions, Skipped, Whole, labels, source};
use crate::error::{Error, Result};
use crate::shape::ImageShape;
use crate::text::thousands;

/// Pictures that are decoded together, so that the neighbours in an archive are read together.
const RUN: usize = 8;
/// Pictures that are tried in the place of one that cannot be decoded.
const ATTEMPTS: usize = 16;
/// Training pictures whose pixels are counted for the card, at most.
const COUNTED: usize = 1024;

/// The picture files of one split, in a folder or in tar archives, each decoded and fitted when it
/// is read.
///
/// In the place of a file that cannot be decoded the nearest one before it is taken, of the same
/// class if there are classes: which files can be decoded is not known before.
#[derive(Clone, Debug)]
pub struct Pictures {
    listed: Arc<Listed>,
    /// The files of the split among all.
    files: Arc<[usize]>,
    readers: usize,
    /// Files that could not be decoded.
    bad: Arc<Mutex<BTreeMap<usize, Reason>>>,
}

impl Pictures {
    fn new(listed: &Arc<Listed>, files: &[usize]) -> Self {
        Self {
            listed: Arc::clone(listed),
            files: files.into(),
            readers: rayon::current_num_threads(),
            bad: Arc::default(),
        }
    }

    /// The names of the files in `range`.
    pub fn names(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        self.files[range].iter().map(|&file| self.listed.good[file].found.name.as_str())
    }

    /// The class of a picture.
    fn label(&self, index: usize) -> Option<u32> {
        self.listed.labels.as_ref().map(|labels| labels[self.files[index]])
    }

    /// Decodes and fits a picture, or the one that takes its place.
    fn decode(&self, index: usize, planes: &mut [u8]) -> Result<()> {
        let n = self.files.len();
        let class = self.label(index);
        let before = (0..n).map(|back| (index + n - back) % n);
        let alike = before.filter(|&other| self.label(other) == class);
        for other in alike.take(ATTEMPTS) {
            let file = self.files[other];
            let good = &self.listed.good[file];
            let bytes = bytes(good).map_err(|error| {
                Error::data(format!("expected a picture as before, found none ({error})"))
                    .in_file(&good.found.path)
                    .with_hint("the files must stay as they are while they are trained on")
            })?;
            match picture::decode(&Origin::Memory(bytes), &good.header) {
                Ok(image) => {
                    self.listed.fit.write(image, planes);
                    return Ok(());
                }
                Err(reason) => {
                    let mut bad = self.bad.lock().unwrap_or_else(PoisonError::into_inner);
                    bad.insert(file, reason);
                }
            }
        }
        let name = &self.listed.good[self.files[index]].found.name;
        Err(Error::data(format!(
            "`{name}`: expected a picture that can be decoded, found neither that nor one in its \
             place"
        )))
    }
}

/// All bytes of a picture.
fn bytes(good: &Good) -> io::Result<Arc<[u8]>> {
    let mut bytes = Vec::new();
    origin(&good.found).open().map_err(io::Error::other)?.read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

impl Examples for Pictures {
    fn len(&self) -> usize {
        self.files.len()
    }

    fn shape(&self) -> ImageShape {
        self.listed.shape
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        stored::read(self, index, into)
    }

    fn stored(&self) -> Option<&dyn Stored> {
        Some(self)
    }
}

impl Stored for Pictures {
    fn handle(&self) -> Arc<dyn Stored> {
        Arc::new(self.clone())
    }

    fn has_labels(&self) -> bool {
        self.listed.labels.is_some()
    }

    fn read_pixels(&self, range: Range<usize>, into: &mut [u8]) -> Result<()> {
        let size = self.listed.shape.len();
        assert_eq!(into.len(), range.len() * size, "there is room for what is read");
        let places = into.chunks_exact_mut(size);
        range.zip(places).try_for_each(|(index, planes)| self.decode(index, planes))
    }

    fn labels(&self, range: Range<usize>) -> Result<Vec<u32>> {
        let label = |index| self.label(index);
        let labels: Option<Vec<u32>> = range.map(label).collect();
        labels.ok_or_else(|| Error::data("expected labels, found none"))
    }

    fn run(&self) -> usize {
        RUN
    }

    fn readers(&self) -> usize {
        self.readers
    }

    fn replaced(&self) -> Skipped {
        let mut skipped = Skipped::default();
        for (&file, reason) in &*self.bad.lock().unwrap_or_else(PoisonError::into_inner) {
            skipped.push(self.listed.good[file].found.name.clone(), reason.clone());
        }
        skipped
    }
}

/// Training and validation pictures that stay in their files.
///
/// ```no_run
/// use concertina::data::{OpenOptions, PictureSet};
///
/// let options = OpenOptions { size: Some(64), ..OpenOptions::default() };
/// let data = PictureSet::open("photos", &options)?;
/// println!("{}", data.card);
/// # Ok::<(), concertina::Error>(())
/// ```
pub type PictureSet = StoredSet<Pictures>;

impl PictureSet {
    /// Opens a folder of image files, or tar archives of them. Of all files the headers are read,
    /// and of some of them the pixels, for the card.
    ///
    /// # Errors
    /// If the source is of another kind, there is no image that can be used, or the options ask for
    /// patches.
    pub fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        if options.patch.is_some() {
            return Err(Error::config(
                "`data.stream`: expected pictures that are fitted to one size, found `data.patch`",
            ));
        }
        if !source::is_files_of_pictures(source)? {
            return Err(Error::config(format!(
                "`data.stream`: expected a folder of image files, or tar archives of them, found \
                 `{source}`, which is none"
            ))
            .with_hint("other sources are read into memory, or packed and read from the pack"));
        }
        let listed = super::list(Path::new(source), options)?;
        let card = card(source, &listed, options)?;
        let mut identity = Vec::new();
        listed.identity(|bytes| identity.extend_from_slice(bytes));
        let listed = Arc::new(listed);
        let [train, valid] =
            [&listed.split.train, &listed.split.valid].map(|files| Pictures::new(&listed, files));
        let valid_labels = valid.has_labels().then(|| valid.labels(0..valid.len())).transpose()?;
        let class_names = listed.class_names.clone();
        Ok(Self { train, valid, valid_labels, class_names, card, identity })
    }
}

/// The card, with what some training pictures from all over the source have of values.
fn card(source: &str, listed: &Listed, options: &OpenOptions) -> Result<DataCard> {
    let train = &listed.split.train;
    let n = train.len().min(COUNTED);
    let drawn: Vec<usize> = (0..n).map(|k| train[k * train.len() / n]).collect();
    let DecodedFiles { pixels, animated, skipped, .. } = listed.decode(&drawn, options)?;
    let counted = n - skipped.count;
    let splits = [train, &listed.split.valid];
    let classes = splits.map(|files| {
        let labels = listed.labels.as_ref();
        let labels: Option<Vec<u32>> =
            labels.map(|labels| files.iter().map(|&i| labels[i]).collect());
        labels::count(labels.as_deref(), listed.class_names.len())
    });
    let whole = Whole {
        counts: splits.map(Vec::len),
        histogram: Histogram::of(&pixels),
        classes,
        animated,
        // Those that are not decoded yet are not known.
        skipped: Skipped::default(),
    };
    let mut card = listed.card(source, whole, options);
    card.notes.push(format!(
        "pictures are decoded when they are read: the values are those of {} training pictures",
        thousands(counted)
    ));
    Ok(card)
}
