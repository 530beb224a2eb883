//! What a pack is made of: images of which any can be had, in any order.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::is_pack;
use crate::data::folder::{self, Listed};
use crate::data::histogram::Values;
use crate::data::part::Whole;
use crate::data::{
    Content, DataCard, Dataset, ImageCard, OpenOptions, Skipped, labels, music, source,
};
use crate::error::{Error, Result};
use crate::shape::ImageShape;
use crate::text::hexadecimal;

/// Images that are to be packed. Those of a folder are decoded when they are asked for; of all
/// other sources they are in memory.
pub(crate) struct Supply {
    source: String,
    options: OpenOptions,
    images: Kind,
}

enum Kind {
    Memory(Box<Dataset>),
    Folder(Box<Listed>),
}

/// Some of the images, in the order in which they were asked for.
pub(crate) struct Piece {
    /// `[N, C, H, W]`.
    pub(crate) pixels: Vec<u8>,
    /// The class of each, if there are classes.
    pub(crate) labels: Option<Vec<u32>>,
    /// Files that are animations.
    pub(crate) animated: usize,
    /// Files that cannot be decoded, which are left out.
    pub(crate) skipped: Skipped,
}

impl Supply {
    /// Opens a source as [`Dataset::open`] does, but of a folder reads the headers alone.
    ///
    /// # Errors
    /// As [`Dataset::open`], or if the source is music, or a pack already.
    pub(crate) fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        if options.patch.is_some() {
            return Err(Error::config("`data.patch`: patches cannot be packed"));
        }
        if music::is_music(source) {
            return Err(Error::data("expected images to pack, found music"));
        }
        if is_pack(Path::new(source)) {
            return Err(
                Error::data("expected images to pack, found a pack").in_file(Path::new(source))
            );
        }
        let images = if source::is_files_of_pictures(source)? {
            Kind::Folder(Box::new(folder::list(Path::new(source), options)?))
        } else {
            Kind::Memory(Box::new(Dataset::open(source, options)?))
        };
        // Pieces are small: who asks for them tells of progress.
        let options = OpenOptions { progress: None, ..options.clone() };
        Ok(Self { source: source.to_owned(), options, images })
    }

    /// The shape of each image.
    pub(crate) fn shape(&self) -> ImageShape {
        match &self.images {
            Kind::Memory(data) => data.train.shape(),
            Kind::Folder(listed) => listed.shape,
        }
    }

    /// How many images there are to train on and to validate with, if all can be decoded.
    pub(crate) fn counts(&self) -> [usize; 2] {
        match &self.images {
            Kind::Memory(data) => [data.train.len(), data.valid.len()],
            Kind::Folder(listed) => [listed.split.train.len(), listed.split.valid.len()],
        }
    }

    /// Whether there is one image, which is in both splits.
    pub(crate) fn is_one_image(&self) -> bool {
        match &self.images {
            Kind::Memory(_) => false,
            Kind::Folder(listed) => listed.split.train == listed.split.valid,
        }
    }

    /// An error if there is no image that can be used, and these were skipped.
    pub(crate) fn expect_some(&self, n: usize, skipped: &Skipped) -> Result<()> {
        if n > 0 {
            Ok(())
        } else {
            Err(folder::none_left(skipped).in_file(Path::new(&self.source)))
        }
    }

    /// The names of the classes; empty if there are no labels.
    pub(crate) fn class_names(&self) -> &[String] {
        match &self.images {
            Kind::Memory(data) => &data.class_names,
            Kind::Folder(listed) => &listed.class_names,
        }
    }

    /// The images of split `split` (0 training, 1 validation) at `places` within it.
    ///
    /// # Errors
    /// If there is not as much memory.
    pub(crate) fn piece(&self, split: usize, places: &[u32]) -> Result<Piece> {
        match &self.images {
            Kind::Memory(data) => {
                let (images, labels) = match split {
                    0 => (&data.train, &data.train_labels),
                    _ => (&data.valid, &data.valid_labels),
                };
                let places: Vec<usize> = places.iter().map(|&place| place as usize).collect();
                let labels = labels.as_ref();
                let labels = labels.map(|labels| places.iter().map(|&i| labels[i]).collect());
                let pixels = images.select(&places)?.into_pixels();
                Ok(Piece { pixels, labels, animated: 0, skipped: Skipped::default() })
            }
            Kind::Folder(listed) => {
                let of_split = [&listed.split.train, &listed.split.valid][split];
                let files: Vec<usize> =
                    places.iter().map(|&place| of_split[place as usize]).collect();
                let folder::DecodedFiles { pixels, labels, animated, skipped } =
                    listed.decode(&files, &self.options)?;
                Ok(Piece { pixels, labels, animated, skipped })
            }
        }
    }

    /// By which the source is known again: the SHA-256 of what there is to read, as far as it is
    /// known without reading all of it.
    pub(crate) fn identity(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(format!("{:?} {} {:?}", self.counts(), self.shape(), self.class_names()));
        match &self.images {
            Kind::Memory(data) => {
                digest.update(data.train.pixels());
                digest.update(data.valid.pixels());
                digest.update(format!("{:?} {:?}", data.train_labels, data.valid_labels));
            }
            Kind::Folder(listed) => {
                listed.identity(|bytes| digest.update(bytes));
            }
        }
        hexadecimal(&digest.finalize())
    }

    /// The card of the pack.
    pub(crate) fn card(&self, whole: Whole) -> DataCard {
        match &self.images {
            Kind::Memory(data) => {
                let Whole { counts: [train, valid], histogram, classes, .. } = whole;
                let classes = labels::named_counts(&data.class_names, classes);
                let card = data.card.clone();
                let content = match card.content {
                    Content::Images(own) => {
                        let Values { range: value_range, mean, std } = histogram.values();
                        Content::Images(ImageCard { value_range, mean, std, ..own })
                    }
                    content @ Content::Music(_) => content,
                };
                DataCard { train, valid, classes, content, ..card }
            }
            Kind::Folder(listed) => listed.card(&self.source, whole, &self.options),
        }
    }
}
