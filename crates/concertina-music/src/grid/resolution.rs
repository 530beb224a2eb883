//! How fine a grid is.

/// Steps of a grid. All bars have four quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resolution {
    pub(crate) steps_per_quarter: u32,
}

/// The grid of melodies, drums and trios.
pub(crate) const SIXTEENTHS: Resolution = Resolution { steps_per_quarter: 4 };

/// The grid of multitrack bars: sixteenths and triplets both lie on it.
pub(crate) const TWENTY_FOURTHS: Resolution = Resolution { steps_per_quarter: 24 };

impl Resolution {
    pub(crate) const fn steps_per_bar(self) -> u32 {
        4 * self.steps_per_quarter
    }

    /// The step that is nearest to `ticks` after the beginning, the later of two.
    pub(super) fn step(self, ticks: u32, ticks_per_quarter: u16) -> u32 {
        let quarter = u64::from(ticks_per_quarter.max(1));
        let doubled = 2 * u64::from(self.steps_per_quarter) * u64::from(ticks);
        u32::try_from((doubled + quarter) / (2 * quarter)).unwrap_or(u32::MAX)
    }

    /// Whether a note at `tick` belongs to the step at `boundary` or to a later one.
    pub(super) fn reaches(self, tick: u32, boundary: u32, ticks_per_quarter: u16) -> bool {
        let doubled = |tick: u32| 2 * u64::from(self.steps_per_quarter) * u64::from(tick);
        doubled(tick) + u64::from(ticks_per_quarter) >= doubled(boundary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_step_belongs_to_the_later_one() {
        let steps = [0, 59, 60, 119, 179, 180, 480].map(|tick| SIXTEENTHS.step(tick, 480));
        assert_eq!(steps, [0, 0, 1, 1, 1, 2, 4]);
        // A quarter of one tick has no other place for the notes.
        assert_eq!([0, 1, 2].map(|tick| SIXTEENTHS.step(tick, 1)), [0, 4, 8]);
        assert_eq!(SIXTEENTHS.step(u32::MAX >> 4, 1), (u32::MAX >> 4) * 4);
    }

    #[test]
    fn a_note_reaches_a_boundary_when_its_step_is_not_before_it() {
        for (tick, expected) in [(419, false), (420, true), (480, true), (900, true)] {
            assert_eq!(SIXTEENTHS.reaches(tick, 480, 480), expected, "{tick}");
        }
    }
}
