//! Rust text reduced to its code, so that a word in a comment or a string is not taken for a statement.

/// The text with comments and the contents of literals replaced by blanks; line breaks stay where they are.
pub(super) fn only_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let opaque = opaque_length(rest, out.chars().next_back());
        let length = if opaque > 0 { opaque } else { first.len_utf8() };
        let (piece, after) = rest.split_at(length);
        if opaque > 0 {
            out.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(piece);
        }
        rest = after;
    }
    out
}

/// Bytes of the comment or literal that `rest` begins with; 0 if it begins with code.
fn opaque_length(rest: &str, previous: Option<char>) -> usize {
    let in_word = previous.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment_length(rest)
    } else if let Some(inside) = rest.strip_prefix('"') {
        1 + quoted_length(inside, '"')
    } else if rest.starts_with('r') && !in_word {
        raw_string_length(rest)
    } else if rest.starts_with('\'') {
        char_length(rest)
    } else {
        0
    }
}

/// Up to and including the matching `*/`; block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Up to and including the closing `quote`, over escaped characters.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `r"..."` and `r#"..."#` with any number of hashes; 0 if it is only a name that begins with r.
fn raw_string_length(rest: &str) -> usize {
    let hashes = rest[1..].bytes().take_while(|&byte| byte == b'#').count();
    let open = 1 + hashes;
    if !rest[open..].starts_with('"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    rest[open + 1..].find(&close).map_or(rest.len(), |at| open + 1 + at + close.len())
}

/// `'x'` or `'\n'`; 0 for a lifetime.
fn char_length(rest: &str) -> usize {
    let mut chars = rest[1..].char_indices();
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => 1 + quoted_length(&rest[1..], '\''),
        (Some(_), Some((at, '\''))) => at + 2,
        _ => 0,
    }
}

/// Numbered lines of code without the items under `#[cfg(test)]`.
///
/// Relies on rustfmt, which closes an item at the indent it was opened at.
pub(super) fn without_tests(code: &str) -> Vec<(usize, &str)> {
    let mut shipped = Vec::new();
    let mut closing: Option<String> = None;
    let mut pending = false;
    for (number, line) in (1..).zip(code.lines()) {
        if let Some(end) = &closing {
            if line.trim_end() == end {
                closing = None;
            }
            continue;
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        if line.trim_start().starts_with("#[cfg(test)]") {
            pending = true;
        } else if pending && !line.trim_start().starts_with("#[") {
            pending = false;
            if line.trim_end().ends_with('{') {
                closing = Some(format!("{indent}}}"));
            }
        } else if !pending {
            shipped.push((number, line));
        }
    }
    shipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(only_code(text), expected);
    }

    #[test]
    fn comments_become_blanks() {
        check("a // b\nc", "a     \nc");
        check("a /* b /* c */ \n */ d", "a              \n    d");
    }

    #[test]
    fn strings_become_blanks() {
        check(r#"f("x \" y") + 1"#, "f(        ) + 1");
        check(r##"f(r#"a "b" // "#) g"##, "f(              ) g");
        check("for r in rows", "for r in rows");
    }

    #[test]
    fn characters_become_blanks_and_lifetimes_stay() {
        check(r#"'"' '\'' 'é' f"#, "             f");
        check("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)");
    }

    #[test]
    fn test_items_are_left_out() {
        let code = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\nmod tests {\n    c\n}\nd";
        assert_eq!(without_tests(code), [(1, "a"), (4, "b"), (9, "d")]);
    }
}
