//! A lint is never silenced for good: `expect` complains once it is no longer needed, `allow` never
//! does.
//!
//! Clippy's `allow_attributes` knows no `#![allow(..)]`.

use super::Problem;
use crate::source::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    if !file.is_rust() {
        return Vec::new();
    }
    let what = "`allow` silences a lint for good: write `#[expect(lint, reason = \"...\")]`";
    let allows =
        |line: &str| ["#[allow(", "#![allow("].iter().any(|opening| line.starts_with(opening));
    file.lines()
        .filter(|(_, line)| allows(line.trim_start()))
        .map(|(number, _)| Problem::new(file, number, what))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_is_found_and_expect_is_not() {
        let text =
            "#![allow(dead_code)]\n#[expect(dead_code)]\n  #[allow(unused)]\n// #[allow(x)]\n";
        let lines: Vec<usize> =
            check(&SourceFile::new("a.rs", text)).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 3]);
        assert_eq!(check(&SourceFile::new("a.md", text)), []);
    }
}
