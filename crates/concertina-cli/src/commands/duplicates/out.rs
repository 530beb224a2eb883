//! Groups of pictures as a table or a page.

use std::fmt;
use std::path::Path;

use concertina::Result;
use concertina::artifact::{PictureFormat, write_whole};
use concertina::duplicates::{Fingerprint, thumbnail};
use concertina::text::thousands;
use concertina_formats::csv;
use concertina_report::album::{Album, Entry, Group};

use super::told::{Picture, Told, ToldGroup, file_size};
use crate::output::by_extension;
use crate::printer::Printer;
use crate::progress::Counting;

/// Pixels a side of a picture on the page.
const SIDE: usize = 200;
const COLUMNS: [&str; 7] = ["name", "group", "likeness", "how", "width", "height", "bytes"];

/// A file to write.
pub(super) enum Out<'a> {
    Csv(&'a Path),
    Html(&'a Path),
}

impl fmt::Display for Out<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Csv(path) | Self::Html(path)) = self;
        path.display().fmt(f)
    }
}

impl<'a> Out<'a> {
    /// By the end of its name.
    pub(super) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        by_extension("--out", path, inputs, [("csv", Self::Csv as _), ("html", Self::Html as _)])
    }

    pub(super) fn write(
        &self,
        told: &Told,
        prints: &[Fingerprint],
        folder: &Path,
        printer: Printer,
    ) -> Result<()> {
        match self {
            Self::Csv(path) => write_whole(path, &table(told)?),
            Self::Html(path) => {
                let page = album(told, prints, folder, printer)?.to_html();
                write_whole(path, page.as_bytes())
            }
        }
    }
}

/// A line for each picture of a group, first the one to keep.
fn table(told: &Told) -> Result<Vec<u8>> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for (number, group) in told.groups.iter().enumerate() {
        for (picture, likeness, how) in members(group) {
            let Picture { name, width, height, bytes, .. } = picture;
            let number = number + 1;
            rows.push(vec![
                name.clone(),
                number.to_string(),
                likeness.to_owned(),
                how.to_owned(),
                width.to_string(),
                height.to_string(),
                bytes.to_string(),
            ]);
        }
    }
    Ok(csv::write_rows(&rows)?)
}

/// All pictures of a group, with what they are in it and how.
fn members(group: &ToldGroup) -> impl Iterator<Item = (&Picture, &str, &str)> {
    let others = group.others.iter();
    let others = others.map(|other| (&other.picture, other.likeness, other.how.as_str()));
    std::iter::once((&group.keep, "keep", "")).chain(others)
}

/// The page, with a thumbnail of each picture. One picture is read at a time.
fn album(told: &Told, prints: &[Fingerprint], folder: &Path, printer: Printer) -> Result<Album> {
    let n = told.groups.len() + told.duplicates;
    let mut counting = Counting::new(printer, "thumbnails made", n);
    let (mut groups, mut done) = (Vec::new(), 0);
    for (number, group) in told.groups.iter().enumerate() {
        let mut entries = Vec::new();
        for (picture, likeness, how) in members(group) {
            let small = thumbnail(&prints[picture.index].path, SIDE)?;
            let jpeg = PictureFormat::Jpeg.encode(small.shape(), small.values())?;
            let verdict = if how.is_empty() { likeness } else { how };
            entries.push(Entry {
                jpeg,
                name: picture.name.clone(),
                verdict: capitalised(verdict),
                note: picture.size(),
                chosen: likeness == "keep",
            });
            done += 1;
            counting.at(done);
        }
        let heading = format!("Group {}: {}", thousands(number + 1), group.size());
        groups.push(Group { heading, entries });
    }
    let folder = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
    Ok(Album {
        title: format!("Duplicates in {folder}"),
        summary: "Pictures that are equal or show the same. In each group the first is the one to \
                  keep: that of most pixels, of those the largest file, of those the first by name."
            .to_owned(),
        facts: vec![
            ("pictures".to_owned(), thousands(told.pictures)),
            ("groups".to_owned(), thousands(told.groups.len())),
            ("duplicates".to_owned(), thousands(told.duplicates)),
            ("of them equal".to_owned(), thousands(told.equal)),
            ("their files".to_owned(), file_size(told.bytes)),
        ],
        groups,
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}
