//! No line ends in blanks, no file lacks its last line break, and no line ends in a carriage
//! return.

use super::Problem;
use crate::source::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(file.text.split('\n')) {
        if line.ends_with('\r') {
            problems.push(Problem::new(file, number, "carriage return: end lines with \\n alone"));
        } else if line.ends_with([' ', '\t']) {
            problems.push(Problem::new(file, number, "blanks at the end of the line: remove them"));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        problems.push(Problem::new(file, last, "no line break at the end of the file: add one"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(text: &str, expected: &[usize]) {
        let problems = check(&SourceFile::new("a.md", text));
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, expected, "{text:?}");
    }

    #[test]
    fn trailing_blanks_are_found_where_they_are() {
        check_text("a\n\n  b\n", &[]);
        check_text("a \nb\nc\t\n", &[1, 3]);
        check_text("a\r\nb\n", &[1]);
        check_text("a\nb", &[2]);
        check_text("", &[]);
    }
}
