//! A lesson's folder: what is in it, and whether a lesson may continue there.

use std::path::{Path, PathBuf};

use concertina::artifact::write_whole;
use concertina::{Error, Hint, HintPart, Result};
use fs_err as fs;
use serde::{Deserialize, Serialize};

use crate::materials::Effort;

/// The folder of one lesson.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

/// `lesson.toml`: what the lesson is about. A folder with this file is a lesson's.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    format: u32,
    data: String,
    effort: Effort,
}

const SETTINGS: &str = "lesson.toml";
const FORMAT: u32 = 1;

impl Folder {
    /// Continues the lesson at `path`, or begins one there.
    pub(super) fn open(path: &Path, source: &str, effort: Effort) -> Result<Self> {
        Self::check(path, source, effort)?;
        let settings = Settings { format: FORMAT, data: source.to_owned(), effort };
        let text = toml::to_string(&settings).expect("settings are words and numbers");
        fs::create_dir_all(path)?;
        let folder = Self(path.to_owned());
        if !path.join(SETTINGS).exists() {
            write_whole(&path.join(SETTINGS), text.as_bytes())?;
        }
        fs::create_dir_all(path.join("runs"))?;
        Ok(folder)
    }

    /// Refuses a folder that holds anything but this lesson.
    pub(super) fn check(path: &Path, source: &str, effort: Effort) -> Result<()> {
        let name_another = || Hint::text("name ").with(HintPart::AnotherFolder);
        let settings = path.join(SETTINGS);
        if !settings.is_file() {
            let taken = path.exists() && (!path.is_dir() || fs::read_dir(path)?.next().is_some());
            return if taken {
                Err(Error::data(format!(
                    "`{}`: expected a new folder or that of a lesson, found other files in it",
                    path.display()
                ))
                .with_hint(name_another()))
            } else {
                Ok(())
            };
        }
        let text = fs::read_to_string(&settings)?;
        if text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("pace")) {
            return Err(Error::data(
                "expected a lesson of this version, found one of version 0.1, whose key `pace` is \
                 now called `effort`",
            )
            .in_file(&settings)
            .with_hint(name_another()));
        }
        let found: Settings = toml::from_str(&text).map_err(|error| {
            let reason = error.message().replace('\n', ", ");
            Error::data(format!("expected the settings of a lesson, found: {reason}"))
                .in_file(&settings)
        })?;
        if found.format != FORMAT {
            return Err(Error::data(format!(
                "expected a lesson of format {FORMAT}, found {}",
                found.format
            ))
            .in_file(&settings)
            .with_hint(name_another()));
        }
        if (found.data.as_str(), found.effort) != (source, effort) {
            return Err(Error::config(format!(
                "`{}`: expected a {effort} lesson on {source} to continue, found a {} one on {}",
                path.display(),
                found.effort,
                found.data
            ))
            .with_hint(name_another()));
        }
        Ok(())
    }

    /// The run folder of a model.
    pub(super) fn run(&self, name: &str) -> PathBuf {
        self.0.join("runs").join(name)
    }

    /// A file beside the page.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The page.
    pub(super) fn page(&self) -> PathBuf {
        self.0.join("lesson.html")
    }
}
