//! The pieces of a page, as HTML.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::content::{Figure, Sound, Table};
use crate::plot::size_of;

/// Images from elsewhere that are narrower than this many points are magnified, pixel by pixel.
const SMALL_IMAGE: u32 = 320;
/// On a narrow screen a figure does not shrink below this width in points, nor below two thirds of
/// its own, because its text would become unreadable. It scrolls.
const LEAST_WIDTH: u32 = 480;
/// Forbids the browser everything that is not in the page itself.
const POLICY: &str =
    "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'";

/// What a page with a script of its own allows besides.
const SCRIPT_POLICY: &str = "; script-src 'unsafe-inline'";

/// What a page says by itself, whatever is on it, and in which language.
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    /// The code of the language (BCP 47).
    pub language: &'a str,
    /// In place of a player, for a sound without a note.
    pub silence: &'a str,
    /// Below everything.
    pub footer: &'a str,
}

impl Wording<'static> {
    /// In English.
    pub const ENGLISH: Self = Self {
        language: "en",
        silence: "nothing to hear",
        footer: concat!(
            "Written by Concertina ",
            env!("CARGO_PKG_VERSION"),
            ". This page is complete in itself: you can keep it, copy it and read it offline."
        ),
    };
}

/// A page with `body`, in the style of all pages and in the further `style`.
pub fn document(title: &str, style: &str, body: &Markup) -> String {
    page(&Wording::ENGLISH, title, style, None, body)
}

/// The same in any language.
pub fn document_in(wording: &Wording<'_>, title: &str, style: &str, body: &Markup) -> String {
    page(wording, title, style, None, body)
}

/// An English page with a `script` that runs when the whole body is there.
pub fn document_with_script(title: &str, style: &str, script: &str, body: &Markup) -> String {
    page(&Wording::ENGLISH, title, style, Some(script), body)
}

fn page(
    wording: &Wording<'_>,
    title: &str,
    style: &str,
    script: Option<&str>,
    body: &Markup,
) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let policy = format!("{POLICY}{}", script.map_or("", |_| SCRIPT_POLICY));
    let page = html! {
        (DOCTYPE)
        html lang=(wording.language) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(format!("Concertina {version}"));
                link rel="icon" href="data:,";
                title { (Text(title)) }
                style { (PreEscaped(include_str!("style.css"))) (PreEscaped(style)) }
            }
            body {
                div.bellows {}
                main { (body) }
                footer { (wording.footer) }
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string() + "\n"
}

/// Text from anywhere, made safe to stand in HTML.
///
/// Controls are left out, and so are the characters that turn the direction of writing: in a file's
/// name they can make it look like another.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        let hidden = |c: char| {
            matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                || c.is_control() && c != '\n' && c != '\t'
        };
        self.0.split(hidden).for_each(|visible| visible.render_to(buffer));
    }
}

/// Names and values as tiles, in rows that are as even as can be.
pub fn tiles(facts: &[(String, String)]) -> Markup {
    let columns = match facts.len() {
        n @ 0..=6 => n,
        n @ 7..=10 => n.div_ceil(2),
        _ => 6,
    };
    html! {
        div style=(format!("--columns:{columns}")) { (pairs("tiles", facts)) }
    }
}

/// Names and values; nothing if there are none.
pub(crate) fn pairs(class: &str, pairs: &[(String, String)]) -> Markup {
    html! {
        @if !pairs.is_empty() {
            dl class=(class) {
                @for (name, value) in pairs {
                    div { dt { (Text(name)) } dd { (Text(value)) } }
                }
            }
        }
    }
}

/// A figure with its caption.
pub fn figure(figure: &Figure) -> Markup {
    figure_in(&Wording::ENGLISH, figure)
}

/// The same on a page in any language.
pub fn figure_in(wording: &Wording<'_>, figure: &Figure) -> Markup {
    let least = |width: u32| width.min(LEAST_WIDTH.max(width / 3 * 2));
    let size = size_of(&figure.png).map(|size| {
        let (width, height) = (size.width / size.density, size.height / size.density);
        let factor = if size.density == 1 { (SMALL_IMAGE / width.max(1)).max(1) } else { 1 };
        (width * factor, height.saturating_mul(factor), factor > 1)
    });
    html! {
        figure {
            div.scroll {
                picture {
                    @if let Some(dark) = &figure.dark_png {
                        source media="screen and (prefers-color-scheme: dark)"
                            srcset=(data_uri("image/png", dark));
                    }
                    @if let Some((width, height, magnified)) = size {
                        img src=(data_uri("image/png", &figure.png)) alt=(Text(&figure.alt))
                            width=(width) height=(height)
                            style=(format!("min-width:{}px", least(width)))
                            class=[magnified.then_some("magnified")];
                    } @else {
                        img src=(data_uri("image/png", &figure.png)) alt=(Text(&figure.alt));
                    }
                }
            }
            @if !figure.caption.is_empty() {
                figcaption { (Text(&figure.caption)) }
            }
            @if !figure.sounds.is_empty() { (sounds(wording, &figure.sounds)) }
        }
    }
}

/// Players side by side, each below its label.
fn sounds(wording: &Wording<'_>, sounds: &[Sound]) -> Markup {
    html! {
        ul.sounds {
            @for sound in sounds {
                li {
                    span { (Text(&sound.label)) }
                    @if sound.wav.is_empty() {
                        em { (wording.silence) }
                    } @else {
                        // An `aria-label`, because no element ties a label to a player.
                        audio controls preload="none" aria-label=(Text(&sound.label))
                            src=(data_uri("audio/wav", &sound.wav)) {}
                    }
                }
            }
        }
    }
}

pub(crate) fn data_uri(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

/// A table that scrolls where the screen is narrow.
pub fn table(table: &Table) -> Markup {
    let columns = table.head.len().max(table.rows.iter().map(Vec::len).max().unwrap_or(0));
    let class: Vec<Option<&str>> = (0..columns)
        .map(|column| {
            let mut cells = table.rows.iter().filter_map(|row| row.get(column));
            cells.all(|cell| is_number(cell)).then_some("number")
        })
        .collect();
    let cell = |cells: &[String], column: usize| {
        html! {
            (Text(cells.get(column).map_or("", String::as_str)))
        }
    };
    html! {
        div.scroll {
            table {
                @if !table.head.is_empty() {
                    thead {
                        tr {
                            @for (column, class) in class.iter().enumerate() {
                                th class=[class] { (cell(&table.head, column)) }
                            }
                        }
                    }
                }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (column, class) in class.iter().enumerate() {
                                td class=[class] { (cell(row, column)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// True for what reads as a number, perhaps with a unit behind it, and for a gap.
fn is_number(cell: &str) -> bool {
    let first = cell.trim_start_matches(['-', '−', '+', '.']).chars().next();
    first.is_none_or(|c| c.is_ascii_digit()) || ["NaN", "–", "—"].contains(&cell)
}
