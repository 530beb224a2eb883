//! A Rust file has one job, and so stays short.

use super::Problem;
use crate::source::SourceFile;

const MOST_LINES: usize = 500;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let lines = file.text.lines().count();
    if !file.is_rust() || lines <= MOST_LINES {
        return Vec::new();
    }
    let what = format!("{lines} lines where {MOST_LINES} are the most: give each job its own file");
    vec![Problem::new(file, MOST_LINES + 1, what)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        let file = |lines: usize| SourceFile::new("a.rs", &"x\n".repeat(lines));
        assert_eq!(check(&file(MOST_LINES)), []);
        assert_eq!(check(&file(MOST_LINES + 1)).len(), 1);
        assert_eq!(check(&SourceFile::new("a.json", &"x\n".repeat(2 * MOST_LINES))), []);
    }
}
