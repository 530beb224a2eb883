//! A folder of many files, which appears when it is complete.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use concertina::artifact::AtomicFolder;
use concertina::{Error, Result};
use fs_err as fs;

/// An error if a folder for so many files is there already, unless it is empty.
pub(crate) fn expect_new_folder(path: &Path, what: &str) -> Result<()> {
    let is_new = !path.exists()
        || path.is_dir() && path.file_name().is_some() && fs::read_dir(path)?.next().is_none();
    if is_new {
        return Ok(());
    }
    Err(Error::data(format!(
        "expected a new folder for the {what}, found `{}`, which exists already",
        path.display()
    )))
}

/// Begins to write a folder that is new, or there and empty.
pub(crate) fn begin_folder(path: &Path) -> Result<AtomicFolder> {
    if path.exists() {
        // Fails if something has come into it by now.
        fs::remove_dir(path)?;
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    AtomicFolder::create(path)
}

/// A file for each image, called as the image was; `a.jpg` and `a.png` become `a.jpg.png` and
/// `a.png.png`.
pub(crate) fn image_names(names: &[String]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| without_folders(name)).collect();
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    // Some file systems take upper and lower case for the same.
    let mut same = BTreeMap::new();
    for name in &names {
        *same.entry(stem(name).to_lowercase()).or_insert(0) += 1;
    }
    let shortest = |name: &String| {
        let stem = stem(name);
        if same[&stem.to_lowercase()] == 1 { stem } else { name.clone() }
    };
    let names: Vec<String> = names.iter().map(shortest).collect();
    file_names(&names, "png")
}

/// A file for each name, with this ending; of two that would be called alike the second gets a
/// number.
pub(crate) fn file_names(names: &[String], ending: &str) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let file_name = |name: &String| {
        let name = without_folders(name);
        let mut file = format!("{name}.{ending}");
        let mut number = 1;
        while !taken.insert(file.to_lowercase()) {
            number += 1;
            file = format!("{name}-{number}.{ending}");
        }
        file
    };
    names.iter().map(file_name).collect()
}

/// `../a/b` as `a-b`.
fn without_folders(name: &str) -> String {
    let parts = name.split(['/', '\\']).filter(|part| !["", ".", ".."].contains(part));
    parts.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_images_get_one_file() {
        let (mut names, mut expected) = (Vec::new(), Vec::new());
        for (name, file) in [
            ("a.png", "a.png.png"),
            ("a.jpg", "a.jpg.png"),
            ("A.gif", "A.gif.png"),
            ("x/a.png", "x-a.png.png"),
            ("x-a.png", "x-a.png-2.png"),
            ("y/a.jpg", "y-a.png"),
            ("7", "7.png"),
            ("a.b.png", "a.b.png"),
            ("../../up.jpg", "up.png"),
            ("/home/me/b.jpg", "home-me-b.png"),
            ("", ".png"),
        ] {
            names.push(name.to_owned());
            expected.push(file);
        }
        assert_eq!(image_names(&names), expected);
    }
    #[test]
    fn no_two_windows_get_one_file() {
        let names = ["a-bar-1", "a/a-bar-1", "a-bar-1", "A-bar-1", "St. Anne, bar 2", "../up"];
        let names = names.map(str::to_owned);
        let expected = [
            "a-bar-1.mid",
            "a-a-bar-1.mid",
            "a-bar-1-2.mid",
            "A-bar-1-3.mid",
            "St. Anne, bar 2.mid",
            "up.mid",
        ];
        assert_eq!(file_names(&names, "mid"), expected);
    }
}
