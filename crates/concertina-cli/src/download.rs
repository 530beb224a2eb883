//! Named sets that are not on this machine: where they go, and how they come.

use std::path::{Path, PathBuf};

use anyhow::Context;
use concertina::Error;
use concertina::data::music::named::Archive;
use concertina::data::{music, named};
use etcetera::BaseStrategy;
use fs_err as fs;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;
use crate::{fetch, unpack};

/// Where named sets are looked for: `$CONCERTINA_DATA`, then the cache.
pub(crate) fn data_dirs() -> Vec<PathBuf> {
    let own = std::env::var_os("CONCERTINA_DATA").map(PathBuf::from);
    own.into_iter().chain(cache_dir()).collect()
}

/// The folder that downloads go to.
fn cache_dir() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("concertina"))
}

/// Downloads what is missing of a set of images.
pub(crate) fn images(set: &named::NamedSet, printer: Printer) -> anyhow::Result<()> {
    let folder = folder_of(set.name, printer)?;
    fs::create_dir_all(&folder)?;
    for file in named::missing_files(set, &folder) {
        let urls = set.urls(file);
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let to = folder.join(file.name);
        let fetched = with_progress(file.name, printer, |progress| {
            fetch::fetch(&urls, Some(file.sha256), Some(file.bytes), &to, progress)
        });
        fetched.map_err(|error| {
            let missing = named::missing(set, &data_dirs());
            Error::data(format!("{error:#}")).with_hint(missing.hint().cloned().unwrap_or_default())
        })?;
    }
    Ok(())
}

/// Downloads a set of music.
pub(crate) fn music(
    set: &music::named::NamedMusic,
    archive: Archive,
    printer: Printer,
) -> anyhow::Result<()> {
    let folder = folder_of(set.name, printer)?;
    let file = folder.with_extension("zip");
    with_progress(set.name, printer, |progress| {
        fetch::fetch(&[archive.url], None, None, &file, progress)
    })
    .map_err(|error| {
        Error::data(format!("{error:#}")).with_hint(music::named::hint(set, &folder))
    })?;
    let unpacked = unpack::unpack(&fs::read(&file)?, archive.pieces, &folder);
    fs::remove_file(&file)?;
    Ok(unpacked.map_err(|error| error.in_file(Path::new(archive.url)))?)
}

/// Where a set is downloaded to.
fn folder_of(name: &str, printer: Printer) -> anyhow::Result<PathBuf> {
    let folder = cache_dir()
        .context("no home folder to keep downloads in: set CONCERTINA_DATA to a folder")?
        .join(name);
    printer.say(format_args!("downloading {name} to {}", folder.display()));
    Ok(folder)
}

/// Downloads something, and shows how far it is.
fn with_progress<T>(
    name: &'static str,
    printer: Printer,
    fetch: impl FnOnce(&mut dyn FnMut(u64, Option<u64>)) -> T,
) -> T {
    let bar = printer.terminal.then(bar);
    let fetched = fetch(&mut |done, total| {
        if let Some(bar) = &bar {
            bar.set_length(total.unwrap_or(done));
            bar.set_position(done);
            bar.set_message(name);
        }
    });
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    fetched
}

/// A bar for something that is counted.
pub(crate) fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:24.cyan/dim} {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style.progress_chars("━╸─"))
}
