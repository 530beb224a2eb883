//! What is extracted from a piece.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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

/// The most windows of one piece: no music has as many, and a file made to fill memory is stopped.
const MAX_WINDOWS: usize = 1 << 16;

/// An extraction that is being made.
pub(super) struct Collector {
    extraction: Extraction,
    /// Places of the windows by a hash of their tokens.
    places: HashMap<u64, Vec<usize>>,
    is_full: bool,
}

impl Collector {
    pub(super) fn new(dropped: Vec<Dropped>) -> Self {
        let extraction = Extraction { windows: Vec::new(), dropped };
        Self { extraction, places: HashMap::new(), is_full: false }
    }

    /// Adds a window if none of the piece is like it.
    pub(super) fn add(&mut self, window: Window) {
        let windows = &mut self.extraction.windows;
        let mut hasher = DefaultHasher::new();
        window.tokens.hash(&mut hasher);
        let alike = self.places.entry(hasher.finish()).or_default();
        if alike.iter().any(|&place| windows[place].tokens == window.tokens) {
            return;
        }
        if windows.len() == MAX_WINDOWS {
            self.is_full = true;
            return;
        }
        alike.push(windows.len());
        windows.push(window);
    }

    pub(super) fn drop(&mut self, what: &str, reason: Reason) {
        self.extraction.dropped.push(Dropped { what: what.to_owned(), reason });
    }

    pub(super) fn finish(mut self) -> Extraction {
        if self.is_full {
            self.drop("the rest of the piece", Reason::Windows { limit: MAX_WINDOWS });
        }
        self.extraction
    }
}
