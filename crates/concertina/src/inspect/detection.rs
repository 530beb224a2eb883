//! How well defects are found where they are known.

use serde::Serialize;

use super::layout::GOOD;
use crate::metric::Auroc;

/// How well defects were found.
#[derive(Clone, Debug, Serialize)]
pub struct Detection {
    /// The probability that a picture with a defect has a larger score than a good one.
    pub image_auroc: Option<f64>,
    /// The probability that a pixel of a defect has a larger value on its map than one that is of
    /// none, over all pictures whose defects are known.
    pub pixel_auroc: Option<f64>,
    /// Of good pictures, the part that was rejected.
    pub false_alarms: Option<f64>,
    /// Of pictures with defects, the part that was rejected.
    pub found: Option<f64>,
    /// The harmonic mean of precision and recall of the verdicts.
    pub f1: Option<f64>,
    /// Good pictures and each kind of defect.
    pub kinds: Vec<OfKind>,
}

/// The pictures of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct OfKind {
    /// Its name; `good` for pictures without defects.
    pub kind: String,
    /// How many there are.
    pub pictures: usize,
    /// How many were rejected.
    pub rejected: usize,
    /// As in [`Detection`], of this kind against good ones.
    pub image_auroc: Option<f64>,
}

/// Computes it from kind, score and verdict of each picture, and the counts of all pixels.
pub fn detection(pictures: &[(String, f64, bool)], pixels: &Auroc) -> Detection {
    let mut names: Vec<&str> = pictures.iter().map(|(kind, ..)| kind.as_str()).collect();
    names.sort_unstable_by_key(|name| (*name != GOOD, *name));
    names.dedup();
    let against_good = |wanted: &dyn Fn(&str) -> bool| {
        let mut auroc = Auroc::default();
        for (kind, score, _) in pictures.iter().filter(|(kind, ..)| kind == GOOD || wanted(kind)) {
            auroc.add(*score as f32, kind != GOOD);
        }
        auroc.area()
    };
    let kinds: Vec<OfKind> = names
        .into_iter()
        .map(|name| {
            let of_kind = || pictures.iter().filter(|(kind, ..)| kind == name);
            OfKind {
                kind: name.to_owned(),
                pictures: of_kind().count(),
                rejected: of_kind().filter(|(.., rejected)| *rejected).count(),
                image_auroc: if name == GOOD { None } else { against_good(&|kind| kind == name) },
            }
        })
        .collect();
    let sums = |good: bool| {
        let of = kinds.iter().filter(|of_kind| (of_kind.kind == GOOD) == good);
        of.fold([0; 2], |[n, rejected], kind| [n + kind.pictures, rejected + kind.rejected])
    };
    let ([good, alarms], [bad, found]) = (sums(true), sums(false));
    let part = |n: usize, of: usize| (of > 0).then(|| n as f64 / of as f64);
    Detection {
        image_auroc: against_good(&|_| true),
        pixel_auroc: pixels.area(),
        false_alarms: part(alarms, good),
        found: part(found, bad),
        f1: part(2 * found, found + alarms + bad).filter(|_| bad > 0),
        kinds,
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
        let mut pixels = Auroc::default();
        pixels.add(1.0, true);
        pixels.add(0.5, false);
        let found = detection(&pictures, &pixels);
        let kinds: Vec<_> =
            found.kinds.iter().map(|of| (of.kind.as_str(), of.pictures, of.rejected)).collect();
        assert_eq!(kinds, [(GOOD, 2, 1), ("blowhole", 1, 0), ("crack", 2, 1)]);
        assert_eq!(found.kinds[2].image_auroc, Some(0.75));
        assert_eq!(found.image_auroc, Some(0.5));
        assert_eq!((found.false_alarms, found.found), (Some(0.5), Some(1.0 / 3.0)));
        assert_eq!((found.f1, found.pixel_auroc), (Some(0.4), Some(1.0)));
        let only_good = detection(&pictures[1..2], &Auroc::default());
        assert_eq!((only_good.image_auroc, only_good.f1, only_good.found), (None, None, None));
    }
}
