//! The best linear filter of whole pictures.

use super::super::linear_filter::{LinearFilter, LinearFit, MAX_PIXELS};
use crate::data::FloatImages;
use crate::error::Result;

/// How it is found.
pub(super) const LINEAR: &str = "the linear filter is fitted by least squares to half of the \
                                 pictures, for use on the other half, the same for each channel, \
                                 and clipped to 0..1";

/// The linear filters of a window that are best for each half of the pictures, those in even and in
/// odd places, for use on the other half.
pub(super) struct Halves([LinearFilter; 2]);

impl Halves {
    /// Fits to so many pictures, given their inputs and the clean ones; `None` if there is but one.
    pub(super) fn fit(
        pictures: usize,
        factor: usize,
        mut pair: impl FnMut(usize) -> Result<[FloatImages; 2]>,
    ) -> Result<Option<Self>> {
        let mut fits = [LinearFit::new(factor), LinearFit::new(factor)];
        // Some of each picture's pixels, not the same of each.
        let each = (2 * MAX_PIXELS / pictures.max(1)).max(1);
        for index in 0..pictures {
            let [input, clean] = pair(index)?;
            let every = input.shape().len().div_ceil(each);
            let some = [index % every, every];
            fits[index % 2].add(input.shape(), input.values(), clean.values(), some);
        }
        let [even, odd] = fits.map(|fit| fit.solve());
        Ok(even.zip(odd).map(|(even, odd)| Self([even, odd])))
    }

    /// What is made of a picture's input, by the filter that was not fitted to it.
    pub(super) fn apply(
        &self,
        index: usize,
        input: &FloatImages,
        clean: &FloatImages,
    ) -> FloatImages {
        let values = self.0[(index + 1) % 2].image(input.shape(), input.values());
        FloatImages::new(clean.shape(), values)
    }
}
