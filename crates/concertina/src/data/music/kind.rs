//! What is taken from a piece of music.

use concertina_music::encoding::Encoding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a window of music consists of. See [`Encoding`] for the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Music {
    /// One voice: the melodies of pianos to guitars.
    Melody,
    /// Nine drums.
    Drums,
    /// Melody, bass and drums.
    Trio,
    /// One bar of up to eight instruments.
    Multitrack,
}

/// The most bars of a window.
const MAX_BARS: usize = 64;

impl Music {
    /// The word for it: "melody", or "melody, bass and drums".
    pub fn word(self) -> &'static str {
        match self {
            Self::Melody => "melody",
            Self::Drums => "drums",
            Self::Trio => "melody, bass and drums",
            Self::Multitrack => "up to eight instruments",
        }
    }

    /// The encoding of windows of so many bars, or of the usual number.
    ///
    /// # Errors
    /// If a window cannot have so many bars.
    pub fn encoding(self, bars: Option<usize>) -> Result<Encoding> {
        let wrong = |expected: String, found| {
            Err(Error::config(format!("`data.bars`: expected {expected}, found {found}")))
        };
        match (self, bars) {
            (_, Some(bars)) if !(1..=MAX_BARS).contains(&bars) => {
                wrong(format!("1 to {MAX_BARS}"), bars)
            }
            (Self::Multitrack, Some(bars)) if bars != 1 => {
                wrong("1 for `music = \"multitrack\"`".to_owned(), bars)
            }
            (Self::Melody, bars) => Ok(Encoding::Melody { bars: bars.unwrap_or(2) }),
            (Self::Drums, bars) => Ok(Encoding::Drums { bars: bars.unwrap_or(2) }),
            (Self::Trio, bars) => Ok(Encoding::Trio { bars: bars.unwrap_or(4) }),
            (Self::Multitrack, _) => Ok(Encoding::Multitrack),
        }
    }
}
