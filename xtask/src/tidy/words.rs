//! Things are called what the field calls them, in code, pages and recipes.
//!
//! Only words that mean nothing else here: whether a "spread" is a standard deviation, no list can
//! tell.

use super::Problem;
use crate::source::SourceFile;

/// What is not written, and what is.
const WORDS: &[(&str, &str)] = &[
    ("asked of a code", "penalty"),
    ("asked of the code", "penalty"),
    ("burst", "explode"),
    ("but for", "except for"),
    ("contest", "adversarial loss"),
    ("deactivate", "the derivative of the activation"),
    ("duel", "adversarial loss"),
    ("enlarging by", "upsampling"),
    ("every_step", "return_sequences"),
    ("for want of", "without"),
    ("are dear", "are expensive"),
    ("is dear", "is expensive"),
    ("too dear", "too expensive"),
    ("made-up", "synthetic"),
    ("price", "penalty"),
    ("prices", "penalties"),
    ("renew", "reset dead codes"),
    ("repeat as rows", "repeat vector"),
    ("rival", "baseline"),
    ("rivals", "baselines"),
    ("snapped", "quantised"),
    ("so large a", "this, or the number itself"),
    ("so many at most", "at most this many"),
    ("so small a", "this, or the number itself"),
    ("specificity", "out-of-distribution check"),
    ("spoil", "corrupt"),
    ("spoiled", "corrupted"),
    ("spoiling", "corrupting"),
    ("without border", "valid padding"),
];

/// The list itself, the page that says what things were called, and tests in which it is typed.
const EXEMPT: [&str; 3] =
    ["xtask/src/tidy/words.rs", "CHANGELOG.md", "crates/concertina-cli/tests/"];

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    let is_exempt = EXEMPT.iter().any(|path| file.path.starts_with(path));
    if is_exempt || !["rs", "md", "toml"].contains(&file.extension()) {
        return Vec::new();
    }
    let problem = |(number, line): (usize, &str)| {
        let line = line.to_lowercase();
        let (word, better) = WORDS.iter().find(|(word, _)| contains(&line, word))?;
        Some(Problem::new(file, number, format!("`{word}`: the field says `{better}`")))
    };
    file.lines().filter_map(problem).collect()
}

/// Whether the phrase stands in the line, with no letter or digit directly before or after.
fn contains(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + phrase.len()..]);
        let is_whole =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        is_whole && !is_key(before, after)
    })
}

/// Whether what stands between these is in a literal of one word: the key of a file, or an old word
/// that is answered by the new one.
fn is_key(before: &str, after: &str) -> bool {
    let in_word = |character: char| character.is_alphanumeric() || "_-".contains(character);
    let opens = before.trim_end_matches(in_word).ends_with('"');
    opens && after.trim_start_matches(in_word).starts_with('"')
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
    fn whole_words_are_found_in_prose_and_names() {
        check_text("a.md", "a baseline\nRivals are judged.\n", &[2]);
        check_text("a.rs", "fn has_its_rivals() {}\n", &[1]);
        check_text("a.toml", "# On arrival, priceless.\n", &[]);
        check_text("CHANGELOG.md", "`rivals` are `baselines` now.\n", &[]);
        check_text("a.json", "of rivals", &[]);
    }

    #[test]
    fn keys_and_old_words_that_are_refused_may_be_named() {
        check_text(
            "a.rs",
            "[\"specificity\", \"out-of-distribution\"]\nf(\"price_weights\")\n",
            &[],
        );
        check_text("a.rs", "f(\"the rival\")\nf(\"rival {}\")\n", &[1, 2]);
        check_text("crates/concertina-cli/tests/it/a.rs", "--only specificity", &[]);
    }

    #[test]
    fn the_better_word_is_told() {
        let problem = check(&SourceFile::new("a.md", "Made-up images\n")).remove(0);
        assert_eq!(problem.what, "`made-up`: the field says `synthetic`");
    }

    #[test]
    fn no_word_is_listed_twice_or_recommended() {
        for (number, (word, _)) in WORDS.iter().enumerate() {
            assert!(WORDS[..number].iter().all(|(other, _)| other != word), "{word}");
            assert!(WORDS.iter().all(|(_, better)| !contains(better, word)), "{word}");
            assert_eq!(*word, word.to_lowercase());
        }
    }
}
