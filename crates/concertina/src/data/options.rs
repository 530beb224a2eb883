//! How a data source is to be opened.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::rng::Seed;

/// The largest side to which images can be fitted.
const MAX_SIDE: usize = 2048;

/// How far a long job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// What is being done, for instance "reading images".
    pub what: &'static str,
}

/// Told of progress from any thread; calls may arrive out of order.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// How a data source is to be opened. The default is right for most.
#[derive(Clone)]
pub struct OpenOptions {
    /// Fit every image to a square of this side. Without it, images that are small and all of one size are kept as they are,
    /// and others fitted to 64.
    pub size: Option<usize>,
    /// At most so many training images, and a sixth of it validation images.
    pub limit: Option<usize>,
    /// The part held out for validation if the source has no test images of its own; 0 holds out nothing, and leaves all
    /// images in `train` in their order.
    pub valid_fraction: f32,
    /// Decides which images are held out.
    pub seed: Seed,
    /// Folders in which a named set is looked for, as `<dir>/<name>/`, in this order.
    pub data_dirs: Vec<PathBuf>,
    /// 1 makes all images grey, 3 all coloured. Without it, grey images stay grey.
    pub channels: Option<usize>,
    /// Told of progress, from any thread.
    pub progress: Option<OnProgress>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            size: None,
            limit: None,
            valid_fraction: 0.1,
            seed: Seed(0),
            data_dirs: Vec::new(),
            channels: None,
            progress: None,
        }
    }
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("size", &self.size)
            .field("limit", &self.limit)
            .field("valid_fraction", &self.valid_fraction)
            .field("seed", &self.seed)
            .field("data_dirs", &self.data_dirs)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

impl OpenOptions {
    /// The configuration errors among the options.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(size) = self.size.filter(|size| !(1..=MAX_SIDE).contains(size)) {
            return Err(Error::config(format!(
                "`data.size`: expected a side from 1 to {MAX_SIDE} pixels, found {size}"
            )));
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
                "`channels` must be 1 (grey) or 3 (colour), found {channels}"
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
