//! What comes through the standard input, `-` among DATA: kept in a temporary file, since its kind
//! is told by its beginning and it may be read twice.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Mutex;

use concertina::{Error, Result};
use fs_err as fs;

/// What stands for the standard input among DATA.
pub(crate) const DASH: &str = "-";

/// The name of the file, which becomes that of the image in it.
const NAME: &str = "stdin";

/// The folder of the file, once it was read.
static FOLDER: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The file that holds the standard input.
///
/// # Errors
/// If nothing is piped into this program.
pub(crate) fn file() -> Result<PathBuf> {
    let mut known = FOLDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(folder) = &*known {
        return Ok(folder.join(NAME));
    }
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        return Err(Error::config(
            "`-`: expected an image or an array from a pipe, found a terminal",
        ));
    }
    let folder = std::env::temp_dir().join(format!("concertina-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    *known = Some(folder.clone());
    let path = folder.join(NAME);
    let n = std::io::copy(&mut stdin, &mut fs::File::create(&path)?)?;
    if n == 0 {
        return Err(Error::data("`-`: expected an image or an array from a pipe, found nothing"));
    }
    Ok(path)
}

/// An error about the file as one about what was piped in.
pub(crate) fn blamed(error: Error) -> anyhow::Error {
    let known = FOLDER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = known.as_ref().map(|folder| folder.join(NAME).display().to_string());
    let told = error.to_string();
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
    // Whoever is writing it is the one that holds the lock, and ends with the process.
    let Ok(mut known) = FOLDER.try_lock() else { return };
    if let Some(folder) = known.take() {
        let _ = fs::remove_dir_all(folder);
    }
}
