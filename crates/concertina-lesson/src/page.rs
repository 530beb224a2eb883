//! The page: sections of short texts, figures and tables.

use std::fmt::Write as _;

use super::Effort;
use super::jobs::Job;
use super::materials::Stock;
use crate::error::Result;
use crate::plot::Theme;
use crate::report::{Figure, Table, escape, html};
use crate::text::thousands;

/// A section of the page.
pub(super) struct Part {
    title: &'static str,
    blocks: Vec<Block>,
}

/// What a section is made of, in its order.
enum Block {
    /// A paragraph, perhaps with words before it that say what it is for.
    Text(&'static str, String),
    /// A heading within a section, with what is asked.
    Task(String, String),
    Figure(Figure),
    Table(Table),
    /// What is not shown, and why.
    LeftOut(String),
    /// Lines for a terminal.
    Commands(String),
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
    pub(super) fn done(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What is done", text.into()));
    }

    /// What to look at in the figures that follow.
    pub(super) fn look(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What to look at", text.into()));
    }

    /// Why it is so.
    pub(super) fn why(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("Why it is so", text.into()));
    }

    /// What it is called.
    pub(super) fn name(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text("What it is called", text.into()));
    }

    /// A heading for a part of the section.
    pub(super) fn task(&mut self, heading: impl Into<String>, asked: impl Into<String>) {
        self.blocks.push(Block::Task(heading.into(), asked.into()));
    }

    pub(super) fn figure(&mut self, figure: Figure) {
        self.blocks.push(Block::Figure(figure));
    }

    /// A figure drawn for both kinds of screen, with its caption.
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
        self.blocks.push(Block::Table(Table { head, rows: rows.map_to_vecs() }));
    }

    pub(super) fn left_out(&mut self, why: impl Into<String>) {
        self.blocks.push(Block::LeftOut(why.into()));
    }

    pub(super) fn commands(&mut self, lines: impl Into<String>) {
        self.blocks.push(Block::Commands(lines.into()));
    }
}

trait MapToVecs {
    fn map_to_vecs(self) -> Vec<Vec<String>>;
}

impl<const N: usize> MapToVecs for Vec<[String; N]> {
    fn map_to_vecs(self) -> Vec<Vec<String>> {
        self.into_iter().map(Vec::from).collect()
    }
}

/// The whole page with the sections so far, and the headings of those to come.
pub(super) fn html(
    stock: &Stock,
    effort: Effort,
    jobs: &[Job],
    parts: &[Part],
    to_come: &[&str],
) -> String {
    let mut body = header(stock, effort, jobs, parts);
    for (i, part) in parts.iter().enumerate() {
        body += &section(i + 1, part);
    }
    if !to_come.is_empty() {
        body += "<section class=\"to-come\">\n<h2>Still to come</h2>\n<p>The lesson is not finished yet. Load the page \
                 again later; if it was stopped, the same command goes on.</p>\n<ul>\n";
        for title in to_come {
            let _ = writeln!(body, "<li>{}</li>", escape(title));
        }
        body += "</ul>\n</section>\n";
    }
    html::document("Autoencoders: the lesson", include_str!("style.css"), &body)
}

fn header(stock: &Stock, effort: Effort, jobs: &[Job], parts: &[Part]) -> String {
    let card = &stock.digits.card;
    let mut html = String::from(
        "<header>\n<h1>Autoencoders: the lesson</h1>\n<p class=\"summary\">An autoencoder squeezes a picture to a few \
         numbers and draws it out again. It is given no labels: the picture is its own answer. This page goes through \
         the whole lesson with models trained for it on this machine, from a first look at the data to making new \
         pictures.</p>\n",
    );
    let facts = [
        ("trained on", card.name()),
        ("images", thousands(card.train)),
        ("held out", thousands(card.valid)),
        ("models", jobs.len().to_string()),
        ("effort", effort.to_string()),
        ("seed", "42".to_owned()),
    ];
    html += &html::tiles(&facts.map(|(name, value)| (name.to_owned(), value)));
    if effort != Effort::Full {
        let _ = writeln!(
            html,
            "<p class=\"effort\">This is the {effort} lesson: {} of the images and a few epochs each, so the numbers are worse \
             than the lesson’s, which come from 60,000 images and 25 to 100 epochs. <code>concertina lesson</code> \
             without <code>--quick</code> does all of it.</p>",
            thousands(card.train)
        );
    }
    html += "<nav class=\"contents\">\n";
    for (i, part) in parts.iter().enumerate() {
        let (number, title) = (i + 1, escape(part.title));
        let _ = writeln!(html, "<a href=\"#part-{number}\"><span>{number}</span>{title}</a>");
    }
    html + "</nav>\n</header>\n"
}

fn section(number: usize, part: &Part) -> String {
    let title = escape(part.title);
    let mut html = format!(
        "<section id=\"part-{number}\">\n<h2><span class=\"ordinal\">{number}</span>{title}</h2>\n"
    );
    for block in &part.blocks {
        match block {
            Block::Text("", text) => html += &format!("<p>{}</p>\n", marked(text)),
            Block::Text(what, text) => {
                html += &format!("<p><b class=\"what\">{what}</b> {}</p>\n", marked(text));
            }
            Block::Task(heading, asked) => {
                html += &format!("<h3>{}</h3>\n", marked(heading));
                if !asked.is_empty() {
                    html += &format!("<p class=\"asked\">{}</p>\n", marked(asked));
                }
            }
            Block::Figure(figure) => html += &html::figure(figure),
            Block::Table(table) => html += &html::table(table),
            Block::LeftOut(why) => html += &format!("<p class=\"left-out\">{}</p>\n", marked(why)),
            Block::Commands(lines) => {
                html += &format!("<pre><code>{}</code></pre>\n", escape(lines));
            }
        }
    }
    html + "</section>\n"
}

/// Text as HTML, with what stands in backticks as code.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(i, part)| {
        if i % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }
    });
    parts.collect()
}
