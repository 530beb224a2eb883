//! Smaller images for super-resolution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::math::resize_bicubic;
use crate::shape::ImageShape;

/// How an image is made smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filter {
    /// Each value is the mean of a square block.
    #[default]
    Average,
    /// Bicubic interpolation with antialiasing (a = -0.5, the image mirrored at its edges), as
    /// MATLAB's `imresize`: what published figures of super-resolution are measured with. Values
    /// are clipped to 0..1.
    Bicubic,
}

impl Filter {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_average(&self) -> bool {
        *self == Self::Average
    }
}

/// The factors that images can be made smaller by.
const FACTORS: std::ops::RangeInclusive<usize> = 2..=4;

/// The shape of the downscaled images.
///
/// # Errors
/// If `factor` is not 2 to 4, or does not divide both sides.
pub(super) fn shape(target: ImageShape, factor: usize) -> Result<ImageShape> {
    if !FACTORS.contains(&factor) {
        return Err(Error::config(format!("`task.factor`: expected 2, 3 or 4, found {factor}")));
    }
    let ImageShape { channels, height, width } = target;
    if height % factor != 0 || width % factor != 0 {
        return Err(Error::config(format!(
            "`task.factor`: expected images whose sides are multiples of {factor}, found \
             {height}x{width}"
        ))
        .with_hint(
            Hint::text("fit the images by ")
                .set("data.size", 64 / factor * factor)
                .then(", or another multiple"),
        ));
    }
    Ok(ImageShape::new(channels, height / factor, width / factor))
}

/// Writes the smaller image.
pub(super) fn downscale(
    clean: &[f32],
    shape: ImageShape,
    factor: usize,
    filter: Filter,
    small: &mut [f32],
) {
    match filter {
        Filter::Average => average(clean, shape, factor, small),
        Filter::Bicubic => bicubic(clean, shape, factor, small),
    }
}

/// Each value of `small` is the mean of a `factor` x `factor` block of `clean`.
fn average(clean: &[f32], shape: ImageShape, factor: usize, small: &mut [f32]) {
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

/// Clipped to 0..1.
fn bicubic(clean: &[f32], shape: ImageShape, factor: usize, small: &mut [f32]) {
    let sides = [shape.height, shape.width];
    let fewer = sides.map(|side| side / factor);
    let planes = clean.chunks_exact(shape.area());
    for (plane, small) in planes.zip(small.chunks_exact_mut(fewer[0] * fewer[1])) {
        let values = resize_bicubic(plane, sides, fewer);
        small.iter_mut().zip(values).for_each(|(to, value)| *to = value.clamp(0.0, 1.0));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{RESIZE, cases, check_within, tensor};

    #[test]
    fn bicubic_is_as_in_matlab() {
        for (name, case) in cases(RESIZE, |_| true) {
            let factor = case["factor"].as_u64().unwrap() as usize;
            let (axes, image) = tensor(&case["image"]);
            let shape = ImageShape::new(axes[0], axes[1], axes[2]);
            let mut small = vec![f32::NAN; self::shape(shape, factor).unwrap().len()];
            downscale(&image, shape, factor, Filter::Bicubic, &mut small);
            check_within(&small, &case["small"], 1e-6, &name);
        }
    }
}
