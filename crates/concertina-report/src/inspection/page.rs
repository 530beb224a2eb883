//! The page of an inspection.

use maud::{Markup, html};

use super::{Inspection, Shown};
use crate::report::html::{Text, data_uri, document, table, tiles};

impl Inspection {
    /// The page, as the text of an HTML file in UTF-8. It needs no network, no script and no other
    /// file.
    pub fn to_html(&self) -> String {
        let body = html! {
            header {
                h1 { (Text(&self.title)) }
                @if !self.summary.is_empty() { p.summary { (Text(&self.summary)) } }
                @if !self.facts.is_empty() { (tiles(&self.facts)) }
            }
            @if !self.warnings.is_empty() {
                aside.warnings {
                    h2 { "Warnings" }
                    ul { @for warning in &self.warnings { li { (Text(warning)) } } }
                }
            }
            @for (heading, rows, note) in &self.tables {
                section {
                    h2 { (Text(heading)) }
                    (table(rows))
                    @if !note.is_empty() { p.note { (Text(note)) } }
                }
            }
            @if !self.pictures.is_empty() {
                section {
                    h2 { "Largest scores" }
                    p {
                        "Each picture, its heat map, and its mask: white where the map is above \
                         its threshold. "
                        (Text(&self.note))
                    }
                    (shown(&self.pictures))
                }
            }
            @if !self.missed.is_empty() {
                section {
                    h2 { "Missed" }
                    p { "Pictures with defects that were not rejected, the smallest score first." }
                    (shown(&self.missed))
                }
            }
        };
        document(&self.title, include_str!("inspection.css"), &body)
    }
}

fn shown(pictures: &[Shown]) -> Markup {
    html! {
        ol.pictures {
            @for Shown { name, kind, score, rejected, thumbnails } in pictures {
                li {
                    div.views {
                        @for (view, png) in [
                            ("picture", &thumbnails.picture),
                            ("heat map", &thumbnails.heat),
                            ("mask", &thumbnails.mask),
                        ] {
                            img src=(data_uri("image/png", png)) alt=(view) loading="lazy";
                        }
                    }
                    p.verdict {
                        @if *rejected { strong.rejected { "rejected" } }
                        @else { strong.kept { "good" } }
                        " " span.score { (Text(score)) }
                        @if let Some(kind) = kind { " " span.kind { (Text(kind)) } }
                    }
                    p.name { (Text(name)) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::{MOST_MISSED, MOST_PICTURES, THUMBNAIL_SIDE};
    use super::*;
    use crate::plot::HeatMap;
    use crate::report::Table;
    use concertina::ImageShape;

    #[test]
    fn the_page_has_everything_in_it_and_nothing_from_outside() {
        let bad = "<script>alert(1)</script>".to_owned();
        let shown = |rejected| Shown {
            name: bad.clone(),
            kind: Some(bad.clone()),
            score: "3.1".to_owned(),
            rejected,
            thumbnails: crate::plot::Thumbnails::default(),
        };
        let rows = Table { head: vec![bad.clone()], rows: vec![vec![bad.clone()]] };
        let page = Inspection {
            title: bad.clone(),
            summary: bad.clone(),
            facts: vec![(bad.clone(), bad.clone())],
            warnings: vec![bad.clone()],
            tables: vec![(bad.clone(), rows, bad.clone())],
            pictures: vec![shown(true)],
            note: bad.clone(),
            missed: vec![shown(false)],
        };
        let page = page.to_html();
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("default-src 'none'") && page.contains(">Missed<"));
        assert_eq!(page.matches("class=\"rejected\"").count(), 1);
        for word in ["http://", "https://", "url(", "src=\"/"] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn a_full_page_of_noise_stays_below_its_bound() {
        // What compresses least, in more pixels than are shown.
        let shape = ImageShape::new(3, 150, 150);
        let noise: Vec<f32> = (0..shape.len() as u64)
            .map(|n| (n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31) % 256) as f32 / 255.0)
            .collect();
        let heat = HeatMap { shape, picture: &noise, map: &noise[..shape.area()], threshold: 0.5 };
        let thumbnails = heat.draw().unwrap().thumbnails(THUMBNAIL_SIDE).unwrap();
        let shown = Shown { thumbnails, ..Shown::default() };
        let page = Inspection {
            pictures: vec![shown.clone(); MOST_PICTURES],
            missed: vec![shown; MOST_MISSED],
            ..Inspection::default()
        };
        let size = page.to_html().len();
        assert!((5_000_000..16_000_000).contains(&size), "{size}");
    }
}
