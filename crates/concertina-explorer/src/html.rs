//! The page as HTML: all of it in one file, or with its blocks elsewhere.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::assets::{MODULES, PAGE, STYLE, WORDS};
use crate::blocks::Block;
use crate::exhibit::Exhibit;

impl Exhibit {
    /// One file that needs nothing else: no server, no network.
    pub fn to_html(&self) -> String {
        let blocks = self.blocks.iter().map(|(name, block)| {
            format!(r#"<script type="text/plain" id="block-{name}">{}</script>"#, block.to_text())
        });
        self.filled("", &blocks.collect::<Vec<_>>().join("\n"))
    }

    /// The files for a server, each with its path and its media type: the page, whose path is
    /// empty, and its numbers and thumbnails, packed, under `data/`.
    pub fn files(&self) -> impl Iterator<Item = (String, &'static str, Vec<u8>)> {
        let page = self.filled("'self'", "").into_bytes();
        let blocks = self.blocks.iter().map(|(name, Block { bytes, .. })| {
            (format!("data/{name}"), "application/octet-stream", bytes.clone())
        });
        std::iter::once((String::new(), "text/html; charset=utf-8", page)).chain(blocks)
    }

    /// `own` is what stands for a server of the page in its policy.
    fn filled(&self, own: &str, blocks: &str) -> String {
        let imports: BTreeMap<&str, String> = MODULES
            .iter()
            .map(|module| {
                // Modules of data cannot find each other by paths, only by names.
                let source = STANDARD.encode(module.for_machines());
                (module.name, format!("data:text/javascript;base64,{source}"))
            })
            .collect();
        let title = escaped(&self.page.title);
        let json = |value: serde_json::Result<String>| {
            within_script(&value.expect("names and numbers become JSON"))
        };
        let data = json(serde_json::to_string(&self.page));
        let imports = json(serde_json::to_string(&serde_json::json!({ "imports": imports })));
        let mut page = String::with_capacity(PAGE.len() + blocks.len() + data.len());
        let mut rest = PAGE;
        // Once from front to back: what is filled in may look like a place itself.
        while let Some((before, place, after)) = next_place(rest) {
            page.push_str(before);
            page.push_str(match place {
                "%self%" => own,
                "<!-- title -->" => &title,
                "<!-- style -->" => STYLE,
                "<!-- importmap -->" => &imports,
                "<!-- words -->" => WORDS,
                "<!-- data -->" => &data,
                _ => blocks,
            });
            rest = after;
        }
        page.push_str(rest);
        page
    }
}

/// The places of the template.
const PLACES: [&str; 7] = [
    "%self%",
    "<!-- title -->",
    "<!-- style -->",
    "<!-- importmap -->",
    "<!-- words -->",
    "<!-- data -->",
    "<!-- blocks -->",
];

/// What stands before the next place, the place, and what stands behind it.
fn next_place(text: &str) -> Option<(&str, &'static str, &str)> {
    let found = PLACES.iter().filter_map(|place| text.find(place).map(|at| (at, *place)));
    let (at, place) = found.min()?;
    Some((&text[..at], place, &text[at + place.len()..]))
}

/// As text of HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// JSON that does not end the script element that it stands in.
fn within_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_become_markup() {
        assert_eq!(escaped("a</title><b>&\""), "a&lt;/title&gt;&lt;b&gt;&amp;&quot;");
        assert_eq!(within_script(r#"["</script>"]"#), r#"["\u003c/script>"]"#);
        assert!(!WORDS.contains("</"));
        let places = PLACES.map(|place| PAGE.matches(place).count());
        assert_eq!(places, [2, 2, 1, 1, 1, 1, 1]);
        assert_eq!(next_place("a<!-- data -->b%self%"), Some(("a", "<!-- data -->", "b%self%")));
    }
}
