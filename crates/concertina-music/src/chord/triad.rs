//! A chord by root and quality.

use std::fmt;

/// The classes of a chord: none, and each of twelve roots in four qualities.
const CLASSES: u8 = 49;

const ROOTS: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

/// The kind of a triad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// Root, major third, fifth.
    Major,
    /// Root, minor third, fifth.
    Minor,
    /// Root, major third, augmented fifth.
    Augmented,
    /// Root, minor third, diminished fifth.
    Diminished,
}

impl Quality {
    const ALL: [Self; 4] = [Self::Major, Self::Minor, Self::Augmented, Self::Diminished];

    /// Semitones above the root.
    const fn intervals(self) -> [u8; 3] {
        match self {
            Self::Major => [0, 4, 7],
            Self::Minor => [0, 3, 7],
            Self::Augmented => [0, 4, 8],
            Self::Diminished => [0, 3, 6],
        }
    }
}

/// A triad or none, as what a bar is heard as.
///
/// There are 49 classes: 0 is none, 1 to 12 are the major triads on C, C# .. B, 13 to 24 the minor,
/// 25 to 36 the augmented and 37 to 48 the diminished ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord(u8);

impl Chord {
    /// No chord.
    pub const NONE: Self = Self(0);

    /// How many classes there are.
    pub const CLASSES: usize = CLASSES as usize;

    /// The triad on `root`, a pitch class: 0 is C, 11 is B. Higher numbers wrap around.
    pub const fn new(root: u8, quality: Quality) -> Self {
        Self(1 + 12 * quality as u8 + root % 12)
    }

    /// The chord of a class below [`Self::CLASSES`].
    pub fn from_class(class: usize) -> Option<Self> {
        u8::try_from(class).ok().filter(|&class| class < CLASSES).map(Self)
    }

    /// Its class, below [`Self::CLASSES`].
    pub fn class(self) -> usize {
        usize::from(self.0)
    }

    /// Every class in order, none first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CLASSES).map(Self)
    }

    /// Pitch class of the root and quality, unless it is none.
    pub fn triad(self) -> Option<(u8, Quality)> {
        let triad = self.0.checked_sub(1)?;
        Some((triad % 12, Quality::ALL[usize::from(triad / 12)]))
    }

    /// Pitch classes of its root, third and fifth, unless it is none: 0 is C, 11 is B.
    pub fn tones(self) -> Option<[u8; 3]> {
        let (root, quality) = self.triad()?;
        Some(quality.intervals().map(|interval| (root + interval) % 12))
    }

    /// The chord as many semitones higher, or lower where they are negative.
    #[must_use]
    pub fn transposed(self, semitones: i32) -> Self {
        match self.triad() {
            Some((root, quality)) => {
                Self::new((i32::from(root) + semitones.rem_euclid(12)) as u8, quality)
            }
            None => self,
        }
    }
}

/// `C`, `Am`, `F#dim`, `Ebaug`, and `N.C.` for none.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((root, quality)) = self.triad() else {
            return f.pad("N.C.");
        };
        let quality = match quality {
            Quality::Major => "",
            Quality::Minor => "m",
            Quality::Augmented => "aug",
            Quality::Diminished => "dim",
        };
        f.pad(&format!("{}{quality}", ROOTS[usize::from(root)]))
    }
}
