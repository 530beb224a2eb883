//! How often each value of a byte occurs among pixels, and the statistics that follow from it.

use serde::{Deserialize, Serialize};

use crate::parallel;

/// Counts of the 256 values of a byte: integers, so that the result does not depend on the order in
/// which pixels were counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub(crate) struct Histogram([u64; 256]);

/// Statistics of pixel values, 0 to 1.
pub(crate) struct Values {
    pub(crate) range: [f32; 2],
    pub(crate) mean: f32,
    pub(crate) std: f32,
}

impl Histogram {
    /// Of no pixel.
    pub(crate) const EMPTY: Self = Self([0; 256]);

    /// Of these pixels.
    pub(crate) fn of(pixels: &[u8]) -> Self {
        let counts = parallel::map(pixels.chunks(1 << 20), count);
        Self(std::array::from_fn(|value| counts.iter().map(|counts| counts[value]).sum()))
    }

    /// Adds the counts of other pixels.
    pub(crate) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    /// The statistics; of no pixel at all, zeros.
    pub(crate) fn values(&self) -> Values {
        let Self(counts) = self;
        let low = counts.iter().position(|&count| count > 0).unwrap_or(0);
        let high = counts.iter().rposition(|&count| count > 0).unwrap_or(0);
        let n = counts.iter().sum::<u64>().max(1) as f64;
        let moment = |power: i32| {
            let terms = counts.iter().enumerate();
            terms
                .map(|(value, &count)| (value as f64 / 255.0).powi(power) * count as f64)
                .sum::<f64>()
                / n
        };
        let mean = moment(1);
        let variance = (moment(2) - mean * mean).max(0.0);
        Values {
            range: [low as f32 / 255.0, high as f32 / 255.0],
            mean: mean as f32,
            std: variance.sqrt() as f32,
        }
    }
}

impl TryFrom<Vec<u64>> for Histogram {
    type Error = String;

    fn try_from(counts: Vec<u64>) -> Result<Self, String> {
        let found = counts.len();
        let counts = counts.try_into();
        counts.map(Self).map_err(|_| format!("expected counts of 256 values, found {found}"))
    }
}

impl From<Histogram> for Vec<u64> {
    fn from(Histogram(counts): Histogram) -> Self {
        counts.to_vec()
    }
}

fn count(pixels: &[u8]) -> [u64; 256] {
    let mut counts = [0; 256];
    for &value in pixels {
        counts[usize::from(value)] += 1;
    }
    counts
}
