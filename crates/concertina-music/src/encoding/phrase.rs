//! A stretch of music as tokens, and the windows that slide over it.

/// Tokens of one voice, from a bar line on, in whole bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Where it begins, in steps.
    pub(super) start: u32,
    pub(super) tokens: Vec<u16>,
}

impl Phrase {
    /// All stretches of `length` steps that begin on a bar line, with the number of that bar.
    pub(super) fn windows(
        &self,
        length: usize,
        steps_per_bar: u32,
    ) -> impl Iterator<Item = (usize, &[u16])> {
        let first = (self.start / steps_per_bar) as usize;
        let windows = self.tokens.windows(length).step_by(steps_per_bar as usize);
        windows.enumerate().map(move |(number, tokens)| (first + number, tokens))
    }
}

/// Cuts events where at least a bar is silent between one's end and the next one's start.
pub(super) fn split_at_rests<T>(
    events: &[T],
    steps_per_bar: u32,
    span: impl Fn(&T) -> (u32, u32),
) -> impl Iterator<Item = &[T]> {
    events.chunk_by(move |one, next| span(next).0 < span(one).1 + steps_per_bar)
}

/// The bar lines around `start..end`, in steps.
pub(super) fn whole_bars(start: u32, end: u32, steps_per_bar: u32) -> (u32, u32) {
    (start / steps_per_bar * steps_per_bar, end.next_multiple_of(steps_per_bar))
}
