//! The one error type of the crate.

use std::borrow::Cow;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Bytes that are not what the format asks for, as one lower-case message: what was expected and
/// what was found.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Kind);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("expected {expected} bytes of {what}, found {found}")]
    Length { what: Cow<'static, str>, expected: u128, found: usize },
    #[error("{what} unpacks to more than {limit} bytes, the most that is accepted")]
    TooLarge { what: Cow<'static, str>, limit: usize },
    #[error("expected {bytes} bytes of memory for {what}, found less")]
    Memory { what: Cow<'static, str>, bytes: usize },
    #[error("{0}")]
    Malformed(Cow<'static, str>),
}

impl Error {
    /// `what` should have been `expected` bytes long.
    #[cold]
    pub(crate) fn length(what: impl Into<Cow<'static, str>>, expected: u128, found: usize) -> Self {
        Self(Kind::Length { what: what.into(), expected, found })
    }

    /// `what` grows beyond `limit` bytes when unpacked.
    #[cold]
    pub(crate) fn too_large(what: impl Into<Cow<'static, str>>, limit: usize) -> Self {
        Self(Kind::TooLarge { what: what.into(), limit })
    }

    /// Checks that there is memory for `what`, which is about to be unpacked to `bytes` bytes: a
    /// collection that grew would end the program where this is an error.
    pub(crate) fn unless_room(what: impl Into<Cow<'static, str>>, bytes: usize) -> Result<()> {
        let room = Vec::<u8>::new().try_reserve_exact(bytes);
        room.map_err(|_| Self(Kind::Memory { what: what.into(), bytes }))
    }

    /// Anything else that is wrong.
    #[cold]
    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Kind::Malformed(message.into()))
    }

    /// Puts "`name`: " before the message, for a part of a larger file.
    #[must_use]
    pub(crate) fn in_part(self, name: &str) -> Self {
        Self::malformed(format!("`{name}`: {self}"))
    }

    /// True if unpacking was stopped at the limit that the caller set.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0, Kind::TooLarge { .. })
    }
}
