//! Flags for models of music alone.

use std::path::PathBuf;
use std::str::FromStr;

use concertina_music::attribute::{Attribute, ParseAttributeError};
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
    /// For a model of music: play a .wav with the instruments of this SoundFont (.sf2) [default: a
    /// small synthesiser]
    #[arg(long, value_name = "FILE")]
    pub(crate) soundfont: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Attributes {
    /// For a model of music: more or less of note-density, syncopation, average-interval, range or
    /// diatonic (notes in C major), e.g. note-density=+1. One is half as far as codes are from
    /// their mean, from the quarter of the training windows with least of it towards that with
    /// most. Can be repeated
    #[arg(long = "attribute", value_name = "NAME=AMOUNT")]
    pub(crate) shifts: Vec<Shift>,
    /// Measure attributes on the training split of DATA, instead of taking what the model file has
    #[arg(long, value_name = "DATA", requires = "shifts")]
    pub(crate) attribute_data: Option<String>,
}

/// So many times the vector of an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shift {
    pub(crate) attribute: Attribute,
    pub(crate) amount: f32,
}

impl FromStr for Shift {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, amount) = text
            .split_once('=')
            .ok_or("expected a name, `=` and a number, e.g. note-density=+1")?;
        let attribute = name.parse().map_err(|error: ParseAttributeError| error.to_string())?;
        let number = amount.parse().ok().filter(|amount: &f32| amount.is_finite());
        let amount =
            number.ok_or_else(|| format!("expected a number after `{name}=`, found `{amount}`"))?;
        Ok(Self { attribute, amount })
    }
}

/// A progression of chords; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chords(Vec<Chord>);

impl Music {
    /// The flags that were given.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let mut flags = Vec::new();
        flags.extend(self.temperature.map(|_| "--temperature"));
        flags.extend(self.chords.as_ref().map(|_| "--chords"));
        flags.extend(self.soundfont.as_ref().map(|_| "--soundfont"));
        flags
    }
}

impl Attributes {
    /// The flags that were given.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        self.shifts.first().map(|_| "--attribute").into_iter().collect()
    }
}

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
    fn an_attribute_is_read_with_its_amount() {
        let shift = |attribute, amount| Ok(Shift { attribute, amount });
        for (text, expected) in [
            ("note-density=+1", shift(Attribute::NoteDensity, 1.0)),
            ("range=-0.5", shift(Attribute::Range, -0.5)),
            ("range", Err("expected a name, `=` and a number")),
            ("loudness=1", Err("found `loudness`")),
            ("range=high", Err("expected a number after `range=`, found `high`")),
            ("range=inf", Err("found `inf`")),
        ] {
            match (text.parse::<Shift>(), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(words)) => assert!(error.contains(words), "{text}: {error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }

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
