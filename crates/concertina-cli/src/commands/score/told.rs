//! What is told of scores.

use concertina::evaluate::{Score, Scores};
use concertina::text::{counted, number, percent, thousands};

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
