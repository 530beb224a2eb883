//! Unfinished work is finished or written down where users see it, not left as a mark in the text.

use super::Problem;
use crate::source::SourceFile;

// In two halves, so that this file does not find itself.
const MARKERS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for marker in MARKERS {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| word == marker) {
                let what =
                    format!("`{marker}`: do it now, or describe the limit where a user meets it");
                problems.push(Problem::new(file, number, what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_whole_words() {
        let text =
            format!("// {}: later\n// {}S are fine\nx({})\n", MARKERS[0], MARKERS[0], MARKERS[1]);
        let lines: Vec<usize> =
            check(&SourceFile::new("a.rs", &text)).iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 3]);
    }
}
