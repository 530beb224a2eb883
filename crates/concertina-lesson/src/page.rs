//! The page: sections of short texts, figures and tables.

use concertina::Result;
use concertina::text::thousands;
use concertina_report::plot::Theme;
use concertina_report::report::html::{self, Text};
use concertina_report::report::{Figure, Table};
use maud::{Markup, html};

use crate::jobs::Job;
use crate::materials::{Effort, Stock};

/// A section of the page.
pub(super) struct Part {
    title: &'static str,
    blocks: Vec<Block>,
}

/// What a section is made of, in its order.
enum Block {
    /// A paragraph, perhaps with a label that says what it is for.
    Text(&'static str, String),
    /// A heading within a section, with what the task is.
    Task(String, String),
    Figure(Figure),
    Table(Table),
    /// What is not shown, and why.
    LeftOut(String),
    /// Lines for a terminal.
    Commands(String),
    /// Another page: its file, what it is, and what to do there.
    Link(&'static str, &'static str, &'static str),
}

/// Texts may hold `words in backticks`, which are shown as code.
impl Part {
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, blocks: Vec::new() }
    }

    /// A paragraph.
    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("", text.into()));
    }

    /// What is done here.
    pub(super) fn method(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What we do", text.into()));
    }

    /// What to look for in the figures that follow.
    pub(super) fn look(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What to look for", text.into()));
    }

    /// An explanation.
    pub(super) fn why(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("Why", text.into()));
    }

    /// What the things shown are called.
    pub(super) fn terms(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What it is called", text.into()));
    }

    /// A heading for a part of the section.
    pub(super) fn task(&mut self, heading: impl Into<String>, asked: impl Into<String>) {
        self.blocks.push(Block::Task(heading.into(), asked.into()));
    }

    pub(super) fn figure(&mut self, figure: Figure) {
        self.blocks.push(Block::Figure(figure));
    }

    /// A figure drawn for light and dark screens, with its caption.
    pub(super) fn draw(
        &mut self,
        draw: impl Fn(Theme) -> Result<Vec<u8>>,
        caption: impl Into<String>,
    ) -> Result<()> {
        let caption = caption.into();
        self.blocks.push(Block::Figure(Figure::themed(draw, caption.clone(), caption)?));
        Ok(())
    }

    pub(super) fn table<const N: usize>(&mut self, head: [&str; N], rows: Vec<[String; N]>) {
        let head = head.map(str::to_owned).to_vec();
        let rows = rows.into_iter().map(Vec::from).collect();
        self.blocks.push(Block::Table(Table { head, rows }));
    }

    pub(super) fn left_out(&mut self, why: impl Into<String>) {
        self.blocks.push(Block::LeftOut(why.into()));
    }

    /// A link to another page of the lesson's folder.
    pub(super) fn link(&mut self, file: &'static str, name: &'static str, what: &'static str) {
        self.blocks.push(Block::Link(file, name, what));
    }

    pub(super) fn commands(&mut self, lines: impl Into<String>) {
        self.blocks.push(Block::Commands(lines.into()));
    }
}

const TITLE: &str = "Autoencoders: the lesson";

/// The whole page with the sections so far, and the headings of those to come.
pub(super) fn html(
    stock: &Stock,
    effort: Effort,
    jobs: &[Job],
    parts: &[Part],
    to_come: &[&str],
) -> String {
    let body = html! {
        (header(stock, effort, jobs, parts))
        @for (i, part) in parts.iter().enumerate() { (section(i + 1, part)) }
        @if !to_come.is_empty() {
            section.to-come {
                h2 { "Still to come" }
                p {
                    "The lesson is not finished yet. Reload the page later. If the lesson was \
                     stopped, the same command continues it."
                }
                ul { @for title in to_come { li { (Text(title)) } } }
            }
        }
    };
    html::document(TITLE, include_str!("style.css"), &body)
}

fn header(stock: &Stock, effort: Effort, jobs: &[Job], parts: &[Part]) -> Markup {
    let card = &stock.digits.card;
    let facts = [
        ("trained on", card.name()),
        ("training images", thousands(card.train)),
        ("held out", thousands(card.valid)),
        ("models", jobs.len().to_string()),
        ("effort", effort.to_string()),
        ("seed", "42".to_owned()),
    ];
    html! {
        header {
            h1 { (TITLE) }
            p.summary {
                "An autoencoder squeezes a picture into a few numbers and then draws it again from \
                 those numbers alone. Nobody has to give it labels: every picture is its own \
                 answer. This page walks through the whole lesson, with models that were trained \
                 for it on this machine, from a first look at the data to pictures that never were."
            }
            (html::tiles(&facts.map(|(name, value)| (name.to_owned(), value))))
            @if effort != Effort::Full {
                p.effort {
                    "This is the " (effort.to_string()) " lesson: it trains on "
                    (thousands(card.train)) " images for a few epochs, so its numbers are worse \
                     than those of the original lesson, which come from 60,000 images and 25 to \
                     100 epochs. Run " code { "concertina lesson" } " without " code { "--quick" }
                    " for the full lesson."
                }
            }
            nav.contents {
                @for (i, part) in parts.iter().enumerate() {
                    a href=(format!("#part-{}", i + 1)) { span { (i + 1) } (Text(part.title)) }
                }
            }
        }
    }
}

fn section(number: usize, part: &Part) -> Markup {
    html! {
        section id=(format!("part-{number}")) {
            h2 { span.ordinal { (number) } (Text(part.title)) }
            @for one in &part.blocks { (block(one)) }
        }
    }
}

fn block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Text("", text) => { p { (marked(text)) } }
            Block::Text(label, text) => { p { b.what { (label) } " " (marked(text)) } }
            Block::Task(heading, asked) => {
                h3 { (marked(heading)) }
                @if !asked.is_empty() { p.asked { (marked(asked)) } }
            }
            Block::Figure(figure) => { (html::figure(figure)) }
            Block::Table(table) => { (html::table(table)) }
            Block::LeftOut(why) => { p.left-out { (marked(why)) } }
            Block::Commands(lines) => { pre { code { (Text(lines)) } } }
            Block::Link(file, name, what) => { p { a href=(file) { (name) } " " (marked(what)) } }
        }
    }
}

/// Text with what stands in backticks as code.
fn marked(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split('`').enumerate() {
            @if i % 2 == 1 { code { (Text(part)) } } @else { (Text(part)) }
        }
    }
}
