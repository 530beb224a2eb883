//! The page of a report, part by part.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::escape::escape;
use super::{Figure, Report, Section, Table};
use crate::plot::size_of;

/// Pictures from elsewhere that are narrower than this many points are enlarged, pixel by pixel.
const SMALL_PICTURE: u32 = 320;
/// On a narrow screen a picture does not shrink below this width in points: its text would be lost. It scrolls.
const LEAST_WIDTH: u32 = 480;

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let body: String = [
        header(report),
        warnings(&report.warnings),
        report.sections.iter().enumerate().map(|(i, part)| section(i, part)).collect(),
        data(report),
        config(&report.config_toml),
    ]
    .concat();
    document(&report.title, "", &body)
}

/// A page with `body`, which is HTML already, in the style of all pages and in `style`. The policy at its head forbids the
/// browser whatever is not in the page itself.
pub(crate) fn document(title: &str, style: &str, body: &str) -> String {
    let title = escape(title);
    let common = include_str!("style.css");
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!doctype html>\n\
         <html lang=\"en\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"generator\" content=\"Concertina {version}\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n\
         <style>\n{common}{style}</style>\n\
         </head>\n\
         <body>\n\
         <div class=\"bellows\"></div>\n\
         <main>\n{body}</main>\n\
         <footer>Written by Concertina {version}. This page holds all that it shows: it can be kept, copied and \
         read without a network.</footer>\n\
         </body>\n\
         </html>\n"
    )
}

fn header(report: &Report) -> String {
    let mut html = format!("<header>\n<h1>{}</h1>\n", escape(&report.title));
    if !report.summary.is_empty() {
        let _ = writeln!(html, "<p class=\"summary\">{}</p>", escape(&report.summary));
    }
    if !report.facts.is_empty() {
        html += &tiles(&report.facts);
    }
    if report.sections.len() > 2 {
        html += "<nav>\n";
        for (i, part) in report.sections.iter().enumerate() {
            let _ = writeln!(html, "<a href=\"#part-{i}\">{}</a>", escape(&part.heading));
        }
        html += "</nav>\n";
    }
    html + "</header>\n"
}

/// Tiles in rows that are as even as can be.
pub(crate) fn tiles(facts: &[(String, String)]) -> String {
    let columns = match facts.len() {
        n @ 0..=6 => n,
        n @ 7..=10 => n.div_ceil(2),
        _ => 6,
    };
    format!("<div style=\"--columns:{columns}\">\n{}</div>\n", pairs("tiles", facts))
}

fn warnings(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    format!("<aside class=\"warnings\">\n<h2>To be aware of</h2>\n{}</aside>\n", list(warnings))
}

fn section(number: usize, part: &Section) -> String {
    let heading = escape(&part.heading);
    let mut html = format!("<section id=\"part-{number}\">\n<h2>{heading}</h2>\n");
    html += &paragraphs(&part.text);
    part.figures.iter().for_each(|one| html += &figure(one));
    if let Some(rows) = &part.table {
        html += &table(rows);
    }
    html + "</section>\n"
}

/// A picture with its caption.
pub(crate) fn figure(figure: &Figure) -> String {
    let mut html = String::from("<figure>\n<div class=\"scroll\"><picture>");
    if let Some(dark) = &figure.dark_png {
        let media = "screen and (prefers-color-scheme: dark)";
        let _ = write!(html, "<source media=\"{media}\" srcset=\"{}\">", data_uri(dark));
    }
    let alt = escape(&figure.alt);
    let _ = write!(html, "<img src=\"{}\" alt=\"{alt}\"", data_uri(&figure.png));
    if let Some(size) = size_of(&figure.png) {
        let (width, height) = (size.width / size.density, size.height / size.density);
        let factor = if size.density == 1 { (SMALL_PICTURE / width.max(1)).max(1) } else { 1 };
        let (width, height) = (width * factor, height.saturating_mul(factor));
        let least = width.min(LEAST_WIDTH);
        let _ =
            write!(html, " width=\"{width}\" height=\"{height}\" style=\"min-width:{least}px\"");
        if factor > 1 {
            html += " class=\"enlarged\"";
        }
    }
    html += "></picture></div>\n";
    if !figure.caption.is_empty() {
        let _ = writeln!(html, "<figcaption>{}</figcaption>", escape(&figure.caption));
    }
    html + "</figure>\n"
}

fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

/// A table that scrolls where the screen is narrow.
pub(crate) fn table(table: &Table) -> String {
    let columns = table.head.len().max(table.rows.iter().map(Vec::len).max().unwrap_or(0));
    let numeric: Vec<bool> = (0..columns)
        .map(|column| {
            table.rows.iter().filter_map(|row| row.get(column)).all(|cell| is_number(cell))
        })
        .collect();
    let row = |tag: &str, cells: &[String]| {
        let mut html = String::from("<tr>");
        for (column, number) in numeric.iter().enumerate() {
            let class = if *number { " class=\"number\"" } else { "" };
            let cell = cells.get(column).map_or(String::new(), |cell| escape(cell));
            let _ = write!(html, "<{tag}{class}>{cell}</{tag}>");
        }
        html + "</tr>\n"
    };
    let mut html = String::from("<div class=\"scroll\"><table>\n");
    if !table.head.is_empty() {
        let _ = write!(html, "<thead>{}</thead>\n<tbody>\n", row("th", &table.head));
    }
    table.rows.iter().for_each(|cells| html += &row("td", cells));
    html + if table.head.is_empty() { "</table></div>\n" } else { "</tbody></table></div>\n" }
}

/// True for what reads as a number, perhaps with a unit behind it, and for a gap.
fn is_number(cell: &str) -> bool {
    let first = cell.trim_start_matches(['-', '−', '+', '.']).chars().next();
    first.is_none_or(|c| c.is_ascii_digit()) || ["NaN", "–", "—"].contains(&cell)
}

fn data(report: &Report) -> String {
    if report.data_card.is_empty() && report.data_notes.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section>\n<h2>The data</h2>\n");
    html += &pairs("card", &report.data_card);
    if !report.data_notes.is_empty() {
        html += &list(&report.data_notes);
    }
    html + "</section>\n"
}

fn config(toml: &str) -> String {
    if toml.is_empty() {
        return String::new();
    }
    format!(
        "<section>\n<h2>The recipe</h2>\n<details>\n<summary>Every setting of this run, as TOML</summary>\n\
         <pre><code>{}</code></pre>\n</details>\n</section>\n",
        escape(toml)
    )
}

fn pairs(class: &str, pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return String::new();
    }
    let mut html = format!("<dl class=\"{class}\">\n");
    for (name, value) in pairs {
        let (name, value) = (escape(name), escape(value));
        let _ = writeln!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    html + "</dl>\n"
}

fn list(items: &[String]) -> String {
    let mut html = String::from("<ul>\n");
    for item in items {
        let _ = writeln!(html, "<li>{}</li>", escape(item));
    }
    html + "</ul>\n"
}

fn paragraphs(text: &str) -> String {
    let mut html = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|text| !text.is_empty()) {
        let _ = writeln!(html, "<p>{}</p>", escape(paragraph));
    }
    html
}
