//! What commands answer a program that asks by `--json`: one document each.
//!
//! Documents that only one command has lie with it. `concertina schema` prints the schema of any.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

/// Files that a command wrote, and what is in them.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct Files {
    /// The paths of the files or folders.
    pub(crate) written: Vec<String>,
    /// What was written.
    pub(crate) of: What,
    /// How many of them.
    pub(crate) count: usize,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    Images,
    /// Windows of music.
    Windows,
    Codes,
    ManualPages,
    /// Files that are joined in one.
    Parts,
}

impl Files {
    pub(crate) fn new(path: &Path, of: What, count: usize) -> Self {
        Self { written: paths([path]), of, count }
    }
}

/// Paths as documents have them.
pub(crate) fn paths<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Vec<String> {
    paths.into_iter().map(|path| path.display().to_string()).collect()
}
