//! Pages that hold everything they show: a [`Report`] becomes one HTML file.
//!
//! A page needs no network, no script and no other file. Every text is escaped, because the names
//! of files and classes come from outside. [`html`] has the pieces, for pages of another kind.
//!
//! ```
//! use concertina_report::report::{Report, Section, Table};
//!
//! let losses = Table {
//!     head: vec!["epoch".into(), "loss".into()],
//!     rows: vec![vec!["1".into(), "0.1454".into()], vec!["2".into(), "0.1258".into()]],
//! };
//! let training =
//!     Section { heading: "Training".into(), table: Some(losses), ..Section::default() };
//! let report =
//!     Report { title: "digits <3>".into(), sections: vec![training], ..Report::default() };
//! let page = report.to_html();
//! assert!(page.contains("<h1>digits &lt;3&gt;</h1>"));
//! assert!(page.contains("<td class=\"number\">0.1258</td>"));
//! ```

mod content;
pub mod html;
mod page;
#[cfg(test)]
mod tests;

pub use self::content::{Figure, Report, Section, Sound, Table};
