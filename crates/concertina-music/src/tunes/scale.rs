//! Degrees of a scale as pitches.

/// A key: the tonic as a pitch class, and the scale on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) tonic: u8,
    pub(super) is_minor: bool,
}

const MAJOR: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
const MINOR: [u8; 7] = [0, 2, 3, 5, 7, 8, 10];

/// The degree of the dominant; the tonic is 0.
pub(super) const DOMINANT: i32 = 4;

/// A triad of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Harmony {
    /// Degree of its root, 0 to 6.
    pub(super) root: i32,
}

impl Harmony {
    /// Whether a degree, of any octave, belongs to the triad.
    pub(super) fn has(self, degree: i32) -> bool {
        [0, 2, 4].contains(&(degree - self.root).rem_euclid(7))
    }

    /// The degree of the triad that is nearest to `degree`, within bounds at least an octave apart.
    pub(super) fn nearest(self, degree: i32, lowest: i32, highest: i32) -> i32 {
        let fits = |candidate: &i32| self.has(*candidate);
        let distance = |candidate: &i32| (candidate - degree).abs();
        (lowest..=highest).filter(fits).min_by_key(distance).unwrap_or(degree)
    }
}

impl Key {
    /// The pitch of a degree, counted from the tonic that is in the octave from `octave` on. Under
    /// the dominant, the seventh degree of a minor key leads up to the tonic: it is raised.
    pub(super) fn pitch(self, degree: i32, octave: u8, harmony: Harmony) -> u8 {
        let scale = if self.is_minor { MINOR } else { MAJOR };
        let step = degree.rem_euclid(7);
        let leads = self.is_minor && harmony.root == DOMINANT && step == 6;
        let above = i32::from((self.tonic + 12 - octave % 12) % 12);
        let tonic = i32::from(octave) + above;
        let pitch = tonic + 12 * degree.div_euclid(7) + i32::from(scale[step as usize]);
        (pitch + i32::from(leads)) as u8
    }
}
