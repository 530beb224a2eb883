//! The noisy input, denoised by filters.

use super::compared::Others;
use super::filter::{gaussian, median};
use super::folds::{Folds, description, pairs};
use super::inputs::made_of_inputs;
use super::linear::{FITTED, LINEAR, linear};
use crate::error::Result;
use crate::evaluate::quality::clip;
use crate::evaluate::subject::Material;
use crate::math::{nl_means, total_variation};
use crate::parallel;
use crate::shape::ImageShape;

/// Maximum number of images that the settings of a filter are chosen by.
const TUNED: usize = 100;

/// A filter with a setting that is chosen among some.
struct Filter {
    name: &'static str,
    settings: &'static [f64],
    apply: fn(ImageShape, &[f32], f64) -> Vec<f32>,
}

/// From the quickest to the slowest.
const FILTERS: [Filter; 4] = [
    Filter {
        name: "median 3x3",
        settings: &[3.0],
        apply: |s, x, side| median(s, x, side as usize),
    },
    Filter { name: "Gaussian, sigma 1", settings: &[1.0], apply: gaussian },
    Filter {
        name: "total variation",
        settings: &[0.03, 0.06, 0.12, 0.25, 0.5, 1.0],
        apply: total_variation,
    },
    Filter { name: "non-local means", settings: &[0.03, 0.06, 0.12, 0.25, 0.5], apply: nl_means },
];

/// The noisy input itself, filtered, and by the linear filter that fits best.
pub(super) fn measure(material: &Material<'_>) -> Result<Others> {
    let shape = material.model.architecture.input;
    let as_it_is = made_of_inputs(material, shape, |_, noisy| noisy.to_vec())?;
    let mut compared = vec![("the noisy input".to_owned(), as_it_is)];
    for filter in &FILTERS {
        material.working(&format!("denoising the test images: {}", filter.name));
        let Some(tuned) = tuned(material, filter)? else { continue };
        let quality = made_of_inputs(material, shape, |index, noisy| {
            let Tuned { setting, line } = *tuned.of_image(index);
            line.apply(&(filter.apply)(shape, noisy, setting))
        })?;
        compared.push((filter.name.to_owned(), quality));
    }
    compared.extend(linear(material, shape, 1)?);
    let what = "the noisy image itself, and denoised by filters".to_owned();
    let convention = format!(
        "{what}: the border of median and Gaussian replicated, the Gaussian truncated at 4 sigma; \
         total variation by at most 200 steps of Chambolle's projection, and non-local means of \
         5x5 pixels within 13x13, each with the best of some strengths for at most {TUNED} images; \
         with a scale and a shift by least squares, and clipped to 0..1; all fitted to {}; \
         {LINEAR}",
        description(material, FITTED)
    );
    Ok(Others { what, compared, convention })
}

/// A filter's setting, and the map of its values to clean ones.
#[derive(Clone, Copy)]
struct Tuned {
    setting: f64,
    line: Line,
}

/// The setting that leaves the smallest squared error, and the linear map with it. Without images
/// to choose by, a filter of one setting is taken as it is, and no other.
fn tuned(material: &Material<'_>, filter: &Filter) -> Result<Option<Folds<Tuned>>> {
    let only = if let [setting] = filter.settings { Some(*setting) } else { None };
    let most = if only.is_some() { FITTED } else { TUNED };
    let found = Folds::fit(material, most, |images| {
        let [inputs, clean] = pairs(material, images)?;
        let shape = inputs.shape();
        let with = |&setting: &f64| {
            let images = inputs.values().chunks_exact(shape.len());
            let filtered = parallel::map(images, |image| (filter.apply)(shape, image, setting));
            let filtered = filtered.concat();
            let line = Line::fit(&filtered, clean.values());
            let errors = line.apply(&filtered).into_iter().zip(clean.values());
            let error: f64 = errors.map(|(x, y)| f64::from(x - y).powi(2)).sum();
            (error, Tuned { setting, line })
        };
        let best = filter.settings.iter().map(with).min_by(|a, b| a.0.total_cmp(&b.0));
        Ok(best.expect("a filter has a setting").1)
    })?;
    let as_it_is = |setting| Folds::same(Tuned { setting, line: Line { scale: 1.0, shift: 0.0 } });
    Ok(found.or_else(|| only.map(as_it_is)))
}

/// A linear map from filtered values to clean ones, since noise with a mean, or clipped to 0..1,
/// changes their level.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    scale: f64,
    shift: f64,
}

impl Line {
    /// The least squares fit from filtered values to as many clean values.
    fn fit(filtered: &[f32], clean: &[f32]) -> Self {
        let pairs = || filtered.iter().zip(clean).map(|(&x, &y)| (f64::from(x), f64::from(y)));
        let n = filtered.len() as f64;
        let (x, y) = pairs().fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x / n, sums.1 + y / n));
        let (of_x, of_both) = pairs().fold((0.0, 0.0), |sums, (a, b)| {
            (sums.0 + (a - x).powi(2), sums.1 + (a - x) * (b - y))
        });
        let scale = if of_x > 0.0 { of_both / of_x } else { 0.0 };
        Self { scale, shift: y - scale * x }
    }

    /// Maps values, and clips them to 0..1.
    fn apply(self, values: &[f32]) -> Vec<f32> {
        let on_line = |&value: &f32| (self.scale * f64::from(value) + self.shift) as f32;
        let mut values: Vec<f32> = values.iter().map(on_line).collect();
        clip(&mut values);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixture::{check_within, number, pictures};

    #[test]
    fn non_local_means_are_their_definition_written_out() {
        for (name, case, shape, picture) in pictures("filter") {
            let found = nl_means(shape, &picture, number(&case["strength"]));
            check_within(&found, &case["non_local_means"], 1e-6, &name);
        }
    }

    #[test]
    fn total_variation_is_that_of_scikit_image() {
        for (name, case, shape, picture) in pictures("filter") {
            let found = total_variation(shape, &picture, number(&case["weight"]));
            check_within(&found, &case["total_variation"], 1e-6, &name);
        }
    }

    #[test]
    fn a_line_goes_through_points_and_stays_in_range() {
        let line = Line::fit(&[0.0, 0.25, 1.0], &[0.25, 0.375, 0.75]);
        assert_eq!(line, Line { scale: 0.5, shift: 0.25 });
        assert_eq!(line.apply(&[0.5, -1.0, 2.0]), [0.5, 0.0, 1.0]);
        // Of noise that tells nothing, the mean is the best guess.
        assert_eq!(Line::fit(&[0.5, 0.5], &[0.0, 1.0]), Line { scale: 0.0, shift: 0.5 });
    }
}
