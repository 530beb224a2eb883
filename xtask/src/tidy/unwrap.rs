//! Only a test may take the value out of a `Result` without a word.

use super::Problem;
use crate::source::SourceFile;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let what = "`.unwrap()` outside a test: return the error, or `.expect(\"why it cannot fail\")`";
    file.shipped_code()
        .into_iter()
        .filter(|(_, line)| line.contains(".unwrap()"))
        .map(|(number, _)| Problem::new(file, number, what))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, problems: usize) {
        assert_eq!(check(&SourceFile::new(path, text)).len(), problems, "{text:?}");
    }

    #[test]
    fn only_shipped_code_is_held_to_it() {
        check_text("src/a.rs", "let x = f().unwrap();", 1);
        check_text("src/a.rs", "let x = f().unwrap_or(1);", 0);
        check_text("src/a.rs", "// never f().unwrap()", 0);
        check_text("src/a.rs", "let x = \"f().unwrap()\";", 0);
        check_text("src/a.rs", "#[cfg(test)]\nmod tests {\n    f().unwrap();\n}", 0);
        check_text("src/a.rs", "#[cfg(test)]\nmod tests {\n}\nfn g() { f().unwrap() }", 1);
        check_text("tests/a.rs", "let x = f().unwrap();", 0);
    }
}
