//! A score in sections, each of one time signature.

use super::resolution::Resolution;
use crate::score::{Score, TimeSignature};

/// Bars of one section that are read: more than two hours of music.
pub(crate) const MAX_BARS: u32 = 4096;

/// A stretch of a score in one time signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// In ticks.
    pub(super) start: u32,
    pub(super) numerator: u8,
    pub(super) denominator: u8,
    /// Number of its first bar in the score, from 0.
    pub(super) first_bar: u32,
    /// Its length in bars, the last of which may be cut short; at most [`MAX_BARS`].
    pub(super) bars: u32,
    /// It was longer than that.
    pub(super) is_cut: bool,
}

impl Section {
    /// Whether its bars are as long as four quarters.
    pub(super) fn has_four_quarters(&self) -> bool {
        self.numerator == self.denominator
    }
}

/// The sections in the order of time; there is at least one.
pub(super) fn sections(score: &Score, resolution: Resolution) -> Vec<Section> {
    let changes = changes(&score.time_signatures);
    let mut first_bar = 0;
    let mut sections = Vec::with_capacity(changes.len());
    for (number, change) in changes.iter().enumerate() {
        let quarter = score.ticks_per_quarter;
        let length = match changes.get(number + 1) {
            Some(next) => next.tick - change.tick,
            None => last_tick(score).saturating_sub(change.tick),
        };
        let steps = u64::from(resolution.step(length, quarter)).max(1);
        let (numerator, denominator) = (change.numerator, change.denominator);
        // A bar of 1/64 need not have whole steps, so both sides are multiplied.
        let per_bar = u64::from(resolution.steps_per_bar()) * u64::from(numerator);
        let bars = (steps * u64::from(denominator)).div_ceil(per_bar);
        let bars = u32::try_from(bars).unwrap_or(u32::MAX);
        let is_cut = bars > MAX_BARS;
        let read = bars.min(MAX_BARS);
        let start = change.tick;
        sections.push(Section { start, numerator, denominator, first_bar, bars: read, is_cut });
        first_bar = first_bar.saturating_add(bars);
    }
    sections
}

/// Where the time signature becomes another one, beginning with that of tick 0.
fn changes(signatures: &[TimeSignature]) -> Vec<TimeSignature> {
    let mut changes = vec![TimeSignature { tick: 0, numerator: 4, denominator: 4 }];
    for &TimeSignature { tick, numerator, denominator } in signatures {
        let current = changes.last_mut().expect("there is one");
        // A score made by hand may say that a bar has no beats.
        let (numerator, denominator) = (numerator.max(1), denominator.max(1));
        if tick <= current.tick {
            (current.numerator, current.denominator) = (numerator, denominator);
        } else if (current.numerator, current.denominator) != (numerator, denominator) {
            changes.push(TimeSignature { tick, numerator, denominator });
        }
    }
    changes
}

/// The end of the score, or of its last note where a score made by hand says less.
fn last_tick(score: &Score) -> u32 {
    let ends = score.tracks.iter().flat_map(|track| &track.notes).map(|note| note.end);
    ends.fold(score.end, u32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::SIXTEENTHS;

    /// Signatures as (tick, numerator, denominator), with 480 ticks in a quarter; sections as
    /// (start, first bar, bars).
    #[track_caller]
    fn check(signatures: &[(u32, u8, u8)], end: u32, expected: &[(u32, u32, u32)]) {
        let signature =
            |&(tick, numerator, denominator): &_| TimeSignature { tick, numerator, denominator };
        let time_signatures = signatures.iter().map(signature).collect();
        let score = Score { time_signatures, end, ..Score::empty() };
        let sections = sections(&score, SIXTEENTHS);
        let found: Vec<_> = sections.iter().map(|s| (s.start, s.first_bar, s.bars)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_section_ends_where_the_signature_changes() {
        check(&[], 0, &[(0, 0, 1)]);
        check(&[], 1920, &[(0, 0, 1)]);
        check(&[(0, 4, 4)], 1981, &[(0, 0, 2)]);
        check(&[(0, 3, 4), (1440, 4, 4)], 5280, &[(0, 0, 1), (1440, 1, 2)]);
        check(&[(0, 6, 8), (1440, 6, 8)], 2880, &[(0, 0, 2)]);
        check(&[(1920, 3, 4), (1920, 2, 2)], 3840, &[(0, 0, 1), (1920, 1, 1)]);
    }

    #[test]
    fn a_bar_of_a_64th_and_one_without_beats_do_no_harm() {
        check(&[(0, 1, 64)], 480, &[(0, 0, 16)]);
        check(&[(0, 0, 0)], 1920, &[(0, 0, 1)]);
        check(&[], u32::MAX, &[(0, 0, MAX_BARS)]);
    }
}
