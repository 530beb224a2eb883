//! `inspection.html`: what was found, to look at.

use concertina::Result;
use concertina::inspect::{Detection, GOOD};
use concertina::text::{counted, number, percent, thousands};
use concertina_report::inspection::{
    Inspection, MOST_MISSED, MOST_PICTURES, Shown, THUMBNAIL_SIDE,
};
use concertina_report::plot::DrawnMap;
use concertina_report::report::Table;

use super::found::{Found, Verdict};

/// The pictures of the page, of which few are kept while all are inspected.
#[derive(Default)]
pub(super) struct Pictures {
    /// The largest scores first.
    worst: Vec<(f64, Shown)>,
    /// Defects that were not rejected, the smallest score first.
    missed: Vec<(f64, Shown)>,
}

impl Pictures {
    /// Takes a picture, if it is among those that are shown.
    pub(super) fn offer(&mut self, verdict: &Verdict, drawn: &DrawnMap) -> Result<()> {
        let score = verdict.score;
        let is_defect = verdict.kind.as_ref().is_some_and(|kind| kind != GOOD);
        let worst = self.worst.partition_point(|(other, _)| *other >= score);
        let missed = self.missed.partition_point(|(other, _)| *other <= score);
        let is_worst = worst < MOST_PICTURES;
        let is_missed = is_defect && !verdict.rejected && missed < MOST_MISSED;
        if !is_worst && !is_missed {
            return Ok(());
        }
        let shown = Shown {
            name: verdict.name.clone(),
            kind: verdict.kind.clone(),
            score: number(score),
            rejected: verdict.rejected,
            thumbnails: drawn.thumbnails(THUMBNAIL_SIDE)?,
        };
        if is_missed {
            self.missed.insert(missed, (score, shown.clone()));
            self.missed.truncate(MOST_MISSED);
        }
        if is_worst {
            self.worst.insert(worst, (score, shown));
            self.worst.truncate(MOST_PICTURES);
        }
        Ok(())
    }

    /// The page.
    pub(super) fn page(self, found: &Found, title: &str) -> String {
        let shown = |pictures: Vec<(f64, Shown)>| pictures.into_iter().map(|(_, shown)| shown);
        let n = self.worst.len();
        let mut note = String::new();
        if found.map_threshold != found.threshold.score {
            note += "A picture can be rejected by its code as a whole, with nothing in its mask. ";
        }
        if n < found.images {
            note += &format!(
                "These are the {n} largest scores of {}; all are in scores.csv, and all pictures \
                 in this folder.",
                thousands(found.images)
            );
        }
        let page = Inspection {
            title: format!("Inspection of {title}"),
            summary: format!(
                "A picture is rejected if its score is above {}. The score is {}.",
                number(found.threshold.score),
                found.score_words
            ),
            facts: facts(found),
            warnings: warnings(found),
            tables: found.detection.as_ref().map(tables).unwrap_or_default(),
            pictures: shown(self.worst).collect(),
            note,
            missed: shown(self.missed).collect(),
        };
        page.to_html()
    }
}

fn facts(found: &Found) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
    fact("pictures", thousands(found.images));
    fact("rejected", thousands(found.rejected));
    fact("threshold", number(found.threshold.score));
    fact("false alarms asked for", percent(found.threshold.false_alarms));
    if let Some(detection) = &found.detection {
        fact("false alarms found", rate(detection.false_alarms));
        fact("defects found", rate(detection.found));
        fact("F1", area(detection.f1));
        fact("image AUROC", area(detection.image_auroc));
        if detection.pro.is_some() {
            fact("pixel AUROC", area(detection.pixel_auroc));
            fact("PRO", area(detection.pro));
        }
    }
    facts
}

fn warnings(found: &Found) -> Vec<String> {
    let unpromised = (!found.promised).then(|| found.threshold.unpromised());
    let skipped = found.skipped.first().map(|first| {
        format!("{} skipped, the first: {first}", counted(found.skipped.len(), "picture"))
    });
    unpromised.into_iter().chain(skipped).collect()
}

fn tables(detection: &Detection) -> Vec<(String, Table, String)> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let kinds = detection.kinds.iter().map(|kind| {
        vec![
            kind.kind.clone(),
            thousands(kind.pictures),
            thousands(kind.rejected),
            rate(Some(kind.rejected as f64 / kind.pictures as f64)),
            area(kind.f1),
            area(kind.image_auroc),
        ]
    });
    let kinds = Table {
        head: words(&["kind", "pictures", "rejected", "part", "F1", "image AUROC"]),
        rows: kinds.collect(),
    };
    let confusion = detection.confusion;
    let confusion = Table {
        head: words(&["", "rejected", "not rejected"]),
        rows: vec![
            vec![
                "with a defect".to_owned(),
                thousands(confusion.true_positives),
                thousands(confusion.false_negatives),
            ],
            vec![
                GOOD.to_owned(),
                thousands(confusion.false_positives),
                thousands(confusion.true_negatives),
            ],
        ],
    };
    let mut scorers = vec![vec!["this model".to_owned(), area(detection.image_auroc)]];
    let baselines = detection.baselines.iter();
    scorers.extend(baselines.map(|one| vec![one.name.clone(), area(one.image_auroc)]));
    let scorers = Table { head: words(&["", "image AUROC"]), rows: scorers };
    vec![
        (
            "By kind".to_owned(),
            kinds,
            "F1 and AUROC are of the kind against good pictures. An AUROC of 0.5 is chance, 1 is \
             perfect."
                .to_owned(),
        ),
        ("Verdicts".to_owned(), confusion, String::new()),
        (
            "Beside simple methods".to_owned(),
            scorers,
            "Fitted to the same good pictures: the error of a reconstruction by principal \
             components, and the distance to the nearest good picture, of pixels."
                .to_owned(),
        ),
    ]
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), percent)
}

fn area(area: Option<f64>) -> String {
    area.map_or_else(|| "–".to_owned(), |area| format!("{area:.3}"))
}
