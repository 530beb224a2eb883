//! What happens in a lesson, told to whoever listens.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use concertina::train;

/// What happens in a lesson.
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
    /// A model is needed. Unless it was trained before, its training begins here.
    Model {
        /// Its name, which is that of its run folder.
        name: &'a str,
        /// Its number, from 1.
        number: usize,
        /// Models of the lesson.
        of: usize,
        /// Optimiser steps of its training.
        n_steps: usize,
        /// Steps that are done already; all of them if it is finished.
        done: usize,
    },
    /// Something happened in the training of that model, or a figure of it was drawn.
    Training {
        /// What.
        event: &'a train::Event,
        /// The fraction of the lesson's work that is done.
        done: f64,
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
