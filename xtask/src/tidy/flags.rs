//! The library names no flag and no command: whoever has other ways to set things uses it too.

use super::Problem;
use crate::source::SourceFile;

const LIBRARY: [&str; 2] = ["crates/concertina/src/", "crates/concertina-base/src/"];
const COMMAND: &str = "`concertina ";

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    if !LIBRARY.iter().any(|folder| file.path.starts_with(folder)) {
        return Vec::new();
    }
    let problem = |(number, line)| {
        let named = flag(line).or_else(|| command(line))?;
        let what = format!(
            "the library names `{named}`: say what is wrong by key or argument, and leave the way \
             of typing it to the command"
        );
        Some(Problem::new(file, number, what))
    };
    file.lines().filter_map(problem).collect()
}

/// The first `--flag` that begins a word.
fn flag(line: &str) -> Option<&str> {
    line.match_indices("--").find_map(|(at, _)| {
        let begins_word = line[..at].ends_with([' ', '`', '"', '\'', '(', '[']);
        let flag = word(&line[at..]);
        let has_letter = flag[2..].starts_with(|first: char| first.is_ascii_lowercase());
        (begins_word && has_letter).then_some(flag)
    })
}

/// The first `` `concertina verb ``.
fn command(line: &str) -> Option<&str> {
    line.match_indices(COMMAND).find_map(|(at, opening)| {
        let verb = word(&line[at + opening.len()..]);
        (!verb.is_empty()).then(|| &line[at + 1..at + opening.len() + verb.len()])
    })
}

fn word(text: &str) -> &str {
    let ends = |character: char| !character.is_ascii_lowercase() && character != '-';
    &text[..text.find(ends).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(line: &str, named: Option<&str>) {
        for folder in LIBRARY {
            let problems = check(&SourceFile::new(&format!("{folder}a/b.rs"), line));
            let found: Vec<&str> =
                problems.iter().filter_map(|problem| problem.what.split('`').nth(1)).collect();
            assert_eq!(found, Vec::from_iter(named), "{folder}: {line}");
        }
    }

    #[test]
    fn flags_and_commands_are_found() {
        check_line("    .with_hint(\"for instance `--set a.b=64`\"));", Some("--set"));
        check_line("/// As --batch-size does.", Some("--batch-size"));
        check_line("f(\"--out\")", Some("--out"));
        check_line("/// See `concertina data inspect`.", Some("concertina data"));
    }

    #[test]
    fn dashes_and_the_crate_are_neither() {
        check_line("/// a -- b", None);
        check_line("// ------ a", None);
        check_line("a--b", None);
        check_line("/// The crate `concertina` and `concertina {verb}`.", None);
        check_line("//! use concertina::data::Dataset;", None);
    }

    #[test]
    fn only_the_library_is_held_to_it() {
        let other = SourceFile::new("crates/concertina-cli/src/a.rs", "\"--set\"");
        assert_eq!(check(&other), []);
    }
}
