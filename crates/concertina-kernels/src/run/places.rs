//! Where the inputs of a run's steps lie while nothing is kept for a backward pass.

use std::ops::Range;

use super::workspace::Workspaces;
use crate::lanes::Lanes;

/// A few places that the steps' inputs and the last one's output take in turn.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The place of each.
    pub(super) slots: Vec<usize>,
    pub(super) each: Vec<Workspaces<Lanes>>,
}

impl Places {
    /// For inputs and an output of these lengths. `kept` are pairs of a step and of an earlier one
    /// whose input it reads.
    pub(super) fn new(lens: &[usize], kept: &[[usize; 2]]) -> Self {
        let last_read = |value| {
            let joins = kept.iter().filter(|[_, kept]| *kept == value).map(|[step, _]| *step);
            joins.max().unwrap_or(value)
        };
        // A value is written in the step before the one that reads it.
        let used = lens.iter().enumerate();
        let used = used.map(|(n, &len)| (len, n.saturating_sub(1)..last_read(n)));
        let Slots { of, lens } = Slots::new(used);
        Self { slots: of, each: lens.into_iter().map(Workspaces::new).collect() }
    }

    /// Bytes of all places.
    pub(super) fn bytes(&self) -> u64 {
        self.each.iter().map(Workspaces::bytes).sum()
    }
}

/// Places that are lent to values in turn: as few as there are values in use at the same time.
#[derive(Clone, Debug, Default)]
struct Slots {
    /// The slot of each value.
    of: Vec<usize>,
    /// How much each slot has to hold.
    lens: Vec<usize>,
}

impl Slots {
    /// For values of these lengths, each in use over its range of steps, ends included; the ranges'
    /// starts do not decrease.
    fn new(values: impl IntoIterator<Item = (usize, Range<usize>)>) -> Self {
        let mut slots = Self::default();
        let mut used_until: Vec<usize> = Vec::new();
        for (len, Range { start, end }) in values {
            let free = (0..used_until.len()).filter(|&slot| used_until[slot] < start);
            let slot = free.max_by_key(|&slot| slots.lens[slot]).unwrap_or(used_until.len());
            if slot == used_until.len() {
                used_until.push(0);
                slots.lens.push(0);
            }
            used_until[slot] = end;
            slots.lens[slot] = slots.lens[slot].max(len);
            slots.of.push(slot);
        }
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_lent_again_when_nobody_reads_it() {
        // The first value is read again at step 3, so that three are in use at once.
        let slots = Slots::new([(8, 0..3), (5, 1..1), (6, 2..2), (9, 3..3), (4, 4..4)]);
        assert_eq!(slots.of, [0, 1, 1, 1, 1]);
        assert_eq!(slots.lens, [8, 9]);
        let slots = Slots::new([(8, 0..3), (5, 0..1), (6, 1..2), (9, 2..3), (4, 3..4)]);
        assert_eq!(slots.of, [0, 1, 2, 1, 2]);
        assert_eq!(slots.lens, [8, 9, 6]);
    }
}
