//! Why a mirror did not deliver.

/// Why a mirror did not deliver.
#[derive(Debug)]
pub(super) enum Failure {
    /// It stopped midway, or the older piece did not fit: worth asking again.
    Cut(String),
    /// It does not have the file that is wanted.
    Refused(String),
    /// The part cannot be written: no other mirror will help.
    Here(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Here(error)
    }
}
