//! What an inspection found, as a page: a summary, and the pictures with the largest scores.
//!
//! ```
//! use concertina_report::inspection::{Inspection, Shown};
//!
//! let shown = Shown { name: "a <b>.png".into(), score: "3.10".into(), ..Shown::default() };
//! let page = Inspection { title: "Tiles".into(), pictures: vec![shown], ..Inspection::default() };
//! assert!(page.to_html().contains("a &lt;b&gt;.png"));
//! ```

mod page;

use crate::plot::Thumbnails;
use crate::report::Table;

/// The side of a square picture on the page, in pixels; others have as many pixels.
pub const THUMBNAIL_SIDE: usize = 112;
/// The most pictures that a page shows of those with the largest scores.
pub const MOST_PICTURES: usize = 120;
/// The most pictures that a page shows of defects that were not found. All pictures together keep
/// the page below 16 MB, whatever is on them.
pub const MOST_MISSED: usize = 30;

/// What the page says. Empty parts are left out.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// What was inspected.
    pub title: String,
    /// What the scores are, in a sentence or two.
    pub summary: String,
    /// The key numbers, as (name, value).
    pub facts: Vec<(String, String)>,
    /// What a reader should know before trusting the numbers.
    pub warnings: Vec<String>,
    /// Tables, each below its heading and above a remark.
    pub tables: Vec<(String, Table, String)>,
    /// The pictures with the largest scores, the largest first.
    pub pictures: Vec<Shown>,
    /// What of them is shown, and where the others are.
    pub note: String,
    /// Pictures with defects that were not rejected.
    pub missed: Vec<Shown>,
}

/// A picture and what was found in it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// The kind of its defect, if that is known.
    pub kind: Option<String>,
    /// Its score, as it is told.
    pub score: String,
    /// The verdict.
    pub rejected: bool,
    /// Picture, heat map and mask.
    pub thumbnails: Thumbnails,
}
