//! The modules of a crate that are compiled outside of tests, each with the file that it stands in.

mod imports;
mod shipped;
mod text;

pub(crate) use imports::Import;

use crate::source::{SourceFile, Tree};
use text::Mentions;

/// The modules of a crate in reading order: a module before its children, children as declared.
pub(crate) struct Modules<'a> {
    all: Vec<Module<'a>>,
}

struct Module<'a> {
    file: &'a SourceFile,
    /// Its names from the root's child on; empty for the root.
    path: Vec<String>,
    /// The root is its own parent.
    parent: usize,
    mentions: Mentions,
}

/// The folders whose folders are crates.
const GROUPS: [&str; 2] = ["bindings", "crates"];

/// A module by its place in the reading order.
pub(crate) type Index = usize;

pub(crate) const ROOT: Index = 0;

impl<'a> Modules<'a> {
    /// The crates of the workspace, one for each `lib.rs` or `main.rs`.
    pub(crate) fn of_all_crates(tree: &'a Tree) -> Vec<Self> {
        let is_root = |file: &&SourceFile| {
            let within = file.path.split_once('/').filter(|(group, _)| GROUPS.contains(group));
            let within = within.and_then(|(_, path)| path.split_once('/'));
            within.is_some_and(|(_, path)| ["src/lib.rs", "src/main.rs"].contains(&path))
        };
        tree.files.iter().filter(is_root).map(|root| Self::read(tree, root)).collect()
    }

    fn read(tree: &'a Tree, root: &'a SourceFile) -> Self {
        let mut modules = Self { all: Vec::new() };
        let folder = root.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        modules.add(tree, root, folder, &[], ROOT);
        modules
    }

    /// Adds a module, and those that it declares, whose files lie in `folder`.
    fn add(
        &mut self,
        tree: &'a Tree,
        file: &'a SourceFile,
        folder: &str,
        path: &[String],
        parent: Index,
    ) {
        let mentions = Mentions::read(&file.text);
        let declared = mentions.modules.clone();
        let index = self.all.len();
        self.all.push(Module { file, path: path.to_vec(), parent, mentions });
        for name in declared {
            let inside = format!("{folder}/{name}");
            let of_child = tree
                .file(&format!("{inside}.rs"))
                .or_else(|| tree.file(&format!("{inside}/mod.rs")));
            if let Some(of_child) = of_child {
                self.add(tree, of_child, &inside, &[path, &[name]].concat(), index);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn file(&self, module: Index) -> &'a SourceFile {
        self.all[module].file
    }

    /// The module's file as seen from the crate's `src`.
    pub(crate) fn short_path(&self, module: Index) -> &'a str {
        let path = &self.file(module).path;
        path.split_once("/src/").map_or(path, |(_, short)| short)
    }

    /// The name of the root's child that the module is or lies in.
    pub(crate) fn top(&self, module: Index) -> Option<&str> {
        self.all[module].path.first().map(String::as_str)
    }

    /// The root's children, in the order in which it declares them.
    pub(crate) fn tops(&self) -> &[String] {
        &self.all[ROOT].mentions.modules
    }

    fn child(&self, module: Index, name: &str) -> Option<Index> {
        let is_child = |child: &Module| {
            child.parent == module && child.path.last().is_some_and(|last| last == name)
        };
        self.all.iter().position(is_child)
    }

    /// Whether `inner` is `outer` or lies in it.
    fn lies_in(&self, inner: Index, outer: Index) -> bool {
        self.all[inner].path.starts_with(&self.all[outer].path)
    }
}

/// A crate made of these files, for tests: paths as seen from its `src`.
#[cfg(test)]
pub(crate) fn crate_of(files: &[(&str, &str)]) -> Tree {
    let file = |(path, text): &(&str, &str)| SourceFile::new(&format!("crates/a/src/{path}"), text);
    Tree { files: files.iter().map(file).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_where_the_workspace_has_them() {
        let paths = ["bindings/python/src/lib.rs", "crates/a/src/main.rs", "a/b/src/lib.rs"];
        let others = ["crates/a/src/b/lib.rs", "crates/a/b/src/lib.rs", "src/lib.rs"];
        let files = paths.iter().chain(&others).map(|path| SourceFile::new(path, "")).collect();
        let tree = Tree { files };
        let crates = Modules::of_all_crates(&tree);
        let roots: Vec<&str> = crates.iter().map(|of| of.file(ROOT).path.as_str()).collect();
        assert_eq!(roots, paths[..2]);
    }

    #[test]
    fn modules_are_read_in_the_order_of_their_declarations() {
        let tree = crate_of(&[
            ("a.rs", ""),
            ("b/c.rs", ""),
            ("b/mod.rs", "mod c;\n#[cfg(test)]\nmod tests;\n"),
            ("b/tests.rs", ""),
            ("lib.rs", "mod b;\nmod a;\n"),
        ]);
        let crates = Modules::of_all_crates(&tree);
        let files: Vec<&str> = (0..crates[0].len()).map(|at| crates[0].short_path(at)).collect();
        assert_eq!(files, ["lib.rs", "b/mod.rs", "b/c.rs", "a.rs"]);
        assert_eq!(crates[0].top(2), Some("b"));
        assert_eq!(crates[0].top(ROOT), None);
    }

    #[test]
    fn a_file_beside_its_folder_is_the_parent_of_those_in_it() {
        let tree = crate_of(&[("main.rs", "mod b;\n"), ("b.rs", "mod c;\n"), ("b/c.rs", "")]);
        let crates = Modules::of_all_crates(&tree);
        assert_eq!(crates[0].child(1, "c"), Some(2));
        assert!(crates[0].lies_in(2, 1));
        assert!(!crates[0].lies_in(1, 2));
    }
}
