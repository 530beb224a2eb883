//! Image files with valid headers, and their images.

use std::sync::atomic::{AtomicUsize, Ordering};

use image::DynamicImage;

use crate::data::picture::{self, Header, Origin, Reason};
use crate::data::walk::Found;
use crate::data::{Images, OpenOptions, Patches};

/// An image file with a valid header.
#[derive(Debug)]
pub(super) struct Good {
    pub(super) found: Found,
    pub(super) header: Header,
}

/// The images of a split.
pub(super) struct Decoded {
    pub(super) images: Images,
    /// The number of the file that each is of, and its name.
    pub(super) files: Vec<usize>,
    pub(super) names: Vec<String>,
    /// Files that are animations.
    pub(super) animated: usize,
    /// What the images are patches of, if they are.
    pub(super) patches: Option<Patches>,
}

/// Where the bytes of a file are.
pub(super) fn origin(found: &Found) -> Origin {
    match &found.within {
        None => found.path.as_path().into(),
        Some(range) => Origin::Part(found.path.clone(), range.clone()),
    }
}

/// Decodes image files, and tells how many of them are done.
pub(super) struct Decoder<'a> {
    options: &'a OpenOptions,
    done: AtomicUsize,
    total: usize,
}

impl<'a> Decoder<'a> {
    /// For so many files.
    pub(super) fn new(total: usize, options: &'a OpenOptions) -> Self {
        Self { options, done: AtomicUsize::new(0), total }
    }

    /// What `take` makes of the image, and whether it is an animation.
    pub(super) fn decode<T>(
        &self,
        Good { found, header }: &Good,
        take: impl FnOnce(DynamicImage) -> T,
    ) -> Result<(T, bool), Reason> {
        let origin = origin(found);
        let image = picture::decode(&origin, header);
        let taken = image.map(|image| (take(image), picture::is_animated(&origin)));
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.options.report("reading images", done, self.total);
        taken
    }
}
