//! What every page must hold to, whatever is put into it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use concertina::ImageShape;

use super::*;
use crate::plot::{ImageGrid, Row};

fn figure() -> Figure {
    let pixels: Vec<f32> = (0u8..16).map(|i| f32::from(i) / 15.0).collect();
    let draw = |theme| {
        let row = Row::new("input", ImageShape::new(1, 4, 4), &pixels)?;
        ImageGrid { rows: vec![row], ..ImageGrid::default() }.to_png(theme)
    };
    Figure::themed(draw, "a ramp", "Sixteen greys.").unwrap()
}

fn report(text: &str) -> Report {
    let text = || text.to_owned();
    let table =
        Table { head: vec![text(), text()], rows: vec![vec![text(), "1.5".into()], vec![]] };
    let sounds = vec![Sound { label: text(), wav: vec![255; 300] }];
    let figure = Figure { alt: text(), caption: text(), sounds, ..figure() };
    Report {
        title: text(),
        summary: text(),
        facts: vec![(text(), text())],
        warnings: vec![text()],
        remarks: vec![text()],
        sections: vec![
            Section {
                heading: text(),
                text: text(),
                figures: vec![figure],
                table: Some(table)
            };
            3
        ],
        data_card: vec![(text(), text())],
        data_notes: vec![text()],
        config_toml: text(),
    }
}

#[test]
fn no_text_becomes_markup() {
    let hostile = "</title></style></pre>\"'><script>alert(1)</script><img src=x onerror=a>.png";
    let (hostile, tame) = (report(hostile).to_html(), report("").to_html());
    assert!(!hostile.contains("<script") && !hostile.contains("<img src=x"));
    assert!(hostile.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // Empty parts are left out of the tame page; what is in both has as many tags.
    for tag in ["<style", "</style", "</title", "<h2", "<img", "<table", "<audio"] {
        let left_out = usize::from(tag == "<h2");
        assert_eq!(hostile.matches(tag).count() - left_out, tame.matches(tag).count(), "{tag}");
    }
}

#[test]
fn the_page_refers_to_nothing_outside_of_it() {
    let page = report("words").to_html();
    for word in ["http:", "https:", "//", "@import", "url(", "<script", "<iframe"] {
        assert!(!page.contains(word) || word == "//" && only_inside_of_data(&page), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// Base64 may hold two slashes by chance.
fn only_inside_of_data(page: &str) -> bool {
    page.split('"')
        .filter(|part| part.contains("//"))
        .all(|part| part.starts_with("data:image/png") || part.starts_with("data:audio/wav"))
}

#[test]
fn a_figure_is_shown_at_its_intended_size_for_both_themes() {
    let page = report("words").to_html();
    assert_eq!(
        page.matches("<source media=\"screen and (prefers-color-scheme: dark)\"").count(),
        3
    );
    let size = crate::plot::size_of(&figure().png).unwrap();
    assert!(page.contains(&format!("width=\"{}\"", size.width / 2)));
}

#[test]
fn a_sound_is_below_its_figure_and_is_loaded_when_it_is_played() {
    let page = report("words").to_html();
    let player = "<audio controls preload=\"none\" aria-label=\"words\" \
                  src=\"data:audio/wav;base64,////";
    assert_eq!(page.matches(player).count(), 3);
    assert!(page.contains("media-src data:") && page.find("</figcaption>") < page.find(player));
    assert!(!Report::default().to_html().contains("<audio"));
}

#[test]
fn small_images_from_elsewhere_are_magnified_by_whole_pixels() {
    let mut png = Vec::new();
    image::RgbImage::new(28, 14)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    let page = |png| {
        let figures = vec![Figure { png, ..Figure::default() }];
        let sections = vec![Section { figures, ..Section::default() }];
        Report { sections, ..Report::default() }.to_html()
    };
    assert!(
        page(png)
            .contains("width=\"308\" height=\"154\" style=\"min-width:308px\" class=\"magnified\"")
    );
    assert!(page(b"no picture".to_vec()).contains("<img src="));
}

#[test]
fn columns_of_numbers_are_aligned_to_the_right() {
    let table = Table {
        head: vec!["model".into(), "loss".into()],
        rows: vec![vec!["2-D code".into(), "−0.5".into()], vec!["code".into(), "12 ms".into()]],
    };
    let section = Section { table: Some(table), ..Section::default() };
    let page = Report { sections: vec![section], ..Report::default() }.to_html();
    assert!(page.contains("<th>model</th><th class=\"number\">loss</th>"));
    assert!(page.contains("<td>2-D code</td><td class=\"number\">−0.5</td>"));
}

#[test]
fn an_empty_report_is_a_page() {
    let page = Report::default().to_html();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(!page.contains("<section") && !page.contains("<dl") && !page.contains("<details"));
}

#[test]
fn the_same_report_gives_the_same_page() {
    assert_eq!(report("a").to_html(), report("a").to_html());
}
