//! The one error type of the library: what was expected, what was found, where, and what to do
//! next.
//!
//! ```
//! use concertina_base::Error;
//!
//! let error = Error::config("expected at least 1 epoch, found 0").with_hint("train for longer");
//! assert!(error.is_config() && error.to_string() == "expected at least 1 epoch, found 0");
//! assert!(error.hint().is_some());
//! ```

use std::fmt;
use std::path::Path;

use crate::hint::Hint;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error of the library, with one message for the user.
///
/// The message is a lower-case fragment that says what was expected, what was found and where.
/// [`Error::is_config`], [`Error::is_data`] and [`Error::is_failed`] give the kind of failure, and
/// [`Error::hint`] what to do about it. A front end may choose its exit code by the kind.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    message: String,
    hint: Option<Hint>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Config,
    Data,
    Insufficient,
    Failed,
}

impl Error {
    /// An invalid request: a bad recipe, an option out of range.
    #[cold]
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message.into())
    }

    /// A file is missing or unreadable, or its content is invalid.
    #[cold]
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message.into())
    }

    /// Valid data that does not suffice for a measurement: no labels, fewer points than neighbours.
    #[cold]
    pub fn insufficient(message: impl Into<String>) -> Self {
        Self::new(Kind::Insufficient, message.into())
    }

    /// Work failed on valid input, for instance because the loss is not finite.
    #[cold]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message.into())
    }

    fn new(kind: Kind, message: String) -> Self {
        Self(Box::new(Inner { kind, message, hint: None, source: None }))
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Hint>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the error underneath.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Puts "`path`: " before the message.
    #[must_use]
    pub fn in_file(mut self, path: &Path) -> Self {
        self.0.message = format!("`{}`: {}", path.display(), self.0.message);
        self
    }

    /// What to do next, if a hint was given.
    pub fn hint(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    /// True for an invalid request.
    pub fn is_config(&self) -> bool {
        self.0.kind == Kind::Config
    }

    /// True for data that is missing, unreadable, invalid or insufficient.
    pub fn is_data(&self) -> bool {
        matches!(self.0.kind, Kind::Data | Kind::Insufficient)
    }

    /// True for valid data that does not suffice for a measurement.
    pub fn is_insufficient(&self) -> bool {
        self.0.kind == Kind::Insufficient
    }

    /// True for work that failed on valid input.
    pub fn is_failed(&self) -> bool {
        self.0.kind == Kind::Failed
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}", self.0.message)?;
        if let Some(hint) = &self.0.hint {
            write!(f, ", hint: {:?}", hint.to_string())?;
        }
        if let Some(source) = &self.0.source {
            write!(f, ", source: {source:?}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// A failed read or write. `fs-err` has put the path and the verb into the message already.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::data(error.to_string())
    }
}

impl From<concertina_formats::Error> for Error {
    fn from(error: concertina_formats::Error) -> Self {
        Self::data(error.to_string())
    }
}
