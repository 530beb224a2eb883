//! The Autoencoders lesson of AI-For-Beginners from start to finish: every model trained, every
//! figure drawn, every exercise solved, on one page for a reader who has never seen an autoencoder.
//!
//! A [`Lesson`] lives in a folder: `runs/NAME` for each model, an ordinary run folder, and
//! `lesson.html`, the page. What is finished there is used again, so a lesson that was stopped or
//! killed continues where it was. Each section of the page is a function in `parts`, which asks the
//! `Studio` for trained models and returns text, figures and tables. What the page says is in
//! `words/`, a file for each [`Language`].
//!
//! ```no_run
//! use std::ops::ControlFlow;
//! use std::path::Path;
//!
//! use concertina::data::Dataset;
//! use concertina_lesson::{Effort, Language, Lesson, Materials};
//!
//! # fn main() -> concertina::Result<()> {
//! let effort = Effort::Quick;
//! let digits = Dataset::open("digits", &Materials::options(effort))?;
//! let materials = Materials { digits, other: None, colour: None };
//! let lesson = Lesson::open(Path::new("runs/lesson"), materials, effort)?;
//! lesson.teach(Language::default(), &mut |event| {
//!     println!("{event:?}");
//!     ControlFlow::Continue(())
//! })?;
//! # Ok(())
//! # }
//! ```

mod language;

mod words;

mod event;

mod materials;

mod folder;

mod jobs;

mod studio;

mod page;

mod parts;

mod lesson;

#[cfg(test)]
mod tests;

pub use self::event::{Ending, Event, Listener};
pub use self::language::Language;
pub use self::lesson::Lesson;
pub use self::materials::{Effort, Materials};
