//! Hints: what the user can do next, in pieces that each front end writes in its own syntax.
//!
//! ```
//! use concertina_base::Hint;
//!
//! let hint = Hint::text("lower the learning rate (");
//! let hint = hint.set("training.learning-rate", 1e-4).then(")");
//! assert_eq!(hint.to_string(), "lower the learning rate (`training.learning-rate = 0.0001`)");
//! ```
//!
//! The library knows recipes, files and its own functions, but not the flags and commands of a
//! front end. A [`Hint`] therefore keeps plain text separate from references to recipe keys,
//! recipes and folders; the front end decides how to write these. `Display` writes recipe keys as
//! TOML does.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the user can do next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint(Vec<HintPart>);

/// A piece of a [`Hint`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HintPart {
    /// Plain text.
    Text(String),
    /// A recipe key and the value to give it, as TOML writes it.
    Set {
        /// The key, with dots between tables: `training.learning-rate`.
        key: String,
        /// The value.
        value: String,
    },
    /// A shipped recipe to train.
    Recipe(String),
    /// A shipped recipe to read.
    ReadRecipe(String),
    /// A run folder to resume.
    Resume(PathBuf),
    /// A run folder other than the one that was given.
    AnotherFolder,
    /// Inspecting the data.
    InspectData,
}

impl Hint {
    /// A hint that begins with `text`.
    pub fn text(text: impl Into<String>) -> Self {
        Self::default().then(text)
    }

    /// Appends text.
    #[must_use]
    pub fn then(self, text: impl Into<String>) -> Self {
        self.with(HintPart::Text(text.into()))
    }

    /// Appends a recipe key and the value to give it.
    #[must_use]
    pub fn set(self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.with(HintPart::Set { key: key.into(), value: value.to_string() })
    }

    /// Appends any piece.
    #[must_use]
    pub fn with(mut self, part: HintPart) -> Self {
        self.0.push(part);
        self
    }

    /// The pieces in order.
    pub fn parts(&self) -> &[HintPart] {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Hint {
    fn from(text: T) -> Self {
        Self::text(text)
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for HintPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Set { key, value } => write!(f, "`{key} = {value}`"),
            Self::Recipe(name) => write!(f, "the recipe `{name}`"),
            Self::ReadRecipe(name) => write!(f, "the shipped recipe `{name}`"),
            Self::Resume(path) => write!(f, "resume the run in `{}`", path.display()),
            Self::AnotherFolder => f.write_str("another folder"),
            Self::InspectData => f.write_str("inspect the data"),
        }
    }
}

/// A condition that the user should know of, though the work goes on, and what to do about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The condition.
    pub message: String,
    /// What to do about it, if a hint was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Hint>,
}

impl Warning {
    /// A warning without a hint.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Hint>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}
