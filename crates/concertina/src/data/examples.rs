//! Examples to train on, to validate with or to look at, wherever they lie.

use super::{Images, unit};
use crate::shape::ImageShape;

/// A number of examples of one shape that can be read one by one, by several threads at once.
///
/// Training and validation know no more of their data than this, and the label of each example where a condition asks
/// for it. [`Images`] are the kind that lies in memory.
///
/// ```
/// use concertina::ImageShape;
/// use concertina::data::{Examples, Images};
///
/// let images = Images::new(ImageShape::new(1, 1, 2), vec![0, 255, 51, 102])?;
/// let mut values = [0.0; 2];
/// images.read(1, &mut values);
/// assert_eq!((images.len(), values), (2, [0.2, 0.4]));
/// # Ok::<(), concertina::Error>(())
/// ```
pub trait Examples: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// True if there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of each.
    fn shape(&self) -> ImageShape;

    /// Writes example `index`, `[C, H, W]` in 0..1, into `into`, which has room for just that.
    ///
    /// # Panics
    /// If `index` is not below [`Examples::len`], or `into` has another length than the shape.
    fn read(&self, index: usize, into: &mut [f32]);
}

impl Examples for Images {
    fn len(&self) -> usize {
        Images::len(self)
    }

    fn shape(&self) -> ImageShape {
        Images::shape(self)
    }

    fn read(&self, index: usize, into: &mut [f32]) {
        let pixels = self.image(index);
        assert_eq!(into.len(), pixels.len(), "there is room for one example");
        for (value, &pixel) in into.iter_mut().zip(pixels) {
            *value = unit(pixel);
        }
    }
}

/// Examples of one split (those to train on, or those held out), and the class of each where there are labels.
#[derive(Clone, Copy)]
pub struct Split<'a> {
    /// The examples.
    pub examples: &'a dyn Examples,
    /// The class of each.
    pub labels: Option<&'a [u32]>,
}

impl Split<'_> {
    /// The classes of those at `indices`.
    pub fn labels_at(&self, indices: &[usize]) -> Option<Vec<u32>> {
        let labels = self.labels?;
        Some(indices.iter().map(|&index| labels[index]).collect())
    }
}
