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
    /// The windows.
    pub windows: Vec<Window>,
    /// What no window was made of, so that it is known why when there is none.
    pub dropped: Vec<Dropped>,
}

impl Extraction {
    /// Without the windows that are like an earlier one.
    pub(super) fn without_repeats(mut self) -> Self {
        let mut seen = HashSet::new();
        self.windows.retain(|window| seen.insert(window.tokens.clone()));
        self
    }

    /// The fewest windows, of `bars` bars each, that have all the bars of all, in their order; of
    /// several that begin at a bar, the first.
    pub(super) fn covering(self, bars: usize) -> Self {
        let Self { mut windows, dropped } = self;
        // The sort is stable.
        windows.sort_by_key(|window| window.bar);
        windows.dedup_by_key(|window| window.bar);
        let mut windows = windows.into_iter().peekable();
        let (mut chosen, mut covered) = (Vec::new(), 0);
        while let Some(window) = windows.next() {
            // A later one that leaves no gap has more bars that are not covered yet.
            let is_last = windows.peek().is_none_or(|next| next.bar > covered.max(window.bar));
            if is_last && window.bar + bars > covered {
                covered = window.bar + bars;
                chosen.push(window);
            }
        }
        Self { windows: chosen, dropped }
    }
}

/// The most windows of one piece: no music has as many, and a file made to fill memory is stopped.
const MAX_WINDOWS: usize = 1 << 16;

/// An extraction that is being made.
pub(super) struct Collector {
    extraction: Extraction,
    is_full: bool,
}

impl Collector {
    pub(super) fn new(dropped: Vec<Dropped>) -> Self {
        Self { extraction: Extraction { windows: Vec::new(), dropped }, is_full: false }
    }

    pub(super) fn add(&mut self, window: Window) {
        let windows = &mut self.extraction.windows;
        if windows.len() == MAX_WINDOWS {
            self.is_full = true;
        } else {
            windows.push(window);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn extraction(bars: &[usize]) -> Extraction {
        let window =
            |(number, &bar): (u16, &usize)| Window { tokens: vec![number], bar, chord: None };
        Extraction { windows: (0..).zip(bars).map(window).collect(), dropped: Vec::new() }
    }

    #[test]
    fn every_bar_is_covered_by_few_windows() {
        for (bars, expected) in [
            (vec![], vec![]),
            (vec![3], vec![3]),
            (vec![0, 1, 2, 3], vec![0, 2, 3]),
            (vec![0, 1, 2], vec![0, 2]),
            (vec![0, 2, 1, 0], vec![0, 2]),
            // A gap of one bar, and one of two.
            (vec![0, 1, 4, 5, 9], vec![0, 1, 4, 5, 9]),
            (vec![5, 6, 0, 1, 2, 3], vec![0, 2, 3, 5, 6]),
        ] {
            let found = extraction(&bars).covering(2).windows;
            let found: Vec<usize> = found.iter().map(|window| window.bar).collect();
            assert_eq!(found, expected, "{bars:?}");
        }
        // The first of two at the same bar.
        let found = extraction(&[1, 0, 0]).covering(1).windows;
        assert_eq!(found.iter().map(|window| window.tokens[0]).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn repeats_are_left_out() {
        let mut all = extraction(&[0, 1, 2]);
        all.windows[2].tokens = vec![0];
        let found = all.without_repeats().windows;
        assert_eq!(found.iter().map(|window| window.bar).collect::<Vec<_>>(), [0, 1]);
    }
}
