//! Exit codes.

use std::process::ExitCode;

/// How the program ends. Scripts rely on the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// The work failed on good input: a loss that is not finite.
    Failed = 1,
    /// Wrong usage, or a recipe that cannot be. (clap's own errors end with it too.)
    Usage = 2,
    /// A file or its content is not what it should be, or cannot be read or written.
    Data = 3,
    /// Stopped by Ctrl-C or SIGTERM, after a checkpoint was written.
    Interrupted = 130,
}

impl Exit {
    /// The code for an error: by the kind of the library's error; any other has to do with files.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        match error.downcast_ref::<concertina::Error>() {
            Some(error) if error.is_config() => Self::Usage,
            Some(error) if error.is_failed() => Self::Failed,
            _ if broken_pipe(error) => Self::Done,
            _ => Self::Data,
        }
    }
}

/// True if the reader of our output went away: not our failure.
pub(crate) fn broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
