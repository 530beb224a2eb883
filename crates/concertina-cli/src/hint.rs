//! Hints of the library, in flags and commands.

use std::path::Path;

use concertina::{Hint, HintPart};

/// What to do next, as it is typed.
pub(crate) fn typed(hint: &Hint) -> String {
    hint.parts().iter().map(part).collect()
}

fn part(part: &HintPart) -> String {
    match part {
        HintPart::Text(text) => text.clone(),
        HintPart::Set { key, value } => format!("`{}`", set(key, value)),
        HintPart::Recipe(name) => format!("`--recipe {name}`"),
        HintPart::ReadRecipe(name) => format!("`concertina recipes show {name}`"),
        HintPart::Resume(path) => resume(path, ""),
        HintPart::AnotherFolder => "another folder with `--out`".to_owned(),
        HintPart::InspectData => "`concertina data inspect DATA`".to_owned(),
        other => other.to_string(),
    }
}

/// The command that resumes a run, with what else was asked for.
pub(crate) fn resume(run: &Path, flags: &str) -> String {
    format!("`concertina resume {}{flags}`", quoted(&run.display().to_string()))
}

/// A value of the recipe: by its own flag, where it has one.
fn set(key: &str, value: &str) -> String {
    // The library writes TOML; on the command line a bare word is a string.
    let value = value.trim_matches('"');
    match key {
        "training.seed" => format!("--seed {value}"),
        "training.epochs" => format!("--epochs {value}"),
        "data.limit" => format!("--limit {value}"),
        _ => format!("--set {}", quoted(&format!("{key}={value}"))),
    }
}

/// A word for a shell, in quotes if it needs them.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./\\:=+,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn parts_are_told_as_they_are_typed() {
        let set = |key: &str, value: &str| Hint::default().set(key, value);
        let with = |part| Hint::default().with(part);
        for (part, told) in [
            (set("training.learning-rate", "1e-4"), "`--set training.learning-rate=1e-4`"),
            (set("bottleneck.kind", "\"plain\""), "`--set bottleneck.kind=plain`"),
            (set("network.channels", "[4, 8]"), "`--set 'network.channels=[4, 8]'`"),
            (set("training.seed", "7"), "`--seed 7`"),
            (set("training.epochs", "7"), "`--epochs 7`"),
            (set("data.limit", "7"), "`--limit 7`"),
            (with(HintPart::Recipe("rae".to_owned())), "`--recipe rae`"),
            (with(HintPart::ReadRecipe("rae".to_owned())), "`concertina recipes show rae`"),
            (with(HintPart::Resume(PathBuf::from("runs/a"))), "`concertina resume runs/a`"),
            (with(HintPart::Resume(PathBuf::from("it's"))), r"`concertina resume 'it'\''s'`"),
            (with(HintPart::AnotherFolder), "another folder with `--out`"),
            (with(HintPart::InspectData), "`concertina data inspect DATA`"),
            (Hint::text("a ").set("data.limit", 1).then(" b"), "a `--limit 1` b"),
        ] {
            assert_eq!(typed(&part), told);
        }
    }
}
