//! The folder that is written: heat maps and masks, a table, a page.

use std::path::Path;

use concertina::Result;
use concertina::artifact::AtomicFolder;
use concertina_report::plot::HeatMap;

use super::found::{Found, Verdict};
use super::page::Pictures;
use super::subject::Seen;
use crate::output::begin_folder;

const TABLE: &str = "scores.csv";
/// What is to be opened in a browser.
pub(super) const PAGE: &str = "inspection.html";

/// A folder that is being written.
pub(super) struct Folder {
    files: AtomicFolder,
    pictures: Pictures,
    /// From which value on a place of a map is white in its mask.
    threshold: f32,
}

impl Folder {
    pub(super) fn begin(path: &Path, threshold: f64) -> Result<Self> {
        let (files, threshold) = (begin_folder(path)?, threshold as f32);
        Ok(Self { files, pictures: Pictures::default(), threshold })
    }

    /// Writes what was found in a picture.
    pub(super) fn add(&mut self, verdict: &Verdict, seen: &Seen) -> Result<()> {
        let heat = HeatMap {
            shape: seen.picture.shape(),
            picture: seen.picture.values(),
            map: &seen.inspection.map,
            threshold: self.threshold,
        };
        let drawn = heat.draw()?;
        self.files.write(&heat_name(&verdict.name), &drawn.to_png()?)?;
        self.files.write(&mask_name(&verdict.name), &drawn.to_mask_png()?)?;
        self.pictures.offer(verdict, &drawn)
    }

    /// Writes the table and the page, and makes the folder appear.
    pub(super) fn finish(mut self, found: &Found, title: &str) -> Result<()> {
        self.files.write(TABLE, &found.table()?)?;
        self.files.write(PAGE, self.pictures.page(found, title).as_bytes())?;
        self.files.finish()
    }
}

/// `kind/name.jpg` as `kind/name.jpg.png`: no two are called alike.
fn heat_name(name: &str) -> String {
    format!("{name}.png")
}

/// `kind/name.jpg` as `kind/name.jpg.mask.png`, which no picture's heat map is called.
fn mask_name(name: &str) -> String {
    format!("{name}.mask.png")
}
