//! What is kept of a picture, to find it again.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::descriptor::{Feature, features};
use super::grey::Grey;
use super::keypoints::strongest;
use super::scale_space::Octave;
use super::thumbnail::Thumbnail;
use crate::error::{Error, Result};
use crate::memory;
use crate::parallel;
use crate::restore::PictureFile;

/// The most keypoints of a picture.
const KEYPOINTS: usize = 128;
/// About as many bytes a fingerprint takes: some keypoints point in two directions.
const BYTES: usize = 28_000;
/// Files between two calls of who is told of the progress.
const AT_ONCE: usize = 32;

/// What is kept of a picture.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// Its name relative to the folder.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Height and width in pixels, upright.
    pub sides: [usize; 2],
    /// The size of its file.
    pub bytes: u64,
    /// SHA-256 of its pixels.
    digest: [u8; 32],
    /// Pixels of the plane in which features lie to one of the picture.
    shrunk: f32,
    features: Vec<Feature>,
    thumbnail: Thumbnail,
}

impl Fingerprint {
    /// Of a picture file. No more than a few rows of a PNG are in memory at a time.
    ///
    /// # Errors
    /// If the file is no picture, damaged, or larger than the memory.
    pub fn of_file(path: &Path, name: &str) -> Result<Self> {
        let bytes = fs::metadata(path)?.len();
        let grey = Grey::read(PictureFile::open(path)?)?;
        let octaves = Octave::of(&grey.plane, grey.sides);
        let keypoints = strongest(&octaves, KEYPOINTS);
        let at = |keypoint| features(&octaves, grey.sides, keypoint);
        Ok(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            sides: grey.picture,
            bytes,
            digest: grey.digest,
            shrunk: grey.shrunk(),
            features: keypoints.iter().flat_map(at).collect(),
            thumbnail: Thumbnail::of(&grey),
        })
    }

    /// Whether two pictures have the same size, channels and pixels.
    pub fn has_pixels_of(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// Width times height.
    pub fn pixels(&self) -> usize {
        self.sides[0] * self.sides[1]
    }

    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(super) fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The features of the mirror image.
    pub(super) fn mirrored(&self) -> Vec<Feature> {
        self.features.iter().map(Feature::mirrored).collect()
    }

    pub(super) fn thumbnail(&self) -> &Thumbnail {
        &self.thumbnail
    }

    pub(super) fn shrunk(&self) -> f32 {
        self.shrunk
    }
}

/// The fingerprints of a folder.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// In the order of the files.
    pub prints: Vec<Fingerprint>,
    /// Why files have none.
    pub skipped: Vec<Error>,
}

/// The fingerprints of picture files, given with their names; `on_progress` is told how many files
/// are done. Each thread has one picture in memory at a time, and of a fingerprint some 28,000
/// bytes are kept.
///
/// # Errors
/// If there is not enough memory. Files that are no usable pictures are skipped.
pub fn fingerprints(
    files: &[(PathBuf, String)],
    mut on_progress: impl FnMut(usize),
) -> Result<Fingerprints> {
    memory::expect_room(files.len(), BYTES, "fingerprints")?;
    let mut found = Fingerprints::default();
    for (number, files) in files.chunks(AT_ONCE).enumerate() {
        for print in parallel::map(files, |(path, name)| Fingerprint::of_file(path, name)) {
            match print {
                Ok(print) => found.prints.push(print),
                Err(error) if error.is_data() => found.skipped.push(error),
                Err(error) => return Err(error),
            }
        }
        on_progress(number * AT_ONCE + files.len());
    }
    Ok(found)
}
