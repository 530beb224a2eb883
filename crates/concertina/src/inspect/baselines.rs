//! What finds defects without a network.

use schemars::JsonSchema;
use serde::Serialize;

use crate::data::FloatImages;
use crate::error::Result;
use crate::latent::Pca;
use crate::math::{Points, nearest, resize_bicubic};
use crate::metric::Auroc;
use crate::restore::luma;
use crate::shape::ImageShape;

/// Side of the images that pictures of any size are resized to.
const SIDE: usize = 32;
/// The most good images that are compared with.
const MOST_GOOD: usize = 5000;
/// The most principal components.
const COMPONENTS: usize = 64;

/// Two simple ways to score images by good ones, against which a model has to prove itself:
/// the squared error of their reconstruction from principal components, and their distance to the
/// nearest good image, both of pixels.
#[derive(Clone, Debug)]
pub struct Baselines {
    shape: ImageShape,
    good: Vec<f32>,
    pca: Pca,
    aurocs: [Auroc; 2],
}

/// How well a baseline tells good images from others.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
pub struct BaselineFound {
    /// What it is.
    pub name: String,
    /// The probability that an image with a defect has a larger score than a good one.
    pub image_auroc: Option<f64>,
}

/// The indices of good images that baselines are fitted to, of so many: 5,000 at most, from all
/// over.
pub fn baseline_indices(n: usize) -> Vec<usize> {
    let chosen = n.min(MOST_GOOD);
    (0..chosen).map(|place| place * n / chosen).collect()
}

/// A picture of any size as the baselines see it: 32 x 32 pixels, by bicubic interpolation, with so
/// many channels, 1 or 3.
pub fn baseline_image(picture: &FloatImages, channels: usize) -> FloatImages {
    let ImageShape { channels: own, height, width } = picture.shape();
    let planes = picture.values().chunks_exact(height * width);
    let small = planes.flat_map(|plane| resize_bicubic(plane, [height, width], [SIDE, SIDE]));
    let small: Vec<f32> = small.collect();
    let values = match (own, channels) {
        (3, 1) => luma(&small),
        (1, 3) => small.repeat(3),
        _ => small,
    };
    FloatImages::new(Baselines::picture_shape(channels), values)
}

impl Baselines {
    /// Fits both to good images.
    ///
    /// # Errors
    /// If there are fewer than two.
    pub fn fit(good: &FloatImages) -> Result<Self> {
        let points = good.as_points("good images")?;
        points.expect_at_least(2, "baselines")?;
        let k = COMPONENTS.min(points.n_points() - 1).min(points.size());
        let pca = Pca::fit(points, k)?;
        let good = (good.shape(), good.values().to_vec());
        Ok(Self { shape: good.0, good: good.1, pca, aurocs: Default::default() })
    }

    /// The shape of a [`baseline_image`] of so many channels.
    pub fn picture_shape(channels: usize) -> ImageShape {
        ImageShape::new(channels, SIDE, SIDE)
    }

    /// Counts images, each good or not.
    ///
    /// # Errors
    /// If they do not have the shape of the good ones.
    pub fn add(&mut self, images: &FloatImages, is_defect: &[bool]) -> Result<()> {
        let points = images.as_points("images")?;
        let size = self.shape.len();
        let back = self.pca.decode(&self.pca.encode(points)?)?;
        let neighbours = nearest(Points::new("good images", size, &self.good)?, points, 1)?;
        let rows = points.rows().zip(back.chunks_exact(size)).zip(neighbours);
        for (((image, back), neighbours), is_defect) in rows.zip(is_defect) {
            let error: f32 = image.iter().zip(back).map(|(x, back)| (x - back).powi(2)).sum();
            let distance = neighbours.first().map_or(0.0, |neighbour| neighbour.distance as f32);
            self.aurocs[0].add(error, *is_defect);
            self.aurocs[1].add(distance, *is_defect);
        }
        Ok(())
    }

    /// How well they did.
    pub fn found(&self) -> Vec<BaselineFound> {
        let k = self.pca.n_components();
        let n = self.good.len() / self.shape.len();
        let names = [
            format!("PCA of pixels, {k} components"),
            format!("nearest of {} good images", crate::text::thousands(n)),
        ];
        let found = names.into_iter().zip(&self.aurocs);
        found.map(|(name, auroc)| BaselineFound { name, image_auroc: auroc.area() }).collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn what_lies_off_the_plane_of_good_images_is_found_by_both() {
        // Good images are gradients of two kinds, defects have a speck.
        let shape = ImageShape::new(1, 12, 12);
        let image = |a: f32, b: f32, speck: f32| -> Vec<f32> {
            let value = |at: usize| a * (at / 12) as f32 + b * (at % 12) as f32;
            (0..144).map(|at| value(at) + if at == 50 { speck } else { 0.0 }).collect()
        };
        let numbers = normal(200, 4);
        let some = |range: std::ops::Range<usize>, speck| {
            let values = numbers[range].chunks_exact(2).flat_map(|ab| image(ab[0], ab[1], speck));
            FloatImages::new(shape, values.collect())
        };
        let mut baselines = Baselines::fit(&some(0..120, 0.0)).unwrap();
        baselines.add(&some(120..160, 0.0), &[false; 20]).unwrap();
        baselines.add(&some(160..200, 60.0), &[true; 20]).unwrap();
        let found = baselines.found();
        assert_eq!(found[0].name, "PCA of pixels, 59 components");
        assert_eq!(found[1].name, "nearest of 60 good images");
        assert!(found.iter().all(|one| one.image_auroc.unwrap() > 0.9), "{found:?}");
        assert!(Baselines::fit(&some(0..2, 0.0)).unwrap_err().is_insufficient());
    }

    #[test]
    fn pictures_of_any_size_and_colours_become_alike() {
        let grey = FloatImages::new(ImageShape::new(1, 50, 70), vec![0.5; 3500]);
        let colour = FloatImages::new(ImageShape::new(3, 1, 1), vec![0.5; 3]);
        for channels in [1, 3] {
            let [a, b] = [&grey, &colour].map(|picture| baseline_image(picture, channels));
            assert_eq!(a.shape(), ImageShape::new(channels, 32, 32));
            assert!(
                a.iter()
                    .zip(b.iter())
                    .all(|(a, b)| { a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5) })
            );
        }
    }

    #[test]
    fn good_images_are_chosen_from_all_over() {
        assert_eq!(baseline_indices(3), [0, 1, 2]);
        let chosen = baseline_indices(12_000);
        assert_eq!((chosen.len(), chosen[0], chosen[4999]), (5000, 0, 11_997));
        assert!(baseline_indices(0).is_empty());
    }
}
