//! The languages that the page can be written in.

use std::fmt;
use std::str::FromStr;

use concertina::{Error, Result};

/// A language of the page; by default English.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Language(usize);

/// Of each language its code, its own name and its words. A further one is a line here, and a file.
const ALL: [(&str, &str, &str); 6] = [
    ("en", "English", include_str!("../words/en.toml")),
    ("sr", "српски", include_str!("../words/sr.toml")),
    ("pl", "polski", include_str!("../words/pl.toml")),
    ("ms", "Bahasa Melayu", include_str!("../words/ms.toml")),
    ("sw", "Kiswahili", include_str!("../words/sw.toml")),
    ("tl", "Tagalog", include_str!("../words/tl.toml")),
];

impl Language {
    /// Every language, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ALL.len()).map(Self)
    }

    /// Its code in HTML (BCP 47).
    pub fn code(self) -> &'static str {
        ALL[self.0].0
    }

    /// What those who speak it call it.
    pub fn name(self) -> &'static str {
        ALL[self.0].1
    }

    /// What the page says in it, as TOML.
    pub(super) fn words(self) -> &'static str {
        ALL[self.0].2
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        Self::all().find(|language| language.code() == code).ok_or_else(|| {
            let codes: Vec<String> = Self::all().map(|known| format!("`{known}`")).collect();
            Error::config(format!("expected one of {}, found `{code}`", codes.join(", ")))
        })
    }
}
