//! Unsafe code lives in one crate, and says each time why it is sound.

use super::Problem;
use crate::source::SourceFile;

const HOME: &str = "crates/concertina-kernels/";

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let code: Vec<&str> = file.code.lines().collect();
    let text: Vec<&str> = file.text.lines().collect();
    let mut problems = Vec::new();
    for (index, line) in code.iter().enumerate() {
        if !opens_unsafe_code(line) {
            continue;
        }
        if !file.path.starts_with(HOME) {
            let what = format!("`unsafe` outside {HOME}: move it there, behind a safe function");
            problems.push(Problem::new(file, index + 1, what));
        } else if !is_justified(&text, &code, index) {
            let what = "`unsafe` without its reason: write `// SAFETY: why it is sound` above it \
                        (above a function, a `# Safety` section)";
            problems.push(Problem::new(file, index + 1, what));
        }
    }
    problems
}

/// Whether the word stands in the line, other than in the type of a function pointer.
fn opens_unsafe_code(line: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices("unsafe").any(|(at, word)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let whole_word = !before.ends_with(is_name) && !after.starts_with(is_name);
        whole_word && !after.starts_with(" fn(") && !after.starts_with(" extern")
    })
}

/// Whether a comment in the line, or directly above the statement it belongs to, gives the reason.
fn is_justified(text: &[&str], code: &[&str], index: usize) -> bool {
    let gives_reason = |line: &str| line.contains("SAFETY:") || line.contains("# Safety");
    if gives_reason(text[index]) {
        return true;
    }
    for above in (0..index).rev() {
        if gives_reason(text[above]) {
            return true;
        }
        let statement = code[above].trim();
        let is_comment = statement.is_empty() && !text[above].trim().is_empty();
        let is_attribute = statement.starts_with("#[");
        let continues = !statement.is_empty() && !statement.ends_with([';', '{', '}', ',']);
        if !(is_comment || is_attribute || continues) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, text: &str, expected: &[usize]) {
        let problems = check(&SourceFile::new(path, text));
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn it_has_one_home() {
        let text = "// SAFETY: there is none.\nunsafe { f() };\n";
        check_text("crates/concertina/src/lib.rs", text, &[2]);
        check_text("crates/concertina-kernels/src/lib.rs", text, &[]);
        check_text("crates/concertina/src/lib.rs", "// unsafe\n#![deny(unsafe_code)]\n", &[]);
    }

    #[test]
    fn the_reason_stands_above_the_statement() {
        let check_kernel =
            |text, expected| check_text("crates/concertina-kernels/a.rs", text, expected);
        check_kernel("unsafe { f() };", &[1]);
        check_kernel("// SAFETY: f is.\nlet x =\n    unsafe { f() };", &[]);
        check_kernel("// SAFETY: f is.\nlet y = 1;\nunsafe { f() };", &[3]);
        check_kernel("// SAFETY: f is.\n\nunsafe { f() };", &[3]);
        check_kernel("/// # Safety\n/// Be careful.\n#[inline]\npub unsafe fn f() {}", &[]);
        check_kernel("/// Be careful.\npub unsafe fn f() {}", &[2]);
        check_kernel("type Kernel = unsafe fn(usize);", &[]);
    }
}
