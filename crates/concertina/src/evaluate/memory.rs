//! How much memory an evaluation takes.

use super::quality::CHUNK;
use super::{Options, Section, Subject};
use crate::shape::at_once;

/// What the program itself, and what is computed of a few images at a time, takes.
const BASE: u64 = 96 << 20;
/// Floats of an image that is compared: clean, corrupted, reconstructed, and in the layers between.
const COPIES: usize = 8;

impl Options {
    /// An estimate of the memory that the evaluation takes, in bytes: the data, what is made of the
    /// chosen images, and what the sections need besides.
    pub fn memory(&self, subject: &Subject<'_>) -> u64 {
        let architecture = &subject.model.architecture;
        let values = architecture.target.len();
        let test = subject.test.most(self.max_test_images);
        let train = subject.train.as_ref();
        let all = train.map_or(0, |train| train.images.len());
        let train = train.map_or(0, |train| train.most(self.max_train_images));
        let wanted = |section| self.sections.contains(&section);
        let float = size_of::<f32>();
        // The bytes of all images, and a copy of the chosen ones.
        let data = (subject.test.images.len() + all + test + train) * values;
        let mut floats = COPIES * at_once(CHUNK, values).min(test) * values;
        if wanted(Section::Baselines) || wanted(Section::Embedding) || wanted(Section::Samples) {
            floats += (test + train) * (values + architecture.latent_dim);
        }
        if wanted(Section::Samples) {
            // Samples, as many real images, and the scaled pixels of memorisation.
            let n = if train == 0 { test } else { test.min(train) };
            floats += 3 * n * values;
        }
        BASE + (data + floats * float) as u64
    }
}
