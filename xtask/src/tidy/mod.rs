//! The checks of `cargo xtask tidy`, one module each: what is wrong, where, and what to do about
//! it.

mod allow;
mod blanks;
mod circles;
mod fixtures;
mod flags;
mod generated;
mod header;
mod length;
mod lints;
mod markers;
mod order;
mod size;
mod words;

use std::fmt;

use crate::source::{SourceFile, Tree};

/// Checks that look at one file at a time.
const FILE_CHECKS: &[fn(&SourceFile) -> Vec<Problem>] = &[
    header::check,
    size::check,
    blanks::check,
    length::check,
    allow::check,
    flags::check,
    markers::check,
    words::check,
];

/// Checks that compare files with each other.
const TREE_CHECKS: &[fn(&Tree) -> Vec<Problem>] =
    &[generated::check, fixtures::check, lints::check, order::check, circles::check];

/// Something to put right.
#[derive(Debug, PartialEq)]
pub(crate) struct Problem {
    path: String,
    line: usize,
    what: String,
}

impl Problem {
    fn new(file: &SourceFile, line: usize, what: impl Into<String>) -> Self {
        Self { path: file.path.clone(), line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// All that is wrong in the tree, in the order of the files.
pub(crate) fn problems(tree: &Tree) -> Vec<Problem> {
    let in_files =
        tree.files.iter().flat_map(|file| FILE_CHECKS.iter().flat_map(move |check| check(file)));
    let across = TREE_CHECKS.iter().flat_map(|check| check(tree));
    let mut problems: Vec<Problem> = in_files.chain(across).collect();
    problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_come_in_the_order_of_the_files() {
        let texts = [("b.rs", "fn f() {} \n"), ("a.rs", "//! A.\n\n\nfn g() {} \n")];
        let files = texts.map(|(path, text)| SourceFile::new(path, text)).into();
        let found: Vec<String> = problems(&Tree { files }).iter().map(Problem::to_string).collect();
        let places: Vec<&str> = found.iter().filter_map(|line| line.split(": ").next()).collect();
        assert_eq!(places, ["a.rs:4", "b.rs:1", "b.rs:1", "docs/recipes.md:1"]);
    }
}
