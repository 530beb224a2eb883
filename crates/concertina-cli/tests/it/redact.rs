//! Snapshots without what differs between runs and machines.

use serde_json::Value;

/// `text` with a `#` for each number with a decimal point, percentage, speed and time. In lines
/// with one, columns are parted by two blanks, as a number's width may differ too.
pub(crate) fn redacted(text: &str) -> String {
    text.lines().flat_map(|line| [redacted_line(line), "\n".to_owned()]).collect()
}

fn redacted_line(line: &str) -> String {
    let mut told = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let length = rest[start..].find(|c: char| !(c.is_ascii_digit() || ",.e-".contains(c)));
        let number = &rest[start..][..length.unwrap_or(rest.len() - start)];
        let end = number.trim_end_matches([',', '.', 'e', '-']).len();
        let (number, after) = (&number[..end], &rest[start + end..]);
        let before = &rest[..start];
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || "_-".contains(c));
        let is_measured = number.contains('.')
            || [" %", " images/s", " windows/s"].iter().any(|unit| after.starts_with(unit))
            || before.ends_with("done in ");
        // A number with a sign is one word with it; a version is none.
        let is_negative = before.ends_with(" -");
        told += if is_negative && is_measured { &before[..before.len() - 1] } else { before };
        told += if is_measured && (!is_word || is_negative) { "#" } else { number };
        rest = after;
    }
    told += rest;
    if told == line { told } else { columns_parted(&told) }
}

fn columns_parted(line: &str) -> String {
    let text = line.trim_start();
    let words: Vec<&str> =
        text.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
    format!("{}{}", &line[..line.len() - text.len()], words.join("  "))
}

/// The same of lines that were broken to fit a width: a line far to the right continues the one
/// above.
pub(crate) fn rejoined(text: &str) -> String {
    const FAR: &str = "     ";
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with(FAR) && !line.trim().contains("  ") => {
                *last += " ";
                *last += line.trim_start();
            }
            _ => lines.push(line.to_owned()),
        }
    }
    redacted(&lines.join("\n"))
}

/// A JSON document with a `#` for each number that is not a whole one, also in its texts.
pub(crate) fn redacted_json(json: &str) -> String {
    let mut value: Value = serde_json::from_str(json).unwrap();
    redact_value(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

fn redact_value(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => *value = Value::String("#".to_owned()),
        Value::String(text) => redacted(text).trim_end().clone_into(text),
        Value::Array(values) => {
            values.iter_mut().for_each(redact_value);
        }
        Value::Object(values) => values.values_mut().for_each(redact_value),
        _ => {}
    }
}

#[test]
fn measured_numbers_are_left_out_and_counts_stay() {
    for (text, expected) in [
        ("epoch   1  train 0.1234  1234 images/s", "epoch  1  train #  # images/s"),
        ("mean -0.52, std 1.5e-3; 2,000 images", "mean #, std #; 2,000 images"),
        ("  mse     0.01   97 % of z1", "  mse  #  # % of z1"),
        ("done in 3s, loss 2.", "done in #s, loss 2."),
        ("a  b 1x28x28", "a  b 1x28x28"),
    ] {
        assert_eq!(redacted(text).trim_end(), expected);
    }
}
