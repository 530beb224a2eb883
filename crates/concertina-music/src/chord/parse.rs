//! Chord symbols as people write them.

use std::str::FromStr;

use super::triad::{Chord, Quality};

/// A text that is no chord symbol, or one of a chord that is no triad.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a chord such as C, Am, F#dim, Ebaug or G7 (sevenths count as their triad), or N.C. \
     for none, found `{0}`"
)]
pub struct ParseChordError(String);

/// What may follow the root. Sevenths and further tones collapse to their triad.
const SUFFIXES: [(Quality, &[&str]); 4] = [
    (Quality::Major, &["", "maj", "M", "7", "maj7", "M7", "6", "9", "maj9", "add9", "11", "13"]),
    (Quality::Minor, &["m", "min", "-", "m7", "min7", "-7", "m6", "m9", "mM7", "m(maj7)", "m11"]),
    (Quality::Augmented, &["aug", "+", "aug7", "+7", "7#5", "maj7#5"]),
    (Quality::Diminished, &["dim", "o", "°", "dim7", "o7", "°7", "m7b5", "ø", "ø7"]),
];

impl FromStr for Chord {
    type Err = ParseChordError;

    /// Reads a root (`A` to `G`, with `#` or `b`), a quality, and a bass after a slash, which is
    /// passed over.
    fn from_str(text: &str) -> Result<Self, ParseChordError> {
        let error = || ParseChordError(text.to_owned());
        let symbol = text.trim();
        if ["N.C.", "NC", "N"].contains(&symbol) {
            return Ok(Self::NONE);
        }
        let (symbol, bass) = match symbol.split_once('/') {
            Some((symbol, bass)) => (symbol, Some(bass)),
            None => (symbol, None),
        };
        let (root, suffix) = root(symbol).ok_or_else(error)?;
        if bass.is_some_and(|bass| root_alone(bass).is_none()) {
            return Err(error());
        }
        let quality = SUFFIXES.iter().find(|(_, suffixes)| suffixes.contains(&suffix));
        quality.map(|&(quality, _)| Self::new(root, quality)).ok_or_else(error)
    }
}

fn root_alone(text: &str) -> Option<u8> {
    root(text).filter(|(_, rest)| rest.is_empty()).map(|(root, _)| root)
}

/// The pitch class that a text begins with, and the rest.
fn root(text: &str) -> Option<(u8, &str)> {
    let mut characters = text.chars();
    let natural = match characters.next()? {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let rest = characters.as_str();
    Some(match characters.next() {
        Some('#' | '♯') => ((natural + 1) % 12, characters.as_str()),
        Some('b' | '♭') => ((natural + 11) % 12, characters.as_str()),
        _ => (natural, rest),
    })
}
