//! A lint is never silenced for good: `expect` complains once it is no longer needed, `allow` never does.

use super::Problem;
use crate::source::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let what = "`allow` silences a lint for good: write `#[expect(lint, reason = \"...\")]`";
    (1..)
        .zip(file.code.lines())
        .filter(|(_, line)| line.contains("#[allow(") || line.contains("#![allow("))
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
    }
}
