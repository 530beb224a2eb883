//! The lines of a Rust file that are compiled outside of tests.

/// Numbered lines of `text` without the items under `#[cfg(test)]`.
///
/// Relies on rustfmt, which closes an item at the indent at which it opened it.
pub(super) fn shipped_lines(text: &str) -> Vec<(usize, &str)> {
    let mut shipped = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim_start().starts_with("#[cfg(test)]") {
            skip_item(lines.by_ref().map(|(_, line)| line), indent(line));
        } else {
            shipped.push((number, line));
        }
    }
    shipped
}

/// Takes the lines up to the one at this indent that ends an item.
fn skip_item<'a>(mut lines: impl Iterator<Item = &'a str>, item_indent: usize) {
    lines.find(|line| indent(line) == item_indent && line.ends_with([';', '}', ',']));
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let found: Vec<usize> = shipped_lines(text).iter().map(|(number, _)| *number).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_test_module_is_left_out() {
        check("a\n#[cfg(test)]\nmod tests;\nb", &[1, 4]);
        check("a\n#[cfg(test)]\nmod tests {\n    use b;\n\n    c();\n}\nd", &[1, 8]);
    }

    #[test]
    fn a_test_item_is_left_out_with_its_attributes_and_all_of_its_head() {
        check("#[cfg(test)]\n#[derive(A)]\nstruct A;\nb", &[4]);
        check("#[cfg(test)]\nfn f(\n    a: u8,\n) -> u8 {\n    a\n}\nb", &[7]);
        check("#[cfg(test)]\nuse a::{\n    b,\n};\nc", &[5]);
    }

    #[test]
    fn an_item_inside_an_item_ends_at_its_own_indent() {
        check("a {\n    #[cfg(test)]\n    b: u8,\n    c: u8,\n}", &[1, 4, 5]);
    }
}
