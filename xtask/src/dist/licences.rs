//! The licences of all that is in the binary, each text once.

use std::collections::BTreeMap;
use std::fmt::Write;

use fs_err as fs;

use super::packages::{Package, Packages};

/// How the files are called that have a licence or a notice.
const NAMES: [&str; 5] = ["license", "licence", "copying", "notice", "unlicense"];

/// A list of the packages, and the texts with the packages that each is of.
pub(super) fn text(packages: &Packages) -> anyhow::Result<String> {
    let mut text = String::from("This program is made of the packages below.\n\n");
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages.0.values() {
        let Package { name, version, licence, repository, .. } = package;
        let licence = licence.as_deref().unwrap_or("see its text");
        let repository = repository.as_deref().unwrap_or("");
        let line = format!("{name} {version}: {licence} {repository}");
        writeln!(text, "{}", line.trim_end())?;
        for found in of(package)? {
            texts.entry(found).or_default().push(format!("{name} {version}"));
        }
    }
    for (found, names) in texts {
        write!(text, "\n{}\n{}\n\n{}\n", "-".repeat(80), names.join(", "), found.trim_end())?;
    }
    Ok(text)
}

/// The texts in a package's folder.
fn of(package: &Package) -> anyhow::Result<Vec<String>> {
    let mut paths: Vec<_> = fs::read_dir(&package.folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let is_one = |path: &std::path::Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin))
    };
    paths
        .into_iter()
        .filter(|path| is_one(path))
        .map(|path| Ok(fs::read_to_string(path)?))
        .collect()
}
