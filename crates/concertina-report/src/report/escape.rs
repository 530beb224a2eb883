//! Text made safe to stand in HTML, between tags and inside of quoted attributes.

/// `text` with the five signs that mean something in HTML spelled out, and without controls. The signs that turn the
/// direction of writing are left out too: in the name of a file they can make one name look like another.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_text_can_leave_its_place() {
        assert_eq!(
            escape("<img src=x onerror='a()'>&\"\u{0}\u{202e}é\n"),
            "&lt;img src=x onerror=&#39;a()&#39;&gt;&amp;&quot;é\n"
        );
    }
}
