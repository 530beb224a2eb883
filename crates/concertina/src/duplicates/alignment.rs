//! How one picture lies in another.

use schemars::JsonSchema;
use serde::Serialize;

use super::fingerprint::Fingerprint;
use super::matching::agreed;

/// The fewest keypoints that agree. Of different photographs at most 3 did.
const LEAST_KEYPOINTS: usize = 5;
/// The least correlation of the grey copies.
const LEAST_CORRELATION: f32 = 0.8;
/// The least share of either picture that is in the other.
const LEAST_SHARE: f32 = 0.25;

/// How one picture lies in another that shows the same.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
#[non_exhaustive]
pub struct Alignment {
    /// Whether the second shows the mirror image of the first, left and right exchanged.
    pub mirrored: bool,
    /// The turn after that, clockwise, in -180..=180.
    pub degrees: f32,
    /// Pixels of the second to one of the first, along a side.
    pub scale: f32,
    /// Share of the first's area that the second shows.
    pub shown: f32,
    /// Share of the second's area that shows the first.
    pub filled: f32,
    /// Keypoints that agree.
    pub keypoints: usize,
    /// Correlation of the grey values where the two overlap, at some 4,096 pixels a picture.
    pub correlation: f32,
}

impl Alignment {
    /// Of the second picture with the first; `None` if they do not show the same, or have too few
    /// keypoints for an answer.
    pub fn of(first: &Fingerprint, second: &Fingerprint) -> Option<Self> {
        [false, true]
            .into_iter()
            .filter_map(|mirrored| Self::with_mirror(first, second, mirrored))
            .max_by_key(|alignment| (alignment.keypoints, !alignment.mirrored))
    }

    /// As [`Alignment::of`], if it is known whether it is the mirror image.
    pub(super) fn with_mirror(
        first: &Fingerprint,
        second: &Fingerprint,
        mirrored: bool,
    ) -> Option<Self> {
        let (similarity, keypoints) = if mirrored {
            agreed(&first.mirrored(), second.features())
        } else {
            agreed(first.features(), second.features())
        }?;
        if keypoints < LEAST_KEYPOINTS {
            return None;
        }
        // The features were mirrored before; of places it is yet to be said.
        let similarity = similarity.after_mirror(mirrored);
        let overlay = first.thumbnail().on(second.thumbnail(), &similarity);
        let [shown, filled] = overlay.shares;
        let is_same = overlay.correlation >= LEAST_CORRELATION && shown.min(filled) >= LEAST_SHARE;
        is_same.then(|| Self {
            mirrored,
            degrees: similarity.angle().to_degrees(),
            scale: similarity.scale() * first.shrunk() / second.shrunk(),
            shown,
            filled,
            keypoints,
            correlation: overlay.correlation,
        })
    }
}
