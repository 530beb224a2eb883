//! Memorisation: whether samples are near-duplicates of training images.

use schemars::JsonSchema;
use serde::Serialize;

use super::subject::Material;
use crate::data::FloatImages;
use crate::error::Result;
use crate::math::Points;
use crate::math::{Neighbour, nearest};

/// Maximum number of samples, and of random test images, whose nearest training image is searched.
const QUERIES: usize = 1000;
/// The fraction of test images whose distance is below the threshold.
const QUANTILE: f64 = 0.01;
/// Images in a row of the figure.
const COLUMNS: usize = 10;

/// The distances of samples to their nearest training images, Euclidean between pixels.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Memorisation {
    /// The number of samples that were compared.
    pub samples: usize,
    /// The fraction of test images whose distance from the nearest training image is below the
    /// threshold.
    pub threshold_fraction: f64,
    /// The distance from the nearest training image below which a sample is a near-duplicate.
    pub threshold: f64,
    /// The number of test images that the threshold was computed from.
    pub test_images: usize,
    /// The fraction of samples that are near-duplicates.
    pub near_duplicates: f64,
    /// The median distance of a sample from the nearest training image.
    pub median_distance: f64,
    /// The median distance of a test image from the nearest training image.
    pub median_distance_of_test_images: f64,
    /// The definition of the distance, and a caveat.
    pub convention: String,
    /// The first samples, and the samples nearest to a training image, each with that image.
    #[serde(skip)]
    pub nearest: Vec<Nearest>,
}

/// Samples with their nearest training images.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The samples.
    pub samples: FloatImages,
    /// The training image nearest to each sample.
    pub images: FloatImages,
    /// Its distance.
    pub distances: Vec<f64>,
}

pub(super) fn measure(material: &Material<'_>, samples: &FloatImages) -> Result<Memorisation> {
    material.working("searching the training image nearest to each sample");
    let [train, _] = material.pixels()?;
    let test = FloatImages::of(&material.some_test(QUERIES)?.images)?;
    let references = train.as_points("training images")?;
    let of_samples = nearest_of(references, samples)?;
    let of_test = sorted(&nearest_of(references, &test)?);
    let threshold = of_test[(QUANTILE * of_test.len() as f64) as usize];
    let near = of_samples.iter().filter(|found| found.distance < threshold).count();

    let first: Vec<usize> = (0..of_samples.len().min(COLUMNS)).collect();
    let mut nearest_first: Vec<usize> = (0..of_samples.len()).collect();
    nearest_first.sort_by(|&a, &b| of_samples[a].distance.total_cmp(&of_samples[b].distance));
    nearest_first.truncate(COLUMNS);
    let choices = [first, nearest_first];
    let select = |of: &FloatImages, indices: &mut dyn Iterator<Item = usize>| {
        FloatImages::new(of.shape(), indices.flat_map(|index| of.image(index).to_vec()).collect())
    };
    let nearest = choices.map(|chosen| {
        let theirs = &mut chosen.iter().map(|&index| of_samples[index].index);
        Nearest {
            samples: select(samples, &mut chosen.iter().copied()),
            images: select(train, theirs),
            distances: chosen.iter().map(|&index| of_samples[index].distance).collect(),
        }
    });
    let below = of_test.iter().filter(|distance| **distance < threshold).count();
    Ok(Memorisation {
        samples: of_samples.len(),
        threshold_fraction: below as f64 / of_test.len() as f64,
        threshold,
        test_images: of_test.len(),
        near_duplicates: near as f64 / of_samples.len() as f64,
        median_distance: sorted(&of_samples)[of_samples.len() / 2],
        median_distance_of_test_images: of_test[of_test.len() / 2],
        convention: "Euclidean distance between pixels in 0..1; smooth images are near to many \
                     images without being a \
                     duplicate of any"
            .to_owned(),
        nearest: nearest.into(),
    })
}

/// The nearest reference of each image, for the first [`QUERIES`] images.
fn nearest_of(references: Points<'_>, images: &FloatImages) -> Result<Vec<Neighbour>> {
    let n = images.len().min(QUERIES);
    let values = &images.values()[..n * images.shape().len()];
    let queries = Points::new("images", images.shape().len(), values)?;
    Ok(nearest(references, queries, 1)?.into_iter().map(|found| found[0]).collect())
}

/// The distances, in ascending order.
fn sorted(found: &[Neighbour]) -> Vec<f64> {
    let mut distances: Vec<f64> = found.iter().map(|found| found.distance).collect();
    distances.sort_by(f64::total_cmp);
    distances
}
