//! A model beside its baselines, and what that comes to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::evaluate::quality::Measured;
use crate::evaluate::{Conventions, Quality};
use crate::text::percent;

/// Errors whose ratio differs from 1 by less than this count as equal.
const EQUAL: f64 = 0.01;
/// The same of the difference of two PSNR.
const EQUAL_DB: f64 = 0.05;

/// The model and its baselines, on the same test images.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Baselines {
    /// A description of the baselines.
    pub what: String,
    /// The model, then the baselines.
    pub compared: Vec<Baseline>,
    /// A comparison of the model with the best baseline, in a sentence.
    pub verdict: String,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

/// One of the compared methods.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// Its quality.
    #[serde(flatten)]
    pub quality: Quality,
    /// The fraction of the images that the model returns with a smaller squared error than this
    /// baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_better_fraction: Option<f64>,
}

/// The baselines, without the model.
pub(super) struct Others {
    pub(super) what: String,
    pub(super) compared: Vec<(String, Measured)>,
    pub(super) convention: String,
}

impl Others {
    /// The model beside them.
    pub(super) fn beside(self, model: &Measured) -> Baselines {
        let mut conventions = Quality::conventions();
        conventions.insert("compared", self.convention);
        let better = "fraction of the images with a smaller squared error of the model";
        conventions.insert("model_better_fraction", better.to_owned());
        let baseline = |(name, found): (String, Measured)| {
            let better = model.errors.iter().zip(&found.errors).filter(|(own, other)| own < other);
            let fraction = better.count() as f64 / model.errors.len().max(1) as f64;
            Baseline { name, quality: found.quality, model_better_fraction: Some(fraction) }
        };
        let others: Vec<Baseline> = self.compared.into_iter().map(baseline).collect();
        let verdict = verdict(model.quality, &others);
        let own = Baseline {
            name: "this model".to_owned(),
            quality: model.quality,
            model_better_fraction: None,
        };
        let compared = std::iter::once(own).chain(others).collect();
        Baselines { what: self.what, compared, verdict, conventions }
    }
}

/// Compares the model with the baseline of the smallest squared error, by the mean squared error
/// and by the mean PSNR, which large errors of few images weigh on less.
fn verdict(model: Quality, others: &[Baseline]) -> String {
    let best = others.iter().min_by(|a, b| a.quality.mse.total_cmp(&b.quality.mse));
    let Some(Baseline { name, quality: best, model_better_fraction }) = best else {
        return "there is nothing to compare with".to_owned();
    };
    let ratio = model.mse / best.mse;
    let psnr = model.psnr_db - best.psnr_db;
    // If both errors are 0, neither is less or more.
    let by_error = sign(-(ratio - 1.0), EQUAL);
    let by_psnr = sign(psnr, EQUAL_DB);
    let lead = match (by_error, by_psnr) {
        (0, 0) => "equal to",
        (1, 0 | 1) | (0, 1) => "better than",
        (-1, 0 | -1) | (0, -1) => "worse than",
        _ => "neither better nor worse than",
    };
    let ratio = if ratio.is_finite() {
        format!("{ratio:.2} times its squared error")
    } else {
        "the squared errors are 0".to_owned()
    };
    let fraction = model_better_fraction.map_or(String::new(), |fraction| {
        format!(", closer on {} of the images", percent(fraction))
    });
    format!(
        "{lead} {name}: {ratio}, PSNR {psnr:+.2} dB{fraction}; SSIM {:.3} against {:.3}",
        model.ssim, best.ssim
    )
}

/// 1 or -1 if `x` is above or below 0 by more than `least`.
fn sign(x: f64, least: f64) -> i8 {
    i8::from(x > least) - i8::from(x < -least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_names_the_best_baseline_and_what_disagrees() {
        let quality = |mse, psnr_db| Quality { mse, psnr_db, ssim: 0.5 };
        let baseline = |name: &str, mse| Baseline {
            name: name.to_owned(),
            quality: quality(mse, 20.0),
            model_better_fraction: Some(0.48),
        };
        let others = [baseline("bad", 0.2), baseline("good", 0.1)];
        for (mse, psnr_db, words) in [
            (0.05, 21.0, "better than good: 0.50 times its squared error, PSNR +1.00 dB"),
            (0.05, 20.0, "better than good: 0.50 times its squared error, PSNR +0.00 dB"),
            (0.0995, 20.0, "equal to good: 0.99 times its squared error, PSNR +0.00 dB"),
            (0.0995, 19.0, "worse than good: 0.99 times its squared error, PSNR -1.00 dB"),
            (0.15, 19.0, "worse than good: 1.50 times its squared error, PSNR -1.00 dB"),
            (
                0.098,
                17.8,
                "neither better nor worse than good: 0.98 times its squared error, PSNR -2.20 dB",
            ),
        ] {
            let expected =
                format!("{words}, closer on 48 % of the images; SSIM 0.500 against 0.500");
            assert_eq!(verdict(quality(mse, psnr_db), &others), expected);
        }
    }
}
