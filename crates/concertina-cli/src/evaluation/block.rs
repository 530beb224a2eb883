//! Lines of text with names, figures and explanations in columns.

use concertina::evaluate::Conventions;

use crate::words::wrapped;

/// Characters in a line.
const WIDTH: usize = 100;
/// Where figures begin, and what is said beside them.
const NAME: usize = 18;
const FIGURE: usize = 34;
/// Figures in a table.
const CELL: usize = 12;
const INDENT: &str = "  ";

/// Lines that grow.
#[derive(Default)]
pub(super) struct Block {
    lines: Vec<String>,
}

impl Block {
    /// A line as it is.
    pub(super) fn plain(&mut self, line: String) {
        self.lines.push(line);
    }

    /// Opens a part.
    pub(super) fn title(&mut self, title: &str) {
        self.lines.push(String::new());
        self.lines.push(title.to_owned());
    }

    /// A figure, and how it came about.
    pub(super) fn figure(&mut self, name: &str, value: &str, convention: Option<&String>) {
        let convention = convention.map_or("", String::as_str);
        // At least a blank between columns, however long a name or a figure is.
        let [name_width, width] = [NAME - 1, INDENT.len() + NAME + FIGURE - 1];
        let figure = format!("{INDENT}{name:<name_width$} {value}");
        self.hanging(&format!("{figure:<width$} "), convention, width + 1);
    }

    /// Rows of a name and figures below their headings.
    pub(super) fn table(&mut self, headings: &[&str], rows: Vec<(String, Vec<String>)>) {
        let longest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let line = |name: &str, cells: &[String]| {
            let mut line = format!("{INDENT}{name:<longest$}");
            for cell in cells {
                line += &format!("{cell:>CELL$}");
            }
            line.trim_end().to_owned()
        };
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        self.lines.push(line("", &headings));
        for (name, cells) in rows {
            self.lines.push(line(&name, &cells));
        }
    }

    /// What the figures come to.
    pub(super) fn verdict(&mut self, text: &str) {
        self.hanging(&format!("{INDENT}=> "), text, INDENT.len() + 3);
    }

    /// A sentence of its own.
    pub(super) fn sentence(&mut self, text: &str) {
        self.hanging(INDENT, text, INDENT.len());
    }

    /// What was not measured, and why.
    pub(super) fn left_out(&mut self, why: &str) {
        self.sentence(&format!("left out: {why}"));
    }

    /// How the figures of a table came about.
    pub(super) fn conventions(&mut self, conventions: &Conventions) {
        for (name, text) in conventions {
            let name = name.trim_end_matches("_db").replace('_', " ");
            self.hanging(&format!("{INDENT}  {name}: "), text, INDENT.len() + 4);
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    /// `text` behind `head`, its further lines so far to the right.
    fn hanging(&mut self, head: &str, text: &str, indent: usize) {
        let first = WIDTH.saturating_sub(head.chars().count());
        let mut lines = wrapped(text, first, WIDTH - indent).into_iter();
        let line = format!("{head}{}", lines.next().unwrap_or_default());
        self.lines.push(line.trim_end().to_owned());
        self.lines.extend(lines.map(|line| format!("{:indent$}{line}", "")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_hangs_below_its_beginning() {
        let mut block = Block::default();
        block.figure("mse", "0.5", Some(&"word ".repeat(30)));
        block.figure(
            "a value that is longer than its column is wide",
            "0.5",
            Some(&"word ".repeat(30)),
        );
        block.figure("loss", "0.5", None);
        let lines = block.into_lines();
        assert!(lines[0].starts_with(&format!("  {:<18}{:<34}word word", "mse", "0.5")));
        assert!(lines[1].starts_with(&format!("{:54}word", "")));
        assert!(lines.iter().any(|line| line.contains("its column is wide 0.5  ")));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH && line.trim_end() == line));
        assert_eq!(lines.last().map(String::as_str), Some("  loss              0.5"));
    }

    #[test]
    fn tables_stand_in_columns() {
        let mut block = Block::default();
        let rows = vec![
            ("this".to_owned(), vec!["1".to_owned()]),
            ("that one".to_owned(), vec!["22".to_owned()]),
        ];
        block.table(&["mse"], rows);
        assert_eq!(
            block.into_lines(),
            ["                   mse", "  this                  1", "  that one             22"]
                .map(|line| {
                    let cell = line.split_whitespace().last().unwrap_or_default();
                    let name = line.trim_end_matches(cell).trim();
                    format!("  {name:<8}{cell:>12}")
                })
        );
    }
}
