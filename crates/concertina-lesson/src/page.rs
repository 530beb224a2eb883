//! The page: sections of short texts, figures and tables.

use concertina::Result;
use concertina::text::thousands;
use concertina_report::plot::Theme;
use concertina_report::report::html::{self, Text, Wording};
use concertina_report::report::{Figure, Table};
use maud::{Markup, html};

use crate::jobs::Job;
use crate::language::Language;
use crate::materials::{Effort, Stock};
use crate::words::{Message, Words, message};

/// A section of the page, and the words that it is written in.
pub(super) struct Part {
    words: Words,
    title: String,
    blocks: Vec<Block>,
}

/// What a section is made of, in its order.
enum Block {
    /// A paragraph, perhaps with a label that says what it is for.
    Text(String, String),
    /// A heading within a section, with what the task is.
    Task(String, String),
    Figure(Figure),
    Table(Table),
    /// What is not shown, and why.
    LeftOut(String),
    /// Lines for a terminal.
    Commands(String),
    /// Another page: its file, what it is, and what to do there.
    Link(&'static str, String, String),
}

/// Texts are named by their keys. They may hold `words in backticks`, which are shown as code.
impl Part {
    pub(super) fn new(words: Words, title: &'static str) -> Self {
        Self { words, title: words.say(title), blocks: Vec::new() }
    }

    /// A text that is no block: in a table or a picture, or a part of something longer.
    pub(super) fn say(&self, text: impl Into<Message>) -> String {
        self.words.say(text)
    }

    /// A paragraph.
    pub(super) fn text(&mut self, text: impl Into<Message>) {
        self.blocks.push(Block::Text(String::new(), self.say(text)));
    }

    /// What is done here.
    pub(super) fn method(&mut self, text: impl Into<Message>) {
        self.labelled("page.label-method", text);
    }

    /// What to look for in the figures that follow.
    pub(super) fn look(&mut self, text: impl Into<Message>) {
        self.labelled("page.label-look", text);
    }

    /// An explanation.
    pub(super) fn why(&mut self, text: impl Into<Message>) {
        self.labelled("page.label-why", text);
    }

    /// What the things shown are called.
    pub(super) fn terms(&mut self, text: impl Into<Message>) {
        self.labelled("page.label-terms", text);
    }

    fn labelled(&mut self, label: &'static str, text: impl Into<Message>) {
        self.blocks.push(Block::Text(self.say(label), self.say(text)));
    }

    /// A heading for a part of the section.
    pub(super) fn heading(&mut self, heading: impl Into<Message>) {
        self.blocks.push(Block::Task(self.say(heading), String::new()));
    }

    /// The same with what is asked there.
    pub(super) fn task(&mut self, heading: impl Into<Message>, asked: impl Into<Message>) {
        self.blocks.push(Block::Task(self.say(heading), self.say(asked)));
    }

    /// A figure of the gallery, whose own caption is in English.
    pub(super) fn figure(&mut self, figure: Figure, caption: impl Into<Message>) {
        let caption = self.say(caption);
        // In English the table says what the gallery says. So a change of the gallery, of the
        // number of its samples for instance, is noticed in tests.
        if cfg!(test) && self.words.language() == Language::default() {
            assert_eq!(caption, figure.caption);
        }
        self.captioned(Figure { alt: caption.clone(), caption, ..figure });
    }

    /// A figure whose caption is in the language of the page.
    pub(super) fn captioned(&mut self, figure: Figure) {
        self.blocks.push(Block::Figure(figure));
    }

    /// A figure drawn for light and dark screens, with its caption.
    pub(super) fn draw(
        &mut self,
        draw: impl Fn(Theme) -> Result<Vec<u8>>,
        caption: impl Into<Message>,
    ) -> Result<()> {
        let caption = self.say(caption);
        self.captioned(Figure::themed(draw, caption.clone(), caption)?);
        Ok(())
    }

    pub(super) fn table<const N: usize>(&mut self, head: [String; N], rows: Vec<[String; N]>) {
        let rows = rows.into_iter().map(Vec::from).collect();
        self.blocks.push(Block::Table(Table { head: head.into(), rows }));
    }

    pub(super) fn left_out(&mut self, why: impl Into<Message>) {
        self.blocks.push(Block::LeftOut(self.say(why)));
    }

    /// A link to another page of the lesson's folder.
    pub(super) fn link(&mut self, file: &'static str, name: &'static str, what: &'static str) {
        self.blocks.push(Block::Link(file, self.say(name), self.say(what)));
    }

    pub(super) fn commands(&mut self, lines: impl Into<String>) {
        self.blocks.push(Block::Commands(lines.into()));
    }
}

/// The whole page with the sections so far, and the headings of those to come.
pub(super) fn html(
    words: Words,
    stock: &Stock,
    effort: Effort,
    jobs: &[Job],
    parts: &[Part],
    to_come: &[String],
) -> String {
    let footer = words.say(message("page.footer").with("version", env!("CARGO_PKG_VERSION")));
    let silence = words.say("page.silence");
    let wording = Wording { language: words.language().code(), silence: &silence, footer: &footer };
    let body = html! {
        (header(words, stock, effort, jobs, parts))
        @for (i, part) in parts.iter().enumerate() { (section(&wording, i + 1, part)) }
        @if !to_come.is_empty() {
            section.to-come {
                h2 { (words.say("page.to-come")) }
                p { (words.say("page.to-come-note")) }
                ul { @for title in to_come { li { (Text(title)) } } }
            }
        }
    };
    html::document_in(&wording, &words.say("page.title"), include_str!("style.css"), &body)
}

fn header(words: Words, stock: &Stock, effort: Effort, jobs: &[Job], parts: &[Part]) -> Markup {
    let card = &stock.digits.card;
    let effort_word = words.say(match effort {
        Effort::Full => "page.effort-full",
        Effort::Quick => "page.effort-quick",
        Effort::SmokeTest => "page.effort-smoke-test",
    });
    let facts = [
        ("page.fact-data", card.name()),
        ("page.fact-training", thousands(card.train)),
        ("page.fact-held-out", thousands(card.valid)),
        ("page.fact-models", jobs.len().to_string()),
        ("page.fact-effort", effort_word.clone()),
        ("page.fact-seed", "42".to_owned()),
    ];
    let note = message("page.effort-note")
        .with("effort", effort_word)
        .with("images", thousands(card.train));
    html! {
        header {
            h1 { (words.say("page.title")) }
            p.summary { (words.say("page.summary")) }
            (html::tiles(&facts.map(|(name, value)| (words.say(name), value))))
            @if effort != Effort::Full {
                p.effort { (marked(&words.say(note))) }
            }
            nav.contents {
                @for (i, part) in parts.iter().enumerate() {
                    a href=(format!("#part-{}", i + 1)) { span { (i + 1) } (Text(&part.title)) }
                }
            }
        }
    }
}

fn section(wording: &Wording<'_>, number: usize, part: &Part) -> Markup {
    html! {
        section id=(format!("part-{number}")) {
            h2 { span.ordinal { (number) } (Text(&part.title)) }
            @for one in &part.blocks { (block(wording, one)) }
        }
    }
}

fn block(wording: &Wording<'_>, block: &Block) -> Markup {
    html! {
        @match block {
            Block::Text(label, text) => {
                p {
                    @if !label.is_empty() { b.what { (label) } " " }
                    (marked(text))
                }
            }
            Block::Task(heading, asked) => {
                h3 { (marked(heading)) }
                @if !asked.is_empty() { p.asked { (marked(asked)) } }
            }
            Block::Figure(figure) => { (html::figure_in(wording, figure)) }
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
