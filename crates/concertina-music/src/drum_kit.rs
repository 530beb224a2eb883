//! The kit of nine drums that General MIDI percussion is reduced to.
//!
//! Classes and pitches are those of MusicVAE (Roberts et al. 2018), as in Magenta's drum encoding.

/// Drums of the kit.
pub const DRUMS: usize = 9;

/// The name of each drum, in the order of the classes.
pub const NAMES: [&str; DRUMS] = [
    "kick",
    "snare",
    "closed hi-hat",
    "open hi-hat",
    "low tom",
    "mid tom",
    "high tom",
    "crash",
    "ride",
];

/// The General MIDI pitches of each class. The first is the one that is played.
const PITCHES: [&[u8]; DRUMS] = [
    &[36, 35],
    &[38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85],
    &[42, 44, 54, 68, 69, 70, 71, 73, 78, 80, 22],
    &[46, 67, 72, 74, 79, 81, 26],
    &[45, 29, 41, 43, 61, 64, 84],
    &[48, 47, 60, 63, 77, 86, 87],
    &[50, 30, 62, 76, 83],
    &[49, 52, 55, 57, 58],
    &[51, 53, 59, 82],
];

/// The class of a General MIDI percussion pitch; `None` if no drum of the kit stands for it.
pub fn class(pitch: u8) -> Option<usize> {
    PITCHES.iter().position(|pitches| pitches.contains(&pitch))
}

/// The General MIDI pitch that a class is played with.
///
/// # Panics
/// If `class` is not below [`DRUMS`].
pub fn pitch(class: usize) -> u8 {
    PITCHES[class][0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_played_with_a_pitch_of_its_own() {
        for number in 0..DRUMS {
            assert_eq!(class(pitch(number)), Some(number));
        }
        assert_eq!([35, 40, 22, 26, 58, 59].map(class), [0, 1, 2, 3, 7, 8].map(Some));
        assert_eq!([0, 21, 88, 127].map(class), [None; 4]);
    }

    #[test]
    fn no_pitch_has_two_classes() {
        let mut all: Vec<u8> = PITCHES.concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), count), (63, 63));
    }
}
