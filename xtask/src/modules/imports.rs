//! What the modules of a crate take from each other.
//!
//! A name is traced to the file that defines it: who takes `super::Points` from a parent that only
//! passes it on depends on `points.rs`, not on the parent.

use super::{Index, Modules, ROOT};

/// Something that a module takes from another one.
#[derive(Debug, PartialEq)]
pub(crate) struct Import {
    pub(crate) by: Index,
    /// Where in the importing file, first of all.
    pub(crate) line: usize,
    /// The path as it is written.
    pub(crate) path: String,
    /// The module that the path names.
    pub(crate) named: Index,
    /// The module that defines what is imported.
    pub(crate) definer: Index,
}

/// What a path leads to.
struct Target {
    named: Index,
    definer: Index,
    /// It is the module itself, not something in it.
    is_module: bool,
}

/// A name that is passed on more often than this is passed on in a circle.
const MOST_HANDS: usize = 16;

impl Modules<'_> {
    /// All imports, each once for what imports it and what defines it, in reading order.
    ///
    /// A module brought into scope is none: what is taken from it is. What a module passes on of
    /// its own children is none either.
    pub(crate) fn imports(&self) -> Vec<Import> {
        let mut imports: Vec<Import> = Vec::new();
        for by in 0..self.all.len() {
            let mentions = &self.all[by].mentions;
            let uses = mentions.uses.iter().map(|item| (item.line, &item.path, item.is_public));
            let paths = mentions.paths.iter().map(|(line, path)| (*line, path, false));
            let mut found: Vec<Import> = uses
                .chain(paths)
                .filter_map(|(line, path, is_public)| self.import(by, line, path, is_public))
                .collect();
            found.sort_by_key(|import| (import.definer, import.named, import.line));
            found.dedup_by_key(|import| (import.definer, import.named));
            imports.extend(found);
        }
        imports
    }

    fn import(&self, by: Index, line: usize, path: &[String], is_public: bool) -> Option<Import> {
        let Target { named, definer, is_module } = self.resolve(by, path, 0)?;
        let is_passed_on = is_public && self.lies_in(definer, by);
        let is_import = definer != by && !is_module && !is_passed_on;
        is_import.then(|| Import { by, line, path: path.join("::"), named, definer })
    }

    /// What `path` leads to when it is written in `from`; nothing if that is in another crate.
    fn resolve(&self, from: Index, path: &[String], hands: usize) -> Option<Target> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(ROOT, rest, hands),
            "self" => self.walk(from, rest, hands),
            "super" => self.walk(self.all[from].parent, rest, hands),
            name if self.child(from, name).is_some() => self.walk(from, path, hands),
            name => self.resolve(from, &self.in_scope(from, name, rest)?, hands_more(hands)?),
        }
    }

    /// Follows the segments from module to module.
    fn walk(&self, from: Index, segments: &[String], hands: usize) -> Option<Target> {
        let Some((first, rest)) = segments.split_first() else {
            return Some(Target { named: from, definer: from, is_module: true });
        };
        if first == "super" {
            self.walk(self.all[from].parent, rest, hands)
        } else if let Some(child) = self.child(from, first) {
            self.walk(child, rest, hands)
        } else if let Some(source) = self.in_scope(from, first, rest) {
            let target = self.resolve(from, &source, hands_more(hands)?)?;
            Some(Target { named: from, ..target })
        } else {
            Some(Target { named: from, definer: from, is_module: false })
        }
    }

    /// Where `name` comes from if a `use` in `module` brings it in, followed by `rest`.
    fn in_scope(&self, module: Index, name: &str, rest: &[String]) -> Option<Vec<String>> {
        let uses = &self.all[module].mentions.uses;
        // `pub(crate) use name;` gives a macro of this file a path.
        let brings = uses.iter().find(|item| item.name == name && item.path != [name])?;
        Some([&brings.path, rest].concat())
    }
}

fn hands_more(hands: usize) -> Option<usize> {
    (hands < MOST_HANDS).then_some(hands + 1)
}

#[cfg(test)]
mod tests {
    use super::super::crate_of;
    use super::*;

    /// The imports of a crate whose root declares `a` with the children `points` and `lines`, and
    /// `b`: each as `file:line definer`.
    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let given = |path: &str| files.iter().find(|file| file.0 == path).map_or("", |file| file.1);
        let tree = crate_of(&[
            ("lib.rs", &format!("mod a;\nmod b;\n{}", given("lib.rs"))),
            ("a/mod.rs", &format!("mod points;\nmod lines;\n{}", given("a/mod.rs"))),
            ("a/points.rs", given("a/points.rs")),
            ("a/lines.rs", given("a/lines.rs")),
            ("b.rs", given("b.rs")),
        ]);
        let modules = &Modules::of_all_crates(&tree)[0];
        let tell = |import: &Import| {
            let (by, definer) = (modules.short_path(import.by), modules.short_path(import.definer));
            format!("{by}:{} {definer}", import.line)
        };
        let found: Vec<String> = modules.imports().iter().map(tell).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_is_traced_to_the_file_that_defines_it() {
        let passes_on = ("a/mod.rs", "pub use self::points::Points;");
        check(&[passes_on, ("a/lines.rs", "use super::Points;")], &["a/lines.rs:1 a/points.rs"]);
        check(&[passes_on, ("b.rs", "\nuse crate::a::Points;")], &["b.rs:2 a/points.rs"]);
        let renamed = ("a/mod.rs", "pub(crate) use points::Points as Dots;");
        check(&[renamed, ("b.rs", "use crate::a::{Dots};")], &["b.rs:1 a/points.rs"]);
        let twice = ("lib.rs", "pub use a::Points;");
        check(&[passes_on, twice, ("b.rs", "use crate::Points;")], &["b.rs:1 a/points.rs"]);
    }

    #[test]
    fn what_a_parent_defines_itself_comes_from_the_parent() {
        check(&[("a/lines.rs", "use super::Shape;")], &["a/lines.rs:1 a/mod.rs"]);
        check(&[("a/lines.rs", "use super::super::Shape;")], &["a/lines.rs:1 lib.rs"]);
        check(&[("a/lines.rs", "use super::*;")], &["a/lines.rs:1 a/mod.rs"]);
    }

    #[test]
    fn a_parent_imports_what_it_uses_and_not_what_it_passes_on() {
        check(&[("a/mod.rs", "use points::Points;")], &["a/mod.rs:3 a/points.rs"]);
        check(&[("a/mod.rs", "fn f() -> points::Points {")], &["a/mod.rs:3 a/points.rs"]);
        check(&[("a/mod.rs", "pub(super) use points::Points;")], &[]);
        check(&[("a/mod.rs", "pub use crate::b::B;")], &["a/mod.rs:3 b.rs"]);
    }

    #[test]
    fn paths_in_code_are_imports_and_modules_in_scope_are_not() {
        check(&[("b.rs", "use crate::a;")], &[]);
        check(&[("b.rs", "use crate::a;\nfn f() { a::points::new() }")], &["b.rs:2 a/points.rs"]);
        check(&[("b.rs", "fn f() { crate::a::points::new() }")], &["b.rs:1 a/points.rs"]);
        check(&[("b.rs", "use std::fmt;\nfn f() -> fmt::Result {}")], &[]);
    }

    #[test]
    fn an_import_counts_once() {
        let text = "use crate::a::points::{A, B};\nfn f() { crate::a::points::new() }";
        check(&[("b.rs", text)], &["b.rs:1 a/points.rs"]);
    }

    #[test]
    fn names_passed_on_in_a_circle_lead_nowhere() {
        check(&[("lib.rs", "pub use b::A;"), ("b.rs", "pub use crate::A;")], &[]);
        check(
            &[("b.rs", "pub(crate) use a_macro;"), ("a/mod.rs", "use crate::b::a_macro;")],
            &["a/mod.rs:3 b.rs"],
        );
    }
}
