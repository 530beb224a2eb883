//! Pictures that are fitted to one size when their turn comes.

use std::ops::Range;
use std::sync::Arc;

use super::files::{self, Files};
use super::{DecodedFiles, Listed};
use crate::data::stored::{self, StoredSet};
use crate::data::{
    DataCard, Examples, Histogram, OpenOptions, ReadingCost, Skipped, Stored, Whole, labels,
};
use crate::error::{Error, Result};
use crate::shape::ImageShape;
use crate::text::thousands;

/// Pictures that are decoded together, so that the neighbours in an archive are read together.
const RUN: usize = 8;
/// Training pictures whose pixels are counted for the card, at most.
const COUNTED: usize = 1024;

/// The picture files of one split, in a folder or in tar archives, each decoded and fitted when it
/// is read.
///
/// In the place of a file that cannot be decoded the nearest one before it is taken, of the same
/// class if there are classes: which files can be decoded is not known before.
#[derive(Clone, Debug)]
pub struct Pictures {
    files: Files,
}

impl Pictures {
    fn new(listed: &Arc<Listed>, files: &[usize]) -> Self {
        Self { files: Files::new(listed, files) }
    }

    /// The names of the files in `range`.
    pub fn names(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        self.files.names(range)
    }
}

impl Examples for Pictures {
    fn len(&self) -> usize {
        self.files.len()
    }

    fn shape(&self) -> ImageShape {
        self.files.listed.shape
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
        self.files.listed.labels.is_some()
    }

    fn read_pixels(&self, range: Range<usize>, into: &mut [u8]) -> Result<()> {
        let Listed { shape, fit, .. } = *self.files.listed;
        assert_eq!(into.len(), range.len() * shape.len(), "there is room for what is read");
        range.zip(into.chunks_exact_mut(shape.len())).try_for_each(|(index, planes)| {
            fit.write(self.files.decode(index)?, planes);
            Ok(())
        })
    }

    fn labels(&self, range: Range<usize>) -> Result<Vec<u32>> {
        self.files.labels(range)
    }

    fn run(&self) -> usize {
        RUN
    }

    fn cost(&self) -> ReadingCost {
        ReadingCost::Computing
    }

    fn replaced(&self) -> Skipped {
        self.files.replaced()
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
    /// patches, which [`PatchSet`](super::PatchSet) is for.
    pub fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        if options.patch.is_some() {
            return Err(Error::config("expected pictures to fit, found `data.patch`"));
        }
        let (listed, identity) = files::list(source, options)?;
        let card = card(source, &listed, options)?;
        let listed = Arc::new(listed);
        let [train, valid] =
            [&listed.split.train, &listed.split.valid].map(|files| Pictures::new(&listed, files));
        let valid_labels = valid.has_labels().then(|| valid.labels(0..valid.len())).transpose()?;
        let class_names = listed.class_names.clone();
        Ok(Self { train, valid, valid_labels, class_names, card, identity })
    }
}

/// The card, with the values that some training pictures from all over the source have.
fn card(source: &str, listed: &Listed, options: &OpenOptions) -> Result<DataCard> {
    let splits = [&listed.split.train, &listed.split.valid];
    let drawn = spread(splits[0], COUNTED);
    let DecodedFiles { pixels, animated, skipped, .. } = listed.decode(&drawn, options)?;
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
    card.notes.push(note(drawn.len() - skipped.count));
    Ok(card)
}

/// At most so many of the files, from all over them.
pub(super) fn spread(files: &[usize], most: usize) -> Vec<usize> {
    let n = files.len().min(most);
    (0..n).map(|k| files[k * files.len() / n]).collect()
}

/// What the card says of values that were counted over so many pictures.
pub(super) fn note(counted: usize) -> String {
    format!(
        "pictures are decoded when they are read: the values are those of {} training pictures",
        thousands(counted)
    )
}
