//! Patches of pictures that are decoded when their turn comes.

use std::ops::Range;
use std::sync::Arc;

use super::expect_held_out;
use super::files::{self, Files};
use super::pictures::{note, spread};
use super::{Listed, patched};
use crate::data::patches::{Picture, count, place};
use crate::data::stored::{self, StoredSet};
use crate::data::{
    DataCard, Examples, Histogram, OpenOptions, ReadingCost, Skipped, Stored, Whole, labels,
};
use crate::error::{Error, Result};
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// Bytes of the patches of a run, at most: so many are in memory for each of the runs in use.
const RUN_BYTES: usize = 1 << 20;
/// Training pictures whose pixels are counted for the card, at most.
const COUNTED: usize = 64;

/// Square patches of the pictures of one split, which stay in their files.
///
/// They are those of [`Patches`](crate::data::Patches): as many as fit beside each other, and in
/// training each from anywhere in its picture, any way up. A picture is decoded once for each run
/// of its patches.
#[derive(Clone, Debug)]
pub struct PicturePatches {
    files: Files,
    side: usize,
    /// The number of each picture's first patch, and last that of all.
    firsts: Arc<[usize]>,
}

impl PicturePatches {
    /// Of pictures that are as large as a patch.
    fn new(listed: &Arc<Listed>, files: &[usize], side: usize) -> Self {
        let files = Files::new(listed, files);
        let mut firsts = vec![0];
        for index in 0..files.len() {
            let [width, height] = files.good(index).header.size;
            firsts.push(firsts[index] + count([height, width], side));
        }
        Self { files, side, firsts: firsts.into() }
    }

    /// The number of the picture that a patch is of.
    fn picture(&self, index: usize) -> usize {
        self.firsts.partition_point(|&first| first <= index) - 1
    }

    /// A picture at its own size.
    fn decode(&self, picture: usize) -> Result<Picture> {
        let image = self.files.decode(picture)?;
        let fit = self.files.listed.fit;
        let [height, width] = [image.height(), image.width()].map(|side| side as usize);
        let shape = ImageShape::new(fit.channels, height, width);
        let mut pixels = vec![0; shape.len()];
        fit.write(image, &mut pixels);
        Ok(Picture { shape, pixels })
    }

    /// Cuts the patches in `range` as `cut` does, given its number among all and in its picture.
    fn cut(
        &self,
        range: Range<usize>,
        into: &mut [u8],
        cut: impl Fn(&Picture, usize, usize, &mut [u8]),
    ) -> Result<()> {
        let size = self.shape().len();
        assert_eq!(into.len(), range.len() * size, "there is room for what is read");
        let mut patches = into.chunks_exact_mut(size);
        let mut at = range.start;
        while at < range.end {
            let picture = self.picture(at);
            let end = range.end.min(self.firsts[picture + 1]);
            let decoded = self.decode(picture)?;
            for (index, patch) in (at..end).zip(&mut patches) {
                cut(&decoded, index, index - self.firsts[picture], patch);
            }
            at = end;
        }
        Ok(())
    }
}

impl Examples for PicturePatches {
    fn len(&self) -> usize {
        self.firsts[self.files.len()]
    }

    fn shape(&self) -> ImageShape {
        ImageShape::new(self.files.listed.fit.channels, self.side, self.side)
    }

    fn read(&self, index: usize, into: &mut [f32]) -> Result<()> {
        stored::read(self, index, into)
    }

    fn stored(&self) -> Option<&dyn Stored> {
        Some(self)
    }
}

impl Stored for PicturePatches {
    fn handle(&self) -> Arc<dyn Stored> {
        Arc::new(self.clone())
    }

    fn has_labels(&self) -> bool {
        self.files.listed.labels.is_some()
    }

    fn read_pixels(&self, range: Range<usize>, into: &mut [u8]) -> Result<()> {
        let side = self.side;
        self.cut(range, into, |picture, _, number, patch| {
            let ImageShape { height, width, .. } = picture.shape;
            // One in the place of another may have fewer.
            let number = number % count([height, width], side);
            picture.copy(place([height, width], side, number), side, patch);
        })
    }

    fn read_augmented_pixels(
        &self,
        range: Range<usize>,
        seed: Seed,
        epoch: u32,
        into: &mut [u8],
    ) -> Result<()> {
        let side = self.side;
        self.cut(range, into, |picture, index, _, patch| {
            let mut stream = Stream::new(seed, Purpose::Augmentation, [epoch, index as u32, 0]);
            let (corner, way) = picture.anywhere(side, &mut stream);
            picture.copy(corner, side, patch);
            way.turn(patch, side);
        })
    }

    fn labels(&self, range: Range<usize>) -> Result<Vec<u32>> {
        self.files.labels(range.map(|index| self.picture(index)))
    }

    fn run(&self) -> usize {
        let mean = self.len().div_ceil(self.files.len().max(1));
        mean.min(RUN_BYTES / self.shape().len()).max(1)
    }

    fn cost(&self) -> ReadingCost {
        ReadingCost::Computing
    }

    fn replaced(&self) -> Skipped {
        self.files.replaced()
    }
}

/// Patches of training and validation pictures that stay in their files.
///
/// ```no_run
/// use concertina::data::{OpenOptions, PatchSet};
///
/// let options = OpenOptions { patch: Some(40), ..OpenOptions::default() };
/// let data = PatchSet::open("photos", &options)?;
/// println!("{}", data.card);
/// # Ok::<(), concertina::Error>(())
/// ```
pub type PatchSet = StoredSet<PicturePatches>;

impl PatchSet {
    /// Opens a folder of image files, or tar archives of them. Of all files the headers are read,
    /// and of some of them the pixels, for the card.
    ///
    /// # Errors
    /// If the source is of another kind, the options do not ask for patches, or there is no image
    /// that is large enough.
    pub fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        let Some(side) = options.patch else {
            return Err(Error::config("`data.patch`: expected the side of patches, found none"));
        };
        let (listed, identity) = files::list(source, options)?;
        let listed = Arc::new(listed);
        let mut skipped = Skipped::default();
        let [train, valid] = [&listed.split.train, &listed.split.valid].map(|files| {
            let large = patched::large_enough(&listed.good, files, side, &mut skipped);
            PicturePatches::new(&listed, &large, side)
        });
        let is_wanted = !listed.split.valid.is_empty();
        expect_held_out([train.len(), valid.len()], is_wanted, side)?;
        if train.is_empty() {
            let mut all = listed.skipped.clone();
            all.append(skipped);
            return Err(super::none_left(&all));
        }
        let valid_labels = valid.has_labels().then(|| valid.labels(0..valid.len())).transpose()?;
        let card = card(source, [&train, &valid], skipped, options)?;
        let class_names = listed.class_names.clone();
        Ok(Self { train, valid, valid_labels, class_names, card, identity })
    }
}

/// The card, with the values that some training pictures from all over the source have.
fn card(
    source: &str,
    splits: [&PicturePatches; 2],
    skipped: Skipped,
    options: &OpenOptions,
) -> Result<DataCard> {
    let [train, _] = splits;
    let Files { listed, .. } = &train.files;
    let all: Vec<usize> = (0..train.files.len()).collect();
    let drawn = spread(&all, COUNTED);
    let mut histogram = Histogram::EMPTY;
    for &picture in &drawn {
        histogram.add(&Histogram::of(&train.decode(picture)?.pixels));
    }
    let classes = |patches: &PicturePatches| {
        let found = patches.has_labels().then(|| patches.labels(0..patches.len())).transpose()?;
        Ok::<_, Error>(labels::count(found.as_deref(), listed.class_names.len()))
    };
    let classes = [classes(train)?, classes(splits[1])?];
    let counts = splits.map(Examples::len);
    let whole = Whole { counts, histogram, classes, animated: 0, skipped };
    let mut card = listed.card(source, whole, options);
    card.shape = train.shape();
    card.notes.push(note(drawn.len()));
    Ok(card)
}
