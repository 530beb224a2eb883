//! Finds the key of a recipe that an error is about.
//!
//! Serde buffers a tagged enum such as `task` before it knows its kind, and then no longer knows
//! which key a wrong value belongs to. The key is found by removing keys one at a time: without the
//! wrong one, the error changes.

use toml::{Table, Value};

use super::definition::Recipe;

/// Reads a recipe, or returns a one-line error message that names the key.
pub(super) fn read(table: &Table) -> Result<Recipe, String> {
    attempt(table.clone()).map_err(|(path, message)| {
        let path = key_to_blame(table, &path, &message).unwrap_or(path);
        let place = match path.rsplit_once('.') {
            // The message already names the unknown key; the place is its table.
            Some((table, key)) if message.starts_with(&format!("unknown field `{key}`")) => table,
            None if message.starts_with(&format!("unknown field `{path}`")) => "",
            _ => &path,
        };
        let message = one_line(&message);
        if matches!(place, "" | ".") { message } else { format!("`{place}`: {message}") }
    })
}

/// A message on one line, with TOML's terms instead of Rust's.
pub(super) fn one_line(message: &str) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("expected usize", "expected a whole number of at least 0"),
        ("expected u64", "expected a whole number of at least 0"),
        ("expected f32", "expected a number"),
        ("expected a sequence", "expected a list"),
        ("invalid type: sequence", "invalid type: a list"),
        ("invalid type: map", "invalid type: a table"),
        ("expected variant identifier", "expected a name"),
        ("expected a boolean", "expected true or false"),
    ];
    const ENUM: &str = "internally tagged enum ";
    let mut line = message.trim_end().replace('\n', ", ");
    // Its name in Rust is nobody's.
    if let Some((before, name)) = line.split_once(ENUM) {
        let rest = name.trim_start_matches(char::is_alphanumeric);
        line = format!("{before}a table with `kind`{rest}");
    }
    WORDS.iter().fold(line, |line, (rust, toml)| line.replace(rust, toml))
}

/// Reads a recipe, or returns the path of the value that could not be read and the message.
fn attempt(table: Table) -> Result<Recipe, (String, String)> {
    serde_path_to_error::deserialize(Value::Table(table))
        .map_err(|error| (error.path().to_string(), error.inner().message().to_owned()))
}

fn key_to_blame(root: &Table, path: &str, message: &str) -> Option<String> {
    // These messages already name the key.
    if message.starts_with("unknown field") || message.starts_with("missing field") {
        return None;
    }
    let mut root = root.clone();
    let keys: Vec<String> = table_at(&mut root, path)?.keys().cloned().collect();
    // Without `kind` a tagged enum always fails with another message, so it is tried last; required
    // keys, without which the message changes too, come right before it.
    let (kind, others): (Vec<&String>, Vec<&String>) = keys.iter().partition(|key| *key == "kind");
    let mut required = Vec::new();
    for key in others {
        match error_without(&root, path, key) {
            Some(other) if other == message => {}
            Some(other) if other.starts_with("missing field") => required.push(key),
            _ => return Some(format!("{path}.{key}")),
        }
    }
    let last = required
        .into_iter()
        .chain(kind)
        .find(|key| error_without(&root, path, key).is_none_or(|other| other != message));
    last.map(|key| format!("{path}.{key}"))
}

/// The error message for the recipe without this key of the table at `path`; `None` if it can be
/// read.
fn error_without(root: &Table, path: &str, key: &str) -> Option<String> {
    let mut without = root.clone();
    if let Some(table) = table_at(&mut without, path) {
        table.remove(key);
    }
    attempt(without).err().map(|(_, message)| message)
}

fn table_at<'a>(root: &'a mut Table, path: &str) -> Option<&'a mut Table> {
    path.split('.').try_fold(root, |table, key| table.get_mut(key)?.as_table_mut())
}
