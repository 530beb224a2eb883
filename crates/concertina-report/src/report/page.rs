//! The page of a report, part by part.

use maud::{Markup, html};

use super::content::{Report, Section};
use super::html::{Text, document, figure, pairs, table, tiles};

impl Report {
    /// The page, as the text of an HTML file in UTF-8.
    pub fn to_html(&self) -> String {
        let body = html! {
            (header(self))
            @if !self.warnings.is_empty() {
                aside.warnings { h2 { "Warnings" } (list(&self.warnings)) }
            }
            @if !self.remarks.is_empty() { section.remarks { (list(&self.remarks)) } }
            @for (i, part) in self.sections.iter().enumerate() { (section(i, part)) }
            @if !self.data_card.is_empty() || !self.data_notes.is_empty() {
                section {
                    h2 { "Data" }
                    (pairs("card", &self.data_card))
                    (list(&self.data_notes))
                }
            }
            @if !self.config_toml.is_empty() {
                section {
                    h2 { "Recipe" }
                    details {
                        summary { "Every setting of this run, as TOML" }
                        pre { code { (Text(&self.config_toml)) } }
                    }
                }
            }
        };
        document(&self.title, "", &body)
    }
}

fn header(report: &Report) -> Markup {
    html! {
        header {
            h1 { (Text(&report.title)) }
            @if !report.summary.is_empty() {
                p.summary { (Text(&report.summary)) }
            }
            @if !report.facts.is_empty() { (tiles(&report.facts)) }
            @if report.sections.len() > 2 {
                nav {
                    @for (i, part) in report.sections.iter().enumerate() {
                        a href=(format!("#part-{i}")) { (Text(&part.heading)) }
                        // Where the style is ignored, and for whoever copies the text.
                        " "
                    }
                }
            }
        }
    }
}

fn section(number: usize, part: &Section) -> Markup {
    let paragraphs = part.text.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    html! {
        section id=(format!("part-{number}")) {
            h2 { (Text(&part.heading)) }
            @for paragraph in paragraphs { p { (Text(paragraph)) } }
            @for one in &part.figures { (figure(one)) }
            @if let Some(rows) = &part.table { (table(rows)) }
        }
    }
}

fn list(items: &[String]) -> Markup {
    html! {
        @if !items.is_empty() {
            ul { @for item in items { li { (Text(item)) } } }
        }
    }
}
