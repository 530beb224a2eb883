//! The lesson as a whole.

use std::path::Path;

use concertina::Result;
use concertina::artifact::write_whole;

use crate::event::{Ending, Listener};
use crate::folder::Folder;
use crate::jobs::{self, Job};
use crate::language::Language;
use crate::materials::{Effort, Materials, Stock};
use crate::page::{self, Part};
use crate::parts;
use crate::studio::{Halt, Studio};
use crate::words::Words;

/// A lesson whose every recipe was checked against its data.
pub struct Lesson {
    folder: Folder,
    stock: Stock,
    effort: Effort,
    jobs: Vec<Job>,
}

impl Lesson {
    /// A new lesson in `path`, or the one that was begun there. Nothing is computed yet.
    ///
    /// # Errors
    /// If the folder holds something else or a lesson with other settings, or the data is not what
    /// the lesson's recipes take.
    pub fn open(path: &Path, materials: Materials, effort: Effort) -> Result<Self> {
        let stock = Stock::new(materials, effort)?;
        let jobs = jobs::all(&stock, effort)?;
        let folder = Folder::open(path, &stock.digits.card.source, effort)?;
        Ok(Self { folder, stock, effort, jobs })
    }

    /// Whether a lesson can begin or continue in `path`. [`Lesson::open`] checks this again; asking
    /// before the data is read saves time.
    ///
    /// # Errors
    /// As [`Lesson::open`], as far as the folder is concerned.
    pub fn check(path: &Path, source: &str, effort: Effort) -> Result<()> {
        Folder::check(path, source, effort)
    }

    /// Trains what is not trained yet and writes the page in `language`. A finished lesson gets its
    /// page in another language without training.
    ///
    /// # Errors
    /// If a loss is not finite, or a file cannot be read or written.
    pub fn teach(&self, language: Language, listen: Listener<'_>) -> Result<Ending> {
        let words = Words::of(language);
        let (stock, effort, jobs) = (&self.stock, self.effort, &self.jobs);
        let mut studio = Studio::new(&self.folder, stock, effort, jobs, listen);
        let titles = parts::ALL.map(|(title, _)| words.say(title));
        let mut parts: Vec<Part> = Vec::new();
        for (i, (title, section)) in parts::ALL.into_iter().enumerate() {
            let taught = studio.begin_part(i + 1, titles.len(), &titles[i]).and_then(|()| {
                let mut part = Part::new(words, title);
                section(&mut studio, &mut part).map(|()| part)
            });
            match taught {
                Ok(part) => parts.push(part),
                Err(Halt::Stopped) => return Ok(Ending::Stopped),
                Err(Halt::Failed(error)) => return Err(error),
            }
            let page = page::html(words, stock, effort, jobs, &parts, &titles[i + 1..]);
            write_whole(&self.folder.page(), page.as_bytes())?;
            studio.written();
        }
        Ok(Ending::Done(self.folder.page()))
    }
}
