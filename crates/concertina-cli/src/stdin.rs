//! What comes through the standard input, `-` among DATA: kept in a temporary file, since its kind
//! is told by its beginning and it may be read twice.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use concertina::{Error, Result};
use fs_err as fs;
use tempfile::TempDir;

/// What stands for the standard input among DATA.
pub(crate) const DASH: &str = "-";

/// The name of the file, which becomes that of the image in it.
const NAME: &str = "stdin";

/// The folder of the file, from before it is read.
static FOLDER: Mutex<Option<TempDir>> = Mutex::new(None);

/// The file that holds the standard input.
///
/// # Errors
/// If nothing is piped into this program.
pub(crate) fn file() -> Result<PathBuf> {
    if let Some(path) = path() {
        return Ok(path);
    }
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        return Err(Error::config(
            "`-`: expected an image or an array from a pipe, found a terminal",
        ));
    }
    let new = tempfile::Builder::new().prefix("concertina-").tempdir()?;
    let path = new.path().join(NAME);
    // Known before it is filled: whoever interrupts that removes it.
    *folder() = Some(new);
    let n = std::io::copy(&mut stdin, &mut fs::File::create(&path)?)?;
    if n == 0 {
        return Err(Error::data("`-`: expected an image or an array from a pipe, found nothing"));
    }
    Ok(path)
}

/// An error about the file as one about what was piped in.
pub(crate) fn blamed(error: Error) -> anyhow::Error {
    let told = error.to_string();
    let path = path().map(|path| path.display().to_string());
    match path.filter(|path| told.contains(path)) {
        Some(path) if !error.is_config() => {
            let blamed = Error::data(told.replace(&path, DASH));
            match error.hint() {
                Some(hint) => blamed.with_hint(hint.clone()).into(),
                None => blamed.into(),
            }
        }
        _ => error.into(),
    }
}

/// Removes the file. To be called before the process ends.
pub(crate) fn remove() {
    folder().take();
}

fn path() -> Option<PathBuf> {
    folder().as_ref().map(|folder| folder.path().join(NAME))
}

fn folder() -> MutexGuard<'static, Option<TempDir>> {
    FOLDER.lock().unwrap_or_else(PoisonError::into_inner)
}
