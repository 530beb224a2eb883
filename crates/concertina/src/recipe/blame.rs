//! Which value of a recipe an error is about.
//!
//! Serde reads a choice such as `task` whole before it knows its kind, and then no longer knows which key of it a wrong
//! value belonged to. The key is found again by leaving keys out: without the one to blame, the error is another.

use toml::{Table, Value};

use super::Recipe;

/// Reads a recipe, or says in one line what is wrong and where.
pub(super) fn read(table: &Table) -> Result<Recipe, String> {
    attempt(table.clone()).map_err(|(path, message)| {
        let path = key_to_blame(table, &path, &message).unwrap_or(path);
        let place = match path.rsplit_once('.') {
            // The message names the unknown key itself; the place is the table that it stands in.
            Some((table, key)) if message.starts_with(&format!("unknown field `{key}`")) => table,
            None if message.starts_with(&format!("unknown field `{path}`")) => "",
            _ => &path,
        };
        let message = one_line(&message);
        if matches!(place, "" | ".") { message } else { format!("`{place}`: {message}") }
    })
}

/// The lines of a message as one, in the words of TOML rather than Rust's.
pub(super) fn one_line(message: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        ("expected usize", "expected a whole number of at least 0"),
        ("expected u64", "expected a whole number of at least 0"),
        ("expected f32", "expected a number"),
        ("expected a sequence", "expected a list"),
        ("invalid type: sequence", "invalid type: a list"),
        ("invalid type: map", "invalid type: a table"),
        ("expected internally tagged enum", "expected a table with `kind`:"),
    ];
    let line = message.trim_end().replace('\n', ", ");
    WORDS.iter().fold(line, |line, (rust, toml)| line.replace(rust, toml))
}

/// A recipe, or the path to the value that could not be read, and why.
fn attempt(table: Table) -> Result<Recipe, (String, String)> {
    serde_path_to_error::deserialize(Value::Table(table))
        .map_err(|error| (error.path().to_string(), error.inner().message().to_owned()))
}

fn key_to_blame(root: &Table, path: &str, message: &str) -> Option<String> {
    // These name their key themselves.
    if message.starts_with("unknown field") || message.starts_with("missing field") {
        return None;
    }
    let mut root = root.clone();
    let keys: Vec<String> = table_at(&mut root, path)?.keys().cloned().collect();
    // Without its kind a choice always fails in another way, so that comes last.
    let [kind, others]: [Vec<&String>; 2] =
        [true, false].map(|kind| keys.iter().filter(|key| (*key == "kind") == kind).collect());
    others.into_iter().chain(kind).find_map(|key| {
        let mut without = root.clone();
        table_at(&mut without, path)?.remove(key);
        let changed = attempt(without).map_or_else(|(_, other)| other != message, |_| true);
        changed.then(|| format!("{path}.{key}"))
    })
}

fn table_at<'a>(root: &'a mut Table, path: &str) -> Option<&'a mut Table> {
    path.split('.').try_fold(root, |table, key| table.get_mut(key)?.as_table_mut())
}
