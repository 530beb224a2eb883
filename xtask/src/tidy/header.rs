//! Every Rust file opens by saying what it is for.

use super::Problem;
use crate::source::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let first = file.text.lines().next().unwrap_or_default();
    let says = first.strip_prefix("//! ").is_some_and(|purpose| !purpose.trim().is_empty());
    if !file.is_rust() || says {
        return Vec::new();
    }
    vec![Problem::new(
        file,
        1,
        "no purpose given: open the file with a `//!` line saying what it is for",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, problems: usize) {
        assert_eq!(check(&SourceFile::new(path, text)).len(), problems, "{text:?}");
    }

    #[test]
    fn a_purpose_is_asked_of_rust_files_only() {
        check_text("a.rs", "//! Reads a file.\nfn f() {}\n", 0);
        check_text("a.rs", "fn f() {}\n", 1);
        check_text("a.rs", "//!\nfn f() {}\n", 1);
        check_text("a.rs", "// Reads a file.\n", 1);
        check_text("a.rs", "", 1);
        check_text("a.toml", "[package]\n", 0);
    }
}
