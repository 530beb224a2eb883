//! What an evaluation measures, on how many examples, and how it tells what it is doing.

/// A section of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The quality of reconstructions.
    Reconstruction,
    /// The quality of simple baselines: principal components, interpolation, filters.
    Baselines,
    /// The information about classes in the codes.
    Embedding,
    /// The quality of samples.
    Samples,
    /// The reconstruction errors compared with those of the model's own data.
    OutOfDistribution,
}

impl Section {
    /// All sections, in the order of a report.
    pub const ALL: [Self; 5] = [
        Self::Reconstruction,
        Self::Baselines,
        Self::Embedding,
        Self::Samples,
        Self::OutOfDistribution,
    ];
}

/// What an evaluation is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// In words.
    pub what: &'a str,
    /// How much of it is done.
    pub done: usize,
    /// Of how much; 0 for what cannot be counted.
    pub total: usize,
}

/// Options of an evaluation.
#[derive(Clone, Debug)]
pub struct Options {
    /// The sections to measure.
    pub sections: Vec<Section>,
    /// Maximum number of test images, which are chosen at random. Large images are limited further,
    /// to 256 MiB of floats.
    pub max_test_images: usize,
    /// Maximum number of training images, likewise.
    pub max_train_images: usize,
    /// Codes sampled for each image to estimate its log-likelihood.
    pub importance_samples: usize,
}

impl Default for Options {
    /// All sections, on at most 10,000 test images and all training images.
    fn default() -> Self {
        Self {
            sections: Section::ALL.to_vec(),
            max_test_images: 10_000,
            max_train_images: usize::MAX,
            importance_samples: 5000,
        }
    }
}

impl Options {
    /// As [`Options::default`], but in seconds: on at most 1,000 test images and 5,000 training
    /// images, with 100 codes for each likelihood. Such likelihoods are lower bounds that are less
    /// tight, and what is trained on fewer images is worse.
    pub fn quick() -> Self {
        Self {
            max_test_images: 1000,
            max_train_images: 5000,
            importance_samples: 100,
            ..Self::default()
        }
    }
}
