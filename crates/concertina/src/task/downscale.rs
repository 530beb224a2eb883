//! Downscaling by averages of square blocks.

use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// The shape of the downscaled images.
///
/// # Errors
/// If `factor` is not 2 or 4, or does not divide both sides.
pub(super) fn shape(target: ImageShape, factor: usize) -> Result<ImageShape> {
    if factor != 2 && factor != 4 {
        return Err(Error::config(format!("`task.factor`: expected 2 or 4, found {factor}")));
    }
    let ImageShape { channels, height, width } = target;
    if height % factor != 0 || width % factor != 0 {
        return Err(Error::config(format!(
            "`task.factor`: expected images whose sides are multiples of {factor}, found \
             {height}x{width}"
        ))
        .with_hint(
            Hint::text("fit the images by ").set("data.size", 64).then(", or another multiple"),
        ));
    }
    Ok(ImageShape::new(channels, height / factor, width / factor))
}

/// Each value of `small` is the mean of a `factor` x `factor` block of `clean`.
pub(super) fn average(clean: &[f32], shape: ImageShape, factor: usize, small: &mut [f32]) {
    let small_width = shape.width / factor;
    let scale = 1.0 / (factor * factor) as f32;
    // The height is a multiple of the factor, so the planes can be treated as one tall plane.
    for (row, values) in small.chunks_exact_mut(small_width).enumerate() {
        for (column, value) in values.iter_mut().enumerate() {
            let corner = row * factor * shape.width + column * factor;
            let block = (0..factor).flat_map(|dy| {
                let start = corner + dy * shape.width;
                &clean[start..start + factor]
            });
            *value = block.sum::<f32>() * scale;
        }
    }
}
