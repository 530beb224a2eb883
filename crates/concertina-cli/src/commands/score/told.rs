//! What is told of scores.

use concertina::evaluate::{Score, Scores};
use concertina::text::{counted, number, percent, thousands};
use schemars::JsonSchema;
use serde::Serialize;

use crate::examined::Examined;
use crate::printer::Printer;
use crate::words::on_one_line;

/// How many of the images with the largest errors are printed.
pub(super) const WORST: usize = 10;

/// What a reader of the scores should know.
pub(super) fn warn(scores: &Scores, printer: Printer) {
    if scores.threshold.is_none() {
        printer.warn(
            "the model file has no errors of held-out images, since an earlier version wrote it: \
             the scores have no percentiles and no threshold",
        );
    }
    if let Some(caution) = scores.caution() {
        printer.warn(caution);
    }
}

/// What is found among so many images, and so many outliers of them; `worst` are those with the
/// largest errors, with their names. Of `scores`, what holds for every image counts.
pub(super) fn print(
    scores: &Scores,
    word: &str,
    [n, outliers]: [usize; 2],
    worst: &[(Score, &str)],
    printer: Printer,
) -> anyhow::Result<()> {
    let line = |name: &str, value: String| printer.data(format_args!("{name:<12} {value}"));
    line(&format!("{word}s"), thousands(n))?;
    line("score", format!("reconstruction error, {}", scores.unit))?;
    if let Some(threshold) = scores.threshold {
        line(
            "threshold",
            format!(
                "{}: {} of the model's {} have smaller errors",
                number(threshold.into()),
                percent(scores.quantile),
                counted(scores.held_out_images, &format!("held-out {word}"))
            ),
        )?;
        let share = outliers as f64 / n as f64;
        let usual = percent(1.0 - scores.quantile);
        line(
            "outliers",
            format!(
                "{} of {}, {} ({usual} of held-out {word}s)",
                thousands(outliers),
                thousands(n),
                percent(share)
            ),
        )?;
    }
    for (place, &(Score { error, percentile, .. }, name)) in worst.iter().enumerate() {
        let place = if place == 0 { "worst" } else { "" };
        let percentile = percentile.map_or(String::new(), |p| format!("  percentile {p:>5.1}"));
        let name = on_one_line(name);
        line(place, format!("{:>10}{percentile}  {name}", number(error.into())))?;
    }
    Ok(())
}

/// What `--json` writes: the scores with the names of the images.
#[derive(JsonSchema, Serialize)]
pub(in crate::commands) struct Document<'a> {
    unit: &'a str,
    quantile: f64,
    threshold: Option<f32>,
    held_out_images: usize,
    images: usize,
    n_outliers: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
    /// The names of the images with the largest errors, the largest first.
    worst: Vec<&'a str>,
    /// Missing for a pack, which may have more than fit in a document: they go to a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<Vec<Named<'a>>>,
}

#[derive(JsonSchema, Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(flatten)]
    score: Score,
}

impl<'a> Document<'a> {
    /// Without the scores themselves; the rest as for [`print`].
    pub(super) fn new(
        scores: &'a Scores,
        [n, outliers]: [usize; 2],
        worst: &[(Score, &'a str)],
    ) -> Self {
        Self {
            unit: &scores.unit,
            quantile: scores.quantile,
            threshold: scores.threshold,
            held_out_images: scores.held_out_images,
            images: n,
            n_outliers: scores.threshold.map(|_| outliers),
            caution: scores.caution(),
            worst: worst.iter().map(|&(_, name)| name).collect(),
            scores: None,
        }
    }

    /// The same with the scores of all `inputs`.
    pub(super) fn with_all(self, scores: &Scores, inputs: &'a Examined) -> Self {
        let named = |(index, score): (usize, &Score)| Named {
            name: &inputs.names[index],
            label: inputs.labels.as_ref().map(|labels| labels[index].as_str()),
            score: *score,
        };
        Self { scores: Some(scores.scores.iter().enumerate().map(named).collect()), ..self }
    }
}
