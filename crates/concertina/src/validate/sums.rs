//! Sums of losses over the examples of an epoch or a split, in f64 and in the order of the batches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::metrics::Losses;
use crate::bottleneck::{Metric, Term, TermValue};
use crate::group::{Message, Reader};
use crate::math::NamedValues;
use crate::model::floats;

/// The losses of a batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct BatchLosses {
    /// The number of examples.
    pub(crate) n: usize,
    /// The minimised loss, a mean over the batch.
    pub(crate) loss: f32,
    /// The sum of reconstruction errors.
    pub(crate) reconstruction: f64,
    /// The other terms, each summed over the examples.
    pub(crate) terms: Vec<(&'static str, f64)>,
}

impl BatchLosses {
    /// The losses of a batch from those of its shards, each with the shard's part of `loss`, added
    /// in their order.
    pub(crate) fn of_shards(shards: &[Self]) -> Self {
        let Some((first, rest)) = shards.split_first() else { return Self::default() };
        let mut whole = first.clone();
        let mut loss = f64::from(first.loss);
        for shard in rest {
            loss += f64::from(shard.loss);
            whole.n += shard.n;
            whole.reconstruction += shard.reconstruction;
            for ((_, sum), (_, value)) in whole.terms.iter_mut().zip(&shard.terms) {
                *sum += value;
            }
        }
        Self { loss: loss as f32, ..whole }
    }

    /// Tells another process. `metrics` are those of the bottleneck, of which terms have the names.
    pub(crate) fn write(&self, metrics: &[Metric], message: &mut Message) {
        let terms = self.terms.iter().flat_map(|(name, value)| {
            let index = metrics.iter().position(|metric| metric.name == *name);
            [index.expect("every term is one of the bottleneck's metrics") as f64, *value]
        });
        let all = [self.n as f64, f64::from(self.loss), self.reconstruction].into_iter();
        message.doubles(&all.chain(terms).collect::<Vec<f64>>());
    }

    /// What another process told.
    pub(crate) fn read(metrics: &[Metric], reader: &mut Reader<'_>) -> Self {
        let all = reader.doubles();
        let terms = all[3..].chunks_exact(2).map(|term| (metrics[term[0] as usize].name, term[1]));
        Self {
            n: all[0] as usize,
            loss: all[1] as f32,
            reconstruction: all[2],
            terms: terms.collect(),
        }
    }
}

/// The sum of a term over the `n` examples of its batch, from tensors without a gradient.
pub(crate) fn term_sum(term: Term, n: usize) -> (&'static str, f64) {
    let sum = match term.value {
        TermValue::PerDimension(values) => sum(&floats(values.into_data())),
        TermValue::OfBatch(mean) => f64::from(mean.into_scalar::<f32>()) * n as f64,
    };
    (term.name, sum)
}

/// The sum of f32 values, in f64 and in order.
pub(crate) fn sum(values: &[f32]) -> f64 {
    values.iter().map(|&value| f64::from(value)).sum()
}

/// Sums over all batches so far. A checkpoint stores them as the bits of f64 values, without
/// rounding.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
pub(crate) struct Sums {
    n: Bits,
    loss: Bits,
    reconstruction: Bits,
    terms: Vec<(String, Bits)>,
}

/// An f64 value, serialised as its bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Bits(u64);

impl Bits {
    fn value(self) -> f64 {
        f64::from_bits(self.0)
    }

    fn add(&mut self, value: f64) {
        self.0 = (self.value() + value).to_bits();
    }
}

impl Sums {
    pub(crate) fn add(&mut self, batch: &BatchLosses) {
        let n = batch.n as f64;
        self.n.add(n);
        self.loss.add(f64::from(batch.loss) * n);
        self.reconstruction.add(batch.reconstruction);
        for (name, value) in &batch.terms {
            match self.terms.iter_mut().find(|(found, _)| found == name) {
                Some((_, sum)) => sum.add(*value),
                None => self.terms.push(((*name).to_owned(), Bits(value.to_bits()))),
            }
        }
    }

    /// Means over the examples.
    pub(crate) fn losses(&self) -> Losses {
        let mean = |sum: Bits| sum.value() / self.n.value();
        let terms = self.terms.iter().map(|(name, sum)| (name, mean(*sum)));
        Losses {
            loss: mean(self.loss),
            reconstruction: mean(self.reconstruction),
            terms: terms.collect::<NamedValues>(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn means_weigh_every_example_alike_and_survive_a_checkpoint_to_the_bit() {
        let mut sums = Sums::default();
        for (n, loss, kl) in [(3, 0.1, 0.3), (1, 0.7, 0.4)] {
            let terms = vec![("kl", kl), ("mmd", 1.0)];
            sums.add(&BatchLosses { n, loss, reconstruction: 2.0, terms });
        }
        let json = serde_json::to_string(&sums).unwrap();
        assert_eq!(serde_json::from_str::<Sums>(&json).unwrap(), sums);
        let losses = sums.losses();
        assert!((losses.loss - 0.25).abs() < 1e-7);
        assert_eq!((losses.reconstruction, losses.term("mmd")), (1.0, Some(0.5)));
        assert!((losses.term("kl").unwrap() - 0.175).abs() < 1e-12);
    }
}
