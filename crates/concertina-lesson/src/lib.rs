//! The Autoencoders lesson (AI-For-Beginners) from end to end: every model trained, every figure drawn, every exercise
//! solved, on one page for a reader who has never seen an autoencoder.
//!
//! A [`Lesson`] lives in a folder: `runs/NAME` for each model, an ordinary run folder, and `lesson.html`, the page. What is
//! finished there is used again, so a lesson that was stopped or killed goes on where it was. Each section of the page is a
//! function in `parts`, which asks the `Studio` for trained models and returns text, figures and tables.

mod folder;
mod jobs;
mod materials;
mod page;
mod parts;
mod studio;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub use self::materials::{Materials, Effort};

use self::folder::Folder;
use self::jobs::Job;
use self::materials::Stock;
use self::page::Part;
use self::studio::{Halt, Studio};
use crate::artifact::write_whole;
use crate::error::Result;
use crate::train;

/// A lesson whose every recipe was checked against its data.
pub struct Lesson {
    folder: Folder,
    stock: Stock,
    effort: Effort,
    jobs: Vec<Job>,
}

/// What happens in a lesson, said to whoever listens.
#[derive(Debug)]
pub enum Event<'a> {
    /// A section begins.
    Part {
        /// Its number, from 1.
        number: usize,
        /// Sections of the lesson.
        of: usize,
        /// Its heading.
        title: &'a str,
    },
    /// A model is needed: it is trained from here on, or was trained before.
    Model {
        /// Its name, which is that of its run folder.
        name: &'a str,
        /// Its number, from 1.
        number: usize,
        /// Models of the lesson.
        of: usize,
        /// Optimiser steps of its training.
        n_steps: usize,
        /// Those done already; all of them if it is finished.
        done: usize,
    },
    /// Something happened in the training of that model.
    Training {
        /// What.
        event: &'a train::Event,
        /// How much of the whole lesson's computing is done, 0 to 1.
        share: f64,
    },
    /// The page was written, with the sections so far.
    Written(&'a Path),
}

/// Told of events; `Break` stops the lesson as soon as a checkpoint is written.
pub type Listener<'a> = &'a mut dyn FnMut(Event<'_>) -> ControlFlow<()>;

/// How a lesson ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The page is complete, and here.
    Done(PathBuf),
    /// The listener stopped it.
    Stopped,
}

impl Lesson {
    /// A new lesson in `path`, or the one that was begun there. Nothing is computed yet.
    ///
    /// # Errors
    /// If there is something else in the folder, or a lesson of other settings, or the data is not what the lesson's
    /// recipes take.
    pub fn open(path: &Path, materials: Materials, effort: Effort) -> Result<Self> {
        let stock = Stock::new(materials)?;
        let jobs = jobs::all(&stock, effort)?;
        let folder = Folder::open(path, &stock.digits.card.source, effort)?;
        Ok(Self { folder, stock, effort, jobs })
    }

    /// Whether a lesson can begin or go on in `path`. It is checked again when it does; to ask before the data is read
    /// saves time.
    ///
    /// # Errors
    /// As [`Lesson::open`], as far as the folder is concerned.
    pub fn check(path: &Path, source: &str, effort: Effort) -> Result<()> {
        Folder::check(path, source, effort)
    }

    /// Trains what is not trained yet and writes the page.
    ///
    /// # Errors
    /// If a loss is not finite, or a file cannot be read or written.
    pub fn teach(&self, listen: Listener<'_>) -> Result<Ending> {
        let mut studio = Studio::new(&self.folder, &self.stock, self.effort, &self.jobs, listen);
        let titles = parts::ALL.map(|(title, _)| title);
        let mut parts: Vec<Part> = Vec::new();
        for (i, (title, section)) in parts::ALL.iter().enumerate() {
            let taught = studio.begin_part(i + 1, titles.len(), title).and_then(|()| {
                let mut part = Part::new(title);
                section(&mut studio, &mut part).map(|()| part)
            });
            match taught {
                Ok(part) => parts.push(part),
                Err(Halt::Stopped) => return Ok(Ending::Stopped),
                Err(Halt::Failed(error)) => return Err(error),
            }
            let page = page::html(&self.stock, self.effort, &self.jobs, &parts, &titles[i + 1..]);
            write_whole(&self.folder.page(), page.as_bytes())?;
            studio.written();
        }
        Ok(Ending::Done(self.folder.page()))
    }
}

#[cfg(test)]
mod tests;
