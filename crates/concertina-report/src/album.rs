//! Pictures in groups, each with a few words, as one page.
//!
//! ```
//! use concertina_report::album::{Album, Entry, Group};
//!
//! let entry = Entry { name: "a.jpg".into(), verdict: "keep".into(), ..Entry::default() };
//! let group = Group { heading: "Group 1".into(), entries: vec![entry] };
//! let album = Album { title: "photos".into(), groups: vec![group], ..Album::default() };
//! assert!(album.to_html().contains("a.jpg"));
//! ```

use maud::{Markup, html};

use crate::report::html::{Text, data_uri, document, tiles};

/// Groups of pictures.
#[derive(Clone, Debug, Default)]
pub struct Album {
    /// Above all.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// Names and values, shown as tiles.
    pub facts: Vec<(String, String)>,
    /// One below the other.
    pub groups: Vec<Group>,
}

/// Pictures side by side.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Above them.
    pub heading: String,
    /// From the left.
    pub entries: Vec<Entry>,
}

/// A picture and what is said of it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The picture, as the bytes of a JPEG file. Where it is empty a gap is shown.
    pub jpeg: Vec<u8>,
    /// The name of the file.
    pub name: String,
    /// What it is in its group.
    pub verdict: String,
    /// Size and the like.
    pub note: String,
    /// Whether it stands out.
    pub chosen: bool,
}

impl Album {
    /// The page, as the text of an HTML file in UTF-8. It holds its pictures.
    pub fn to_html(&self) -> String {
        let body = html! {
            header {
                h1 { (Text(&self.title)) }
                p.summary { (Text(&self.summary)) }
                (tiles(&self.facts))
            }
            @for group in &self.groups {
                section {
                    h2 { (Text(&group.heading)) }
                    ul.album { @for one in &group.entries { (entry(one)) } }
                }
            }
        };
        document(&self.title, include_str!("album.css"), &body)
    }
}

fn entry(entry: &Entry) -> Markup {
    html! {
        li class=[entry.chosen.then_some("chosen")] {
            div.frame {
                @if !entry.jpeg.is_empty() {
                    img src=(data_uri("image/jpeg", &entry.jpeg)) alt=(Text(&entry.name));
                }
            }
            strong { (Text(&entry.verdict)) }
            span.name { (Text(&entry.name)) }
            span.note { (Text(&entry.note)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_its_pictures_and_nothing_from_outside() {
        let entry = Entry {
            jpeg: vec![0xff, 0xd8, 0xff],
            name: "<script>alert(1)</script>.jpg".into(),
            verdict: "keep".into(),
            note: "3 x 4".into(),
            chosen: true,
        };
        let gap = Entry { name: "gone.png".into(), ..Entry::default() };
        let group = Group { heading: "a & b".into(), entries: vec![entry, gap] };
        let facts = vec![("pictures".into(), "2".into())];
        let album = Album { title: "t".into(), summary: "s".into(), facts, groups: vec![group] };
        let page = album.to_html();
        assert!(page.contains("data:image/jpeg;base64,/9j/") && page.contains("a &amp; b"));
        assert!(page.contains("<li class=\"chosen\">") && page.matches("<img").count() == 1);
        assert!(page.contains("default-src 'none'") && !page.contains("<script"));
        for word in ["http://", "https://", "url("] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
