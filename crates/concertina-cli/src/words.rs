//! Words and lines as people read them.

/// The name of a metric as words.
pub(crate) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// Lines of at most `first` and then `width` characters, if no word is longer.
pub(crate) fn wrapped(text: &str, first: usize, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut room = first;
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the beginning");
        let blank = usize::from(!line.is_empty());
        if line.chars().count() + blank + word.chars().count() <= room {
            line.push_str(&" ".repeat(blank));
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
            room = width;
        }
    }
    lines
}

/// Rows of cells in columns as wide as their widest cell: the first to the left, the others to the
/// right.
pub(crate) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let length = |cell: &String| cell.chars().count();
    let n = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(length).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells =
            row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("  {cell:>width$}"),
            });
        cells.collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// The same text without what could break the line or control the terminal: file names may hold
/// anything.
pub(crate) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words() {
        assert_eq!(wrapped("one two three four", 7, 10), ["one two", "three four"]);
        assert_eq!(wrapped("one two", 2, 7), ["", "one two"]);
        assert_eq!(wrapped("an extraordinary", 7, 7), ["an", "extraordinary"]);
        assert_eq!(wrapped("", 7, 7), [""]);
    }

    #[test]
    fn names_cannot_break_a_line_or_control_the_terminal() {
        assert_eq!(on_one_line("a\nb\x1b[2J 日.png"), "a\\nb\\u{1b}[2J 日.png");
    }
}
