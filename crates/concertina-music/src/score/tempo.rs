//! When a tick sounds.

/// Microseconds in a quarter note where nothing is said: 120 quarters per minute.
const DEFAULT: u32 = 500_000;

/// From `tick` on, a quarter note lasts this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    /// Where it begins to hold, in ticks.
    pub tick: u32,
    /// Length of a quarter note, 1 to 16,777,215 microseconds.
    pub microseconds_per_quarter: u32,
}

/// The tempos of a score, added up.
#[derive(Clone, Debug, PartialEq)]
pub struct TempoMap {
    ticks_per_quarter: f64,
    /// Where each tempo begins, in ticks and in seconds, and the seconds of one quarter.
    segments: Vec<(u32, f64, f64)>,
}

impl TempoMap {
    /// `tempos` are in the order of time.
    pub(super) fn new(ticks_per_quarter: u16, tempos: &[Tempo]) -> Self {
        let ticks_per_quarter = f64::from(ticks_per_quarter.max(1));
        let mut segments = vec![(0, 0.0, f64::from(DEFAULT) / 1e6)];
        for tempo in tempos {
            let &(tick, seconds, quarter) = segments.last().expect("there is a first one");
            let passed = f64::from(tempo.tick.saturating_sub(tick)) / ticks_per_quarter * quarter;
            let quarter = f64::from(tempo.microseconds_per_quarter) / 1e6;
            segments.push((tempo.tick, seconds + passed, quarter));
        }
        Self { ticks_per_quarter, segments }
    }

    /// When the tick sounds, in seconds from the beginning.
    pub fn seconds(&self, tick: u32) -> f64 {
        let after = self.segments.partition_point(|&(start, ..)| start <= tick);
        let (start, seconds, quarter) = self.segments[after.max(1) - 1];
        seconds + f64::from(tick.saturating_sub(start)) / self.ticks_per_quarter * quarter
    }
}
