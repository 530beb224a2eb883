//! The one error type of the library: what was expected, what was found, where, and what to do next.

use std::fmt;
use std::path::Path;

use crate::hint::Hint;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that can go wrong, as one message for a person.
///
/// The message is a lower-case fragment naming what was expected, what was found and where. What kind of
/// failure it is can be asked ([`Error::is_config`], [`Error::is_data`], [`Error::is_failed`]); what to do about it
/// is in [`Error::hint`]. The kinds decide the exit code of the command line and nothing else.
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
    Failed,
}

impl Error {
    /// The caller asked for something that cannot be: a bad recipe, a flag out of range.
    #[cold]
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message.into())
    }

    /// A file or its content is not what it should be.
    #[cold]
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message.into())
    }

    /// The work itself failed: a loss that is not finite.
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

    /// What to do next, where there is something to say.
    pub fn hint(&self) -> Option<&Hint> {
        self.0.hint.as_ref()
    }

    /// True for what the caller asked wrongly.
    pub fn is_config(&self) -> bool {
        self.0.kind == Kind::Config
    }

    /// True for a file that is missing, unreadable or not what it should be.
    pub fn is_data(&self) -> bool {
        self.0.kind == Kind::Data
    }

    /// True for work that failed on good input.
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
