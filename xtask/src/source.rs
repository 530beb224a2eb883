//! The text files of the workspace, read once for all checks.

use std::path::Path;

/// Folders that hold no sources of ours.
const SKIPPED: [&str; 5] = ["target", "runs", "node_modules", "__pycache__", ".git"];
/// Text that the checks look at.
const EXTENSIONS: [&str; 16] = [
    "rs", "toml", "md", "py", "pyi", "ipynb", "json", "html", "css", "js", "ts", "svg", "sh",
    "yml", "yaml", "snap",
];

/// All text files of the workspace, sorted by path.
pub(crate) struct Tree {
    pub(crate) files: Vec<SourceFile>,
}

/// One text file.
pub(crate) struct SourceFile {
    /// Relative to the workspace, with forward slashes.
    pub(crate) path: String,
    /// As it stands in the file.
    pub(crate) text: String,
}

impl Tree {
    /// Reads every text file below `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        read_folder(root, root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The file at `path`, if there is one.
    pub(crate) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files directly inside `folder` with this extension.
    pub(crate) fn inside<'a>(
        &'a self,
        folder: &'a str,
        extension: &'a str,
    ) -> impl Iterator<Item = &'a SourceFile> {
        self.files.iter().filter(move |file| {
            let parent = file.path.rsplit_once('/').map(|(parent, _)| parent);
            parent == Some(folder) && file.extension() == extension
        })
    }
}

impl SourceFile {
    /// A file with the given content; `path` is relative to the workspace.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.extension() == "rs"
    }

    pub(crate) fn extension(&self) -> &str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The file's name without its folder.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The lines, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        // What a link leads to is read where it lies.
        if path.is_symlink() {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let extension = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !SKIPPED.contains(&name) {
                read_folder(root, &path, files)?;
            }
        } else if EXTENSIONS.contains(&extension) {
            let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            files.push(SourceFile::new(&relative, &fs_err::read_to_string(&path)?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_inside_a_folder_are_those_directly_in_it() {
        let paths = ["recipes/a.toml", "recipes/old/b.toml", "recipes/c.md", "d.toml"];
        let tree = Tree { files: paths.iter().map(|path| SourceFile::new(path, "")).collect() };
        let found: Vec<&str> =
            tree.inside("recipes", "toml").map(|file| file.path.as_str()).collect();
        assert_eq!(found, ["recipes/a.toml"]);
    }
}
