//! How well defects are found where they are known.

use schemars::JsonSchema;
use serde::Serialize;

use super::baselines::BaselineFound;
use super::inspector::Inspection;
use super::layout::GOOD;
use crate::metric::{Auroc, RegionOverlap};

/// How well defects were found.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Detection {
    /// The probability that a picture with a defect has a larger score than a good one.
    pub image_auroc: Option<f64>,
    /// The probability that a pixel of a defect has a larger value on its map than one that is of
    /// none, over all pictures whose defects are known.
    pub pixel_auroc: Option<f64>,
    /// The per-region overlap of the maps with the defects, up to a rate of false positives of 0.3:
    /// see [`RegionOverlap`].
    pub pro: Option<f64>,
    /// How many pictures were judged how.
    pub confusion: Confusion,
    /// Of good pictures, the part that was rejected.
    pub false_alarms: Option<f64>,
    /// Of pictures with defects, the part that was rejected.
    pub found: Option<f64>,
    /// The harmonic mean of precision and recall of the verdicts.
    pub f1: Option<f64>,
    /// Good pictures and each kind of defect.
    pub kinds: Vec<OfKind>,
    /// What finds them without a network.
    pub baselines: Vec<BaselineFound>,
}

/// Pictures by what they are and by their verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Confusion {
    /// Pictures with defects that were rejected.
    pub true_positives: usize,
    /// Pictures with defects that were not.
    pub false_negatives: usize,
    /// Good pictures that were rejected.
    pub false_positives: usize,
    /// Good pictures that were not.
    pub true_negatives: usize,
}

impl Confusion {
    fn f1(self) -> Option<f64> {
        let Self { true_positives, false_negatives, false_positives, .. } = self;
        let both = 2 * true_positives;
        let bad = true_positives + false_negatives;
        (bad > 0).then(|| both as f64 / (both + false_negatives + false_positives) as f64)
    }
}

/// The values of maps where defects are known.
#[derive(Clone, Debug, Default)]
pub struct Pixels {
    auroc: Auroc,
    overlap: RegionOverlap,
}

impl Pixels {
    /// Counts a map, whose defect is where `defect` says.
    ///
    /// # Panics
    /// If their sizes differ.
    pub fn add(&mut self, inspection: &Inspection, defect: &[bool]) {
        self.overlap.add(&inspection.map, defect, inspection.sides);
        for (value, is_defect) in inspection.map.iter().zip(defect) {
            self.auroc.add(*value, *is_defect);
        }
    }
}

/// The pictures of one kind.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct OfKind {
    /// Its name; `good` for pictures without defects.
    pub kind: String,
    /// How many there are.
    pub pictures: usize,
    /// How many were rejected.
    pub rejected: usize,
    /// As in [`Detection`], of this kind against good ones.
    pub image_auroc: Option<f64>,
    /// As in [`Detection`], of this kind against good ones.
    pub f1: Option<f64>,
}

/// Computes it from kind, score and verdict of each picture, the values of maps, and what baselines
/// found.
pub fn detection(
    pictures: &[(String, f64, bool)],
    pixels: &Pixels,
    baselines: Vec<BaselineFound>,
) -> Detection {
    let mut names: Vec<&str> = pictures.iter().map(|(kind, ..)| kind.as_str()).collect();
    names.sort_unstable_by_key(|name| (*name != GOOD, *name));
    names.dedup();
    // How good pictures and some defects were told apart.
    let against_good = |wanted: &dyn Fn(&str) -> bool| {
        let mut auroc = Auroc::default();
        let mut verdicts = [[0; 2]; 2];
        for (kind, score, rejected) in pictures {
            let is_good = kind == GOOD;
            if is_good || wanted(kind) {
                auroc.add(*score as f32, !is_good);
                verdicts[usize::from(is_good)][usize::from(*rejected)] += 1;
            }
        }
        let [[false_negatives, true_positives], [true_negatives, false_positives]] = verdicts;
        let confusion =
            Confusion { true_positives, false_negatives, false_positives, true_negatives };
        (auroc.area(), confusion)
    };
    let of_kind = |name: &str| {
        let (image_auroc, confusion) = against_good(&|kind| kind == name);
        let Confusion { true_positives, false_negatives, false_positives, true_negatives } =
            confusion;
        let (rejected, kept) = if name == GOOD {
            (false_positives, true_negatives)
        } else {
            (true_positives, false_negatives)
        };
        let (kind, pictures) = (name.to_owned(), rejected + kept);
        OfKind { kind, pictures, rejected, image_auroc, f1: confusion.f1() }
    };
    let (image_auroc, confusion) = against_good(&|_| true);
    let part = |n: usize, others: usize| {
        let all = n + others;
        (all > 0).then(|| n as f64 / all as f64)
    };
    Detection {
        image_auroc,
        pixel_auroc: pixels.auroc.area(),
        pro: pixels.overlap.mean(),
        confusion,
        false_alarms: part(confusion.false_positives, confusion.true_negatives),
        found: part(confusion.true_positives, confusion.false_negatives),
        f1: confusion.f1(),
        kinds: names.into_iter().map(of_kind).collect(),
        baselines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_apart_and_good_ones_come_first() {
        let picture = |kind: &str, score, rejected| (kind.to_owned(), score, rejected);
        let pictures = [
            picture("crack", 3.0, true),
            picture(GOOD, 1.0, false),
            picture("crack", 1.5, false),
            picture("blowhole", 0.5, false),
            picture(GOOD, 2.0, true),
        ];
        let mut pixels = Pixels::default();
        let inspection = Inspection { sides: [1, 2], map: vec![1.0, 0.5], score: 1.0 };
        pixels.add(&inspection, &[true, false]);
        let found = detection(&pictures, &pixels, Vec::new());
        let kinds: Vec<_> =
            found.kinds.iter().map(|of| (of.kind.as_str(), of.pictures, of.rejected)).collect();
        assert_eq!(kinds, [(GOOD, 2, 1), ("blowhole", 1, 0), ("crack", 2, 1)]);
        assert_eq!(found.kinds[2].image_auroc, Some(0.75));
        assert_eq!(found.image_auroc, Some(0.5));
        assert_eq!((found.false_alarms, found.found), (Some(0.5), Some(1.0 / 3.0)));
        assert_eq!((found.f1, found.pixel_auroc, found.pro), (Some(0.4), Some(1.0), Some(1.0)));
        assert_eq!(found.kinds[2].f1, Some(0.5));
        assert_eq!((found.kinds[0].f1, found.kinds[0].image_auroc), (None, None));
        let Confusion { true_positives, false_negatives, false_positives, true_negatives } =
            found.confusion;
        assert_eq!([true_positives, false_negatives], [1, 2]);
        assert_eq!([false_positives, true_negatives], [1, 1]);
        let only_good = detection(&pictures[1..2], &Pixels::default(), Vec::new());
        assert_eq!((only_good.image_auroc, only_good.f1, only_good.found), (None, None, None));
    }
}
