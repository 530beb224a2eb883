//! What was found: as JSON, as lines, as a table.

use concertina::Result;
use concertina::inspect::{Detection, Pixels, Threshold, detection};
use concertina::text::{counted, number, percent, thousands};
use schemars::JsonSchema;
use serde::Serialize;

use super::subject::{Seen, Subject};
use crate::output::csv_bytes;
use crate::printer::Printer;
use crate::progress::Counting;
use crate::words::on_one_line;

/// How many of the pictures with the largest scores are printed.
const WORST: usize = 10;

/// What `--json` writes.
#[derive(JsonSchema, Serialize)]
pub(in crate::commands) struct Found {
    #[serde(flatten)]
    pub(super) threshold: Threshold,
    /// Places of a map with larger values are shown as a defect.
    pub(super) map_threshold: f64,
    pub(super) promised: bool,
    /// Pictures that were inspected, and rejected.
    pub(super) images: usize,
    pub(super) rejected: usize,
    /// Where the defects are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detection: Option<Detection>,
    /// The largest score first.
    pictures: Vec<Verdict>,
    /// Files that could not be inspected, and why.
    pub(super) skipped: Vec<String>,
    #[serde(skip)]
    pub(super) score_words: &'static str,
}

#[derive(JsonSchema, Serialize)]
pub(super) struct Verdict {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    pub(super) score: f64,
    pub(super) rejected: bool,
}

impl Found {
    /// Inspects all, and lets `see` see each.
    pub(super) fn of(
        subject: &mut Subject<'_>,
        (threshold, map_threshold): (Threshold, f64),
        printer: Printer,
        mut see: impl FnMut(&Verdict, &Seen) -> Result<()>,
    ) -> anyhow::Result<Self> {
        let n = subject.len();
        let mut counting = Counting::new(printer, "pictures inspected", n);
        let (mut pictures, mut skipped, mut pixels) = (Vec::new(), Vec::new(), Pixels::default());
        for start in (0..n).step_by(subject.at_once()) {
            let range = start..n.min(start + subject.at_once());
            for (seen, index) in subject.inspect(range.clone())?.into_iter().zip(range.clone()) {
                let seen = match seen {
                    Ok(seen) => seen,
                    Err(error) if error.is_data() => {
                        skipped.push(error);
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                if let Some(defect) = &seen.defect {
                    pixels.add(&seen.inspection, defect);
                }
                let score = seen.inspection.score;
                let verdict = Verdict {
                    name: subject.name(index).to_owned(),
                    kind: subject.kind(index).map(ToOwned::to_owned),
                    score,
                    rejected: score > threshold.score,
                };
                see(&verdict, &seen)?;
                pictures.push(verdict);
            }
            counting.at(range.end);
        }
        drop(counting);
        if pictures.is_empty() && !skipped.is_empty() {
            return Err(skipped.swap_remove(0).into());
        }
        if let Some(first) = skipped.first() {
            printer.warn(format_args!(
                "{} skipped, the first: {first}",
                counted(skipped.len(), "picture")
            ));
        }
        let skipped = skipped.iter().map(ToString::to_string).collect();
        let of_kind: Vec<(String, f64, bool)> = pictures
            .iter()
            .filter_map(|verdict| Some((verdict.kind.clone()?, verdict.score, verdict.rejected)))
            .collect();
        pictures.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(Self {
            threshold,
            map_threshold,
            promised: threshold.is_promised(),
            images: pictures.len(),
            rejected: pictures.iter().filter(|verdict| verdict.rejected).count(),
            detection: subject
                .is_labelled
                .then(|| detection(&of_kind, &pixels, subject.baselines())),
            score_words: subject.score_words(),
            pictures,
            skipped,
        })
    }

    pub(super) fn print(&self, printer: Printer) -> anyhow::Result<()> {
        let line = |name: &str, value: String| printer.data(format_args!("{name:<14} {value}"));
        let Threshold { score, false_alarms, held_out, trained, .. } = self.threshold;
        line("pictures", thousands(self.images))?;
        line("score", self.score_words.to_owned())?;
        let mut rests = counted(held_out, "held-out good picture");
        if trained > 0 {
            rests += &format!(" and {} that it was trained on", thousands(trained));
        }
        let asked = format!("for {} false alarms, by {rests}", percent(false_alarms));
        line("threshold", format!("{}: {asked}", number(score)))?;
        let share = percent(self.rejected as f64 / self.images as f64);
        line("rejected", format!("{} of {}, {share}", self.rejected, thousands(self.images)))?;
        if let Some(found) = &self.detection {
            let rate = |rate: Option<f64>| rate.map_or("-".to_owned(), percent);
            let area = |area: Option<f64>| area.map_or("-".to_owned(), |area| format!("{area:.3}"));
            line("false alarms", rate(found.false_alarms))?;
            line("found", rate(found.found))?;
            line("f1", area(found.f1))?;
            line("image auroc", area(found.image_auroc))?;
            for baseline in &found.baselines {
                line("", format!("{} {}", area(baseline.image_auroc), baseline.name))?;
            }
            if found.pixel_auroc.is_some() {
                line("pixel auroc", area(found.pixel_auroc))?;
                line("pro", area(found.pro))?;
            }
            for kind in &found.kinds {
                let rejected = format!("{} of {} rejected", kind.rejected, kind.pictures);
                let told = |name: &str, value: Option<f64>| {
                    value.map_or(String::new(), |value| format!(", {name} {value:.3}"))
                };
                let measures = told("f1", kind.f1) + &told("image auroc", kind.image_auroc);
                line(&format!("  {}", kind.kind), format!("{rejected}{measures}"))?;
            }
        }
        for (place, verdict) in self.pictures.iter().take(WORST).enumerate() {
            let place = if place == 0 { "worst" } else { "" };
            let word = if verdict.rejected { "rejected" } else { "good" };
            let name = on_one_line(&verdict.name);
            line(place, format!("{:>10}  {word:<8}  {name}", number(verdict.score)))?;
        }
        Ok(())
    }

    /// Score, and 1 for a rejected picture or 0.
    pub(super) fn table(&self) -> Result<Vec<u8>> {
        let columns = ["score", "rejected"].map(str::to_owned).to_vec();
        let row = |verdict: &Verdict| [verdict.score as f32, f32::from(u8::from(verdict.rejected))];
        let values: Vec<f32> = self.pictures.iter().flat_map(row).collect();
        let names: Vec<String> = self.pictures.iter().map(|verdict| verdict.name.clone()).collect();
        let kinds: Option<Vec<String>> =
            self.pictures.iter().map(|verdict| verdict.kind.clone()).collect();
        csv_bytes(columns, &values, &names, kinds.as_deref())
    }
}
