//! Lines end where they can be read beside other windows: at 100 columns in Rust, at 120 in
//! Markdown.

use super::Problem;
use crate::source::SourceFile;

const MOST_IN_RUST: usize = 100;
const MOST_IN_MARKDOWN: usize = 120;

pub(super) fn check(file: &SourceFile) -> Vec<Problem> {
    match file.extension() {
        "rs" => rust(file),
        "md" => markdown(file),
        _ => Vec::new(),
    }
}

fn rust(file: &SourceFile) -> Vec<Problem> {
    let too_long = |(number, line)| problem(file, number, width(line), MOST_IN_RUST, line);
    file.lines().filter_map(too_long).collect()
}

/// Tables, blocks of code and comments cannot be broken; the target of a link is not read.
fn markdown(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        let text = line.trim_start();
        let is_fence = text.starts_with("```");
        in_code ^= is_fence;
        if !in_code && !is_fence && !text.starts_with('|') && !text.starts_with("<!--") {
            let width = width(line) - width_of_targets(line);
            problems.extend(problem(file, number, width, MOST_IN_MARKDOWN, line));
        }
    }
    problems
}

fn problem(
    file: &SourceFile,
    number: usize,
    width: usize,
    most: usize,
    line: &str,
) -> Option<Problem> {
    let is_too_long = width > most && can_be_broken(line, most);
    is_too_long.then(|| {
        let what = format!("{width} columns where {most} are the most: break the line");
        Problem::new(file, number, what)
    })
}

/// Whether no word alone, at the line's indent, reaches beyond the limit.
fn can_be_broken(line: &str, most: usize) -> bool {
    let indent = line.len() - line.trim_start().len();
    line.split_whitespace().all(|word| indent + width(word) <= most)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The columns of the `(..)` in every `[text](..)`.
fn width_of_targets(line: &str) -> usize {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| width(target) + width("()")).sum()
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

    /// Words to the given column.
    fn words(most: usize) -> String {
        "ab ".repeat(most).chars().take(most - 1).chain(['.']).collect()
    }

    #[test]
    fn the_limit_depends_on_the_language_and_is_allowed_itself() {
        for (path, most) in [("a.rs", MOST_IN_RUST), ("a.md", MOST_IN_MARKDOWN)] {
            check_text(path, &words(most), &[]);
            check_text(path, &format!("x\n{}", words(most + 1)), &[2]);
        }
        check_text("a.toml", &words(1000), &[]);
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        check_text("a.rs", &words(MOST_IN_RUST).replace('a', "é"), &[]);
    }

    #[test]
    fn a_word_that_fits_no_line_may_stand_in_one() {
        let address = format!("https://{}", "a".repeat(MOST_IN_MARKDOWN));
        check_text("a.rs", &format!("    // {address}"), &[]);
        check_text("a.md", &format!("See <{address}>."), &[]);
        check_text("a.rs", &format!("    // {}", words(MOST_IN_RUST)), &[1]);
    }

    #[test]
    fn what_markdown_cannot_break_is_left_alone() {
        let long = words(MOST_IN_MARKDOWN + 1);
        check_text("a.md", &format!("| {long} |"), &[]);
        check_text("a.md", &format!("<!-- {long} -->"), &[]);
        check_text("a.md", &format!("```text\n{long}\n```\n{long}"), &[4]);
        check_text("a.md", &format!("- {long}"), &[1]);
    }

    #[test]
    fn the_target_of_a_link_does_not_count() {
        let link = "[page](docs/models/vae.md)";
        let text = words(MOST_IN_MARKDOWN - "[page]".len());
        check_text("a.md", &format!("{text}{link}"), &[]);
        check_text("a.md", &format!("{text} {link}"), &[1]);
    }
}
