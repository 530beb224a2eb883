//! What is extracted from a piece.

use std::collections::HashSet;

use crate::chord::Chord;
use crate::dropped::{Dropped, Reason};

/// A few bars of a piece as tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// One token per step and voice; all voices of a step stand together.
    pub tokens: Vec<u16>,
    /// Number of its first bar in the piece, from 0.
    pub bar: usize,
    /// Of a multitrack bar: the chord that its pitched notes make.
    pub chord: Option<Chord>,
}

/// All that a piece gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction {
    /// The windows; none equals another.
    pub windows: Vec<Window>,
    /// What no window was made of, so that it is known why when there is none.
    pub dropped: Vec<Dropped>,
}

/// An extraction that is being made.
pub(super) struct Collector {
    extraction: Extraction,
    seen: HashSet<Vec<u16>>,
}

impl Collector {
    pub(super) fn new(dropped: Vec<Dropped>) -> Self {
        let extraction = Extraction { windows: Vec::new(), dropped };
        Self { extraction, seen: HashSet::new() }
    }

    /// Adds a window if none of the piece is like it.
    pub(super) fn add(&mut self, window: Window) {
        if self.seen.insert(window.tokens.clone()) {
            self.extraction.windows.push(window);
        }
    }

    pub(super) fn drop(&mut self, what: &str, reason: Reason) {
        self.extraction.dropped.push(Dropped { what: what.to_owned(), reason });
    }

    pub(super) fn finish(self) -> Extraction {
        self.extraction
    }
}
