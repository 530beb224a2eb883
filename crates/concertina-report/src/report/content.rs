//! What a report says.

use concertina::Result;

use crate::plot::Theme;

/// What a report says. Empty parts are left out of the page.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The name of the run or of the model.
    pub title: String,
    /// What the model is and does, in a sentence or two for a learner.
    pub summary: String,
    /// The key numbers, as (name, value): shown as a row of tiles.
    pub facts: Vec<(String, String)>,
    /// What a reader should know before trusting the numbers.
    pub warnings: Vec<String>,
    /// What happened on the way, and what the page lacks.
    pub remarks: Vec<String>,
    /// Figures and tables, in the order of the page.
    pub sections: Vec<Section>,
    /// What the model was trained on, as (name, value).
    pub data_card: Vec<(String, String)>,
    /// Remarks on the data: what was left out, and why.
    pub data_notes: Vec<String>,
    /// The recipe, every default written out.
    pub config_toml: String,
}

/// A part of a report under its own heading.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What the figures show, and how to read them. An empty line begins a new paragraph.
    pub text: String,
    /// One below the other.
    pub figures: Vec<Figure>,
    /// Below the figures.
    pub table: Option<Table>,
}

/// An image with its caption.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// The bytes of a PNG file. One drawn by [`crate::plot`] is shown at its intended size; any
    /// other small one is magnified.
    pub png: Vec<u8>,
    /// The same figure for a dark screen, if there is one.
    pub dark_png: Option<Vec<u8>>,
    /// What the figure shows, for those who cannot see it.
    pub alt: String,
    /// Below the figure; may be empty.
    pub caption: String,
    /// What it sounds like, to be played below the caption.
    pub sounds: Vec<Sound>,
}

/// A sound that a reader can play.
#[derive(Clone, Debug, Default)]
pub struct Sound {
    /// What it is.
    pub label: String,
    /// The bytes of a WAV file; none if there is nothing to hear.
    pub wav: Vec<u8>,
}

impl Figure {
    /// A figure drawn once for a light and once for a dark screen.
    ///
    /// # Errors
    /// What `draw` returns.
    pub fn themed(
        draw: impl Fn(Theme) -> Result<Vec<u8>>,
        alt: impl Into<String>,
        caption: impl Into<String>,
    ) -> Result<Self> {
        Ok(Self {
            png: draw(Theme::Light)?,
            dark_png: Some(draw(Theme::Dark)?),
            alt: alt.into(),
            caption: caption.into(),
            sounds: Vec::new(),
        })
    }
}

/// Rows of text under a head. Columns of numbers are aligned to the right.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}
