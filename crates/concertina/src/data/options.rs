//! Options for opening a data source.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::rng::Seed;

/// The largest side to which images can be fitted.
const MAX_SIDE: usize = 2048;

/// Progress of a long operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Total steps.
    pub total: usize,
    /// The operation, for instance "reading images".
    pub what: &'static str,
}

/// A progress callback. It is called from any thread; calls may arrive out of order.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// Options for opening a data source.
#[derive(Clone)]
pub struct OpenOptions {
    /// Fit every image to a square of this side. If `None`, small images that are all of one size
    /// are kept as they are, and others are fitted to 64 x 64.
    pub size: Option<usize>,
    /// Take square patches of this side from pictures at their own size, instead of fitting each
    /// to a square. For folders of image files and single ones.
    pub patch: Option<usize>,
    /// Maximum number of training images.
    pub limit: Option<usize>,
    /// Maximum number of validation images, drawn at random. If `None`, a sixth of `limit`.
    pub valid_limit: Option<usize>,
    /// Part I of N, as `[I, N]` with I from 0, of the files of a folder of images in the order of
    /// their names, with nothing held out; size and channels are chosen by all of them. Other
    /// sources are not parted.
    pub share: Option<[usize; 2]>,
    /// Fraction held out for validation if the source has no test images of its own. With 0 all
    /// images are in `train`, in their original order.
    pub valid_fraction: f32,
    /// Decides which images are held out.
    pub seed: Seed,
    /// Folders in which a named set is looked for, as `<dir>/<name>/`, in this order.
    pub data_dirs: Vec<PathBuf>,
    /// Only images of these classes are used; they are held out of the training images, and a
    /// source's own test images are left. If empty, images of all classes are.
    pub classes: Vec<String>,
    /// 1 converts all images to grey, 3 to colour. If `None`, grey images stay grey.
    pub channels: Option<usize>,
    /// The values of arrays that are black and white, from a model's
    /// [`ImageCard`](super::ImageCard::array_range); values outside are cut. If `None`, the values
    /// tell.
    pub array_range: Option<[f64; 2]>,
    /// Called with progress, from any thread.
    pub progress: Option<OnProgress>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            size: None,
            patch: None,
            limit: None,
            valid_limit: None,
            share: None,
            valid_fraction: 0.1,
            seed: Seed(0),
            data_dirs: Vec::new(),
            classes: Vec::new(),
            channels: None,
            array_range: None,
            progress: None,
        }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("size", &self.size)
            .field("patch", &self.patch)
            .field("limit", &self.limit)
            .field("valid_limit", &self.valid_limit)
            .field("share", &self.share)
            .field("valid_fraction", &self.valid_fraction)
            .field("seed", &self.seed)
            .field("data_dirs", &self.data_dirs)
            .field("classes", &self.classes)
            .field("channels", &self.channels)
            .field("array_range", &self.array_range)
            .finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// Checks that all options are in range.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(size) = self.size.filter(|size| !(1..=MAX_SIDE).contains(size)) {
            return Err(Error::config(format!(
                "`data.size`: expected a side from 1 to {MAX_SIDE} pixels, found {size}"
            )));
        }
        if let Some(patch) = self.patch.filter(|patch| !(1..=MAX_SIDE).contains(patch)) {
            return Err(Error::config(format!(
                "`data.patch`: expected a side from 1 to {MAX_SIDE} pixels, found {patch}"
            )));
        }
        if self.patch.is_some() && self.size.is_some() {
            return Err(Error::config(
                "`data.patch` and `data.size` exclude each other: patches are cut from pictures at \
                 their own size",
            ));
        }
        if let Some([part, of]) = self.share.filter(|[part, of]| part >= of) {
            return Err(Error::config(format!(
                "expected a part below the number of parts, found part {part} of {of}"
            )));
        }
        if self.valid_limit == Some(0) {
            return Err(Error::config("expected at least 1 validation image, found a limit of 0"));
        }
        if self.limit == Some(0) {
            return Err(Error::config("`data.limit`: expected at least 1 image, found 0"));
        }
        if !(0.0..1.0).contains(&self.valid_fraction) {
            return Err(Error::config(format!(
                "`data.validation`: expected at least 0 and below 1, found {}",
                self.valid_fraction
            )));
        }
        if let Some(channels) = self.channels.filter(|channels| !matches!(channels, 1 | 3)) {
            return Err(Error::config(format!(
                "`data.channels`: expected 1 (grey) or 3 (colour), found {channels}"
            )));
        }
        Ok(())
    }

    pub(super) fn report(&self, what: &'static str, done: usize, total: usize) {
        if let Some(progress) = &self.progress {
            progress(Progress { done, total, what });
        }
    }
}
