//! Flags for models of music alone.

use std::str::FromStr;

use concertina_music::chord::{Chord, ParseChordError};

#[derive(Debug, clap::Args)]
pub(crate) struct Music {
    /// For a model of music: draw tokens by their probabilities at this temperature, above 0; below
    /// 1 the probable ones become more so [default: the most probable token at each step]
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    pub(crate) temperature: Option<f32>,
    /// For a model of music that is given chords: a window on each of these for every code, one
    /// after another, e.g. "C Am F G"; in an interpolation each window takes the next of them
    #[arg(long, value_name = "CHORDS", conflicts_with = "label")]
    pub(crate) chords: Option<Chords>,
}

/// A progression of chords; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chords(Vec<Chord>);

impl Chords {
    pub(crate) fn as_slice(&self) -> &[Chord] {
        &self.0
    }
}

impl FromStr for Chords {
    type Err = String;

    /// Reads symbols with blanks or commas between them.
    fn from_str(text: &str) -> Result<Self, String> {
        let symbols = text.split([' ', ',', '\t']).filter(|symbol| !symbol.is_empty());
        let chords: Result<Vec<Chord>, ParseChordError> = symbols.map(str::parse).collect();
        match chords {
            Ok(chords) if chords.is_empty() => {
                Err("expected chords such as \"C Am F G\", found none".to_owned())
            }
            Ok(chords) => Ok(Self(chords)),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_progression_is_read_symbol_by_symbol() {
        for (text, expected) in [
            ("C Am F G", Ok("C Am F G")),
            (" Cmaj7,  Bbm/Db, N.C. ", Ok("C Bbm N.C.")),
            ("", Err("found none")),
            (" , ", Err("found none")),
            ("C Am H", Err("found `H`")),
            ("C sus4", Err("found `sus4`")),
        ] {
            match (text.parse::<Chords>(), expected) {
                (Ok(chords), Ok(expected)) => {
                    let names: Vec<String> =
                        chords.as_slice().iter().map(ToString::to_string).collect();
                    assert_eq!(names.join(" "), expected);
                }
                (Err(error), Err(words)) => assert!(error.contains(words), "{text}: {error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
