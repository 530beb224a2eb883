//! What the page says, in every language: texts by their keys, from the tables in `words/`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use crate::language::Language;

/// The texts of one language by their keys, as in `data.why`.
type Texts = BTreeMap<String, String>;

/// The texts of all languages by their codes.
static TEXTS: LazyLock<BTreeMap<&str, Texts>> =
    LazyLock::new(|| Language::all().map(|known| (known.code(), texts(known))).collect());

fn texts(language: Language) -> Texts {
    let tables = language.words().parse().expect("tests read the words of every language");
    let mut texts = Texts::new();
    flatten("", tables, &mut texts);
    texts
}

/// Names tables and what is in them by paths, with a dot between the names.
fn flatten(path: &str, table: toml::Table, texts: &mut Texts) {
    for (name, value) in table {
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        match value {
            toml::Value::Table(table) => flatten(&path, table, texts),
            toml::Value::String(text) => drop(texts.insert(path, text)),
            other => panic!("`{path}` is not a text: {other}"),
        }
    }
}

/// The words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    language: Language,
    texts: &'static Texts,
}

impl Words {
    pub(super) fn of(language: Language) -> Self {
        Self { language, texts: &TEXTS[language.code()] }
    }

    /// Whose words they are.
    pub(super) fn language(self) -> Language {
        self.language
    }

    /// A text with its values.
    ///
    /// # Panics
    /// If there is no text of that key, or it lacks a value.
    pub(super) fn say(self, message: impl Into<Message>) -> String {
        let Message { key, values } = message.into();
        let text = self.texts.get(key).unwrap_or_else(|| panic!("no text has the key `{key}`"));
        let value = |name| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.unwrap_or_else(|| panic!("`{key}` needs a value for `{name}`")).1.as_str()
        };
        let piece = |piece| match piece {
            Piece::Words(words) => words,
            Piece::Value(name) => value(name),
        };
        if cfg!(test) {
            for (name, _) in &values {
                assert!(names(text).any(|known| known == *name), "`{key}` has no `{name}`");
            }
        }
        pieces(text).map(piece).collect()
    }
}

/// A text by its key, and the values for the places in it.
pub(super) struct Message {
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

/// A text with values: `message("data.labels").with("classes", 10)`.
pub(super) fn message(key: &'static str) -> Message {
    Message { key, values: Vec::new() }
}

impl Message {
    /// The same with what takes the place of `{name}`.
    pub(super) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        message(key)
    }
}

/// What a text is made of.
enum Piece<'a> {
    Words(&'a str),
    /// The name of the value that stands here.
    Value(&'a str),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let named = |(i, piece)| if i % 2 == 0 { Piece::Words(piece) } else { Piece::Value(piece) };
    text.split(['{', '}']).enumerate().map(named)
}

/// The values that a text needs.
fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Words(_) => None,
        Piece::Value(name) => Some(name),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;
    use std::panic::catch_unwind;
    use std::path::Path;

    use fs_err as fs;

    use super::*;

    fn english() -> Words {
        Words::of(Language::default())
    }

    #[test]
    fn every_language_says_what_english_says() {
        let english = english().texts;
        for language in Language::all() {
            let texts = Words::of(language).texts;
            let keys = |texts: &'static Texts| texts.keys().map(String::as_str).collect();
            expect_same(&keys(texts), &keys(english));
            for (key, text) in texts {
                assert!(!text.trim().is_empty(), "{language}: `{key}` is empty");
                let values = |text| names(text).collect::<BTreeSet<_>>();
                assert_eq!(values(text), values(&english[key]), "{language}: values of `{key}`");
                assert_eq!(code(text), code(&english[key]), "{language}: code in `{key}`");
            }
        }
    }

    /// Both have the same keys; if not, says which ones only one of them has.
    #[track_caller]
    fn expect_same(some: &BTreeSet<&str>, others: &BTreeSet<&str>) {
        let apart: Vec<_> = some.symmetric_difference(others).collect();
        assert!(apart.is_empty(), "{apart:?}");
    }

    /// What a text has in backticks, in any order.
    fn code(text: &str) -> BTreeSet<&str> {
        text.split('`').skip(1).step_by(2).collect()
    }

    #[test]
    fn every_key_is_used_and_every_key_that_is_used_has_a_text() {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let tables: BTreeSet<&str> =
            english().texts.keys().filter_map(|key| key.split('.').next()).collect();
        let is_key = |literal: &&str| {
            let table = literal.split_once('.').map(|(table, _)| table);
            let is_of_key = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '.');
            table.is_some_and(|table| tables.contains(table)) && literal.chars().all(is_of_key)
        };
        let literals = sources.iter().flat_map(|source| source.split('"'));
        let used: BTreeSet<&str> = literals.filter(is_key).collect();
        let known: BTreeSet<&str> = english().texts.keys().map(String::as_str).collect();
        expect_same(&used, &known);
    }

    #[test]
    fn every_text_gets_the_values_that_it_needs() {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        for (key, text) in english().texts {
            for source in &sources {
                let Some((_, behind)) = source.split_once(&format!("\"{key}\"")) else { continue };
                for name in names(text) {
                    assert!(behind.contains(&format!("\"{name}\"")), "{name} of `{key}`");
                }
            }
        }
    }

    /// The texts of all source files.
    fn sources(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| {
                if path.is_dir() {
                    return sources(&path);
                }
                let is_rust = path.extension().is_some_and(|ending| ending == "rs");
                if is_rust { vec![fs::read_to_string(&path).unwrap()] } else { Vec::new() }
            })
            .collect()
    }

    #[test]
    fn a_missing_and_an_unknown_value_are_noticed() {
        let note = english().say(message("data.note").with("note", "{note} is kept"));
        assert_eq!(note, "A note on the data: {note} is kept.");
        assert!(catch_unwind(|| english().say("data.note")).is_err());
        assert!(catch_unwind(|| english().say(message("data.why").with("note", 1))).is_err());
    }

    #[test]
    fn languages_are_found_by_their_codes() {
        for language in Language::all() {
            assert_eq!(language.to_string().parse::<Language>().unwrap(), language);
        }
        let error = "xx".parse::<Language>().unwrap_err().to_string();
        assert!(error.contains("`en`") && error.contains("found `xx`"), "{error}");
    }
}
