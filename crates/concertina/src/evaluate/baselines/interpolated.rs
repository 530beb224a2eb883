//! The downscaled input, upsampled.

use super::compared::Others;
use super::inputs::made_of_inputs;
use super::linear::{LINEAR, linear};
use crate::error::Result;
use crate::evaluate::quality::clip;
use crate::evaluate::subject::Material;
use crate::evaluate::upsample::{Method, upsample};

/// By interpolation, and by the linear filter that fits best.
pub(super) fn measure(material: &Material<'_>, factor: usize) -> Result<Others> {
    let input = material.model.architecture.input;
    let mut compared = Vec::new();
    for method in [Method::Nearest, Method::Bilinear, Method::Bicubic] {
        material.working(&format!("upsampling the test images, {}", method.name()));
        let quality = made_of_inputs(material, input, |_, small| {
            let mut large = upsample(input, small, factor, method);
            clip(&mut large);
            large
        })?;
        compared.push((method.name().to_owned(), quality));
    }
    compared.extend(linear(material, input, factor)?);
    let what = format!("the downscaled image upsampled x{factor} by interpolation");
    let convention = format!(
        "{what}: pixel centres at half-integers, the border replicated, bicubic with a = -0.5, \
         clipped to 0..1; {LINEAR}"
    );
    Ok(Others { what, compared, convention })
}
