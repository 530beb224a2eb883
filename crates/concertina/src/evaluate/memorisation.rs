//! Whether samples are copies: how near each is to a training image.

use serde::Serialize;

use super::subject::Material;
use crate::error::Result;
use crate::math::Points;
use crate::math::{Neighbour, nearest};
use crate::data::FloatImages;

/// Samples, and test images chosen at random, whose nearest training image is looked for.
const LOOKED_AT: usize = 1000;
/// Of images that are no copies, so large a share at most counts as near copies.
const SHARE: f64 = 0.01;
/// Pictures in a row of the figure.
const COLUMNS: usize = 10;

/// How near samples are to training images, by Euclid's distance between pixels.
#[derive(Clone, Debug, Serialize)]
pub struct Memorisation {
    /// Samples looked at.
    pub samples: usize,
    /// What counts as a near copy: a distance from the nearest training image that so large a share of test images is below.
    pub threshold_share: f64,
    /// That distance.
    pub threshold: f64,
    /// Test images it was found by.
    pub test_images: usize,
    /// Share of samples that are near copies.
    pub near_copies: f64,
    /// Median distance of a sample from the nearest training image.
    pub median_distance: f64,
    /// The same of a test image.
    pub median_distance_of_test_images: f64,
    /// What the share is worth.
    pub convention: String,
    /// The first samples, and those nearest to a training image, each with that image.
    #[serde(skip)]
    pub nearest: Vec<Nearest>,
}

/// Some samples, each with the training image nearest to it.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The samples.
    pub samples: FloatImages,
    /// The training image nearest to each.
    pub images: FloatImages,
    /// How far it is.
    pub distances: Vec<f64>,
}

pub(super) fn measure(material: &Material<'_>, samples: &FloatImages) -> Result<Memorisation> {
    material.working("looking for the training image nearest to each sample");
    let [train, _] = material.pixels()?;
    let test = FloatImages::from(&material.some_test(LOOKED_AT).images);
    let references = train.as_points("training images")?;
    let of_samples = nearest_of(references, samples)?;
    let of_test = sorted(&nearest_of(references, &test)?);
    let threshold = of_test[(SHARE * of_test.len() as f64) as usize];
    let near = of_samples.iter().filter(|found| found.distance < threshold).count();

    let first: Vec<usize> = (0..of_samples.len().min(COLUMNS)).collect();
    let mut nearest_first: Vec<usize> = (0..of_samples.len()).collect();
    nearest_first.sort_by(|&a, &b| of_samples[a].distance.total_cmp(&of_samples[b].distance));
    nearest_first.truncate(COLUMNS);
    let choices = [first, nearest_first];
    let pictures = |of: &FloatImages, indices: &mut dyn Iterator<Item = usize>| {
        FloatImages::new(of.shape(), indices.flat_map(|index| of.image(index).to_vec()).collect())
    };
    let nearest = choices.map(|chosen| {
        let theirs = &mut chosen.iter().map(|&index| of_samples[index].index);
        Nearest {
            samples: pictures(samples, &mut chosen.iter().copied()),
            images: pictures(train, theirs),
            distances: chosen.iter().map(|&index| of_samples[index].distance).collect(),
        }
    });
    let below = of_test.iter().filter(|distance| **distance < threshold).count();
    Ok(Memorisation {
        samples: of_samples.len(),
        threshold_share: below as f64 / of_test.len() as f64,
        threshold,
        test_images: of_test.len(),
        near_copies: near as f64 / of_samples.len() as f64,
        median_distance: sorted(&of_samples)[of_samples.len() / 2],
        median_distance_of_test_images: of_test[of_test.len() / 2],
        convention: "Euclid's distance between pixels of 0..1; smooth pictures lie near to many images without being a copy of any"
            .to_owned(),
        nearest: nearest.into(),
    })
}

/// The nearest reference of each picture, of the first so many.
fn nearest_of(references: Points<'_>, pictures: &FloatImages) -> Result<Vec<Neighbour>> {
    let n = pictures.len().min(LOOKED_AT);
    let values = &pictures.values()[..n * pictures.shape().len()];
    let queries = Points::new("pictures", pictures.shape().len(), values)?;
    Ok(nearest(references, queries, 1)?.into_iter().map(|found| found[0]).collect())
}

/// The distances, rising.
fn sorted(found: &[Neighbour]) -> Vec<f64> {
    let mut distances: Vec<f64> = found.iter().map(|found| found.distance).collect();
    distances.sort_by(f64::total_cmp);
    distances
}
