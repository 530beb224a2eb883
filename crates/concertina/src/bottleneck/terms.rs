//! Codes and the named loss terms that belong to them.

use burn::tensor::Tensor;

/// A term of the loss, before its weight.
pub(crate) struct Term {
    /// Its name in `metrics.jsonl`.
    pub(crate) name: &'static str,
    pub(crate) value: TermValue,
}

/// The value of a term.
pub(crate) enum TermValue {
    /// One value for each example and latent dimension, `[B, D]`; reported as the sum over
    /// dimensions and the mean over examples.
    PerDimension(Tensor<2>),
    /// One value for the whole batch, `[1]`.
    OfBatch(Tensor<1>),
}

/// The codes of a batch and their loss terms.
pub(crate) struct Code {
    /// The decoder's input, `[B k, D]`: k codes for each example, one after the other.
    pub(crate) z: Tensor<2>,
    /// Terms that are reported and may be penalised.
    pub(crate) terms: Vec<Term>,
    /// For k > 1: the logarithm of `q(z|x) / p(z)` of each code, `[B, k]`.
    pub(crate) importance: Option<Tensor<2>>,
}

impl Code {
    /// Codes without terms.
    pub(super) fn of(z: Tensor<2>) -> Self {
        Self { z, terms: Vec::new(), importance: None }
    }

    /// Adds a term per example and dimension, `[B, D]`.
    pub(super) fn with_dimensions(mut self, name: &'static str, value: Tensor<2>) -> Self {
        self.terms.push(Term { name, value: TermValue::PerDimension(value) });
        self
    }

    /// Adds a term of the whole batch, `[1]`.
    pub(super) fn with_batch_term(mut self, name: &'static str, value: Tensor<1>) -> Self {
        self.terms.push(Term { name, value: TermValue::OfBatch(value) });
        self
    }

    /// The term per example and dimension of this name.
    pub(super) fn dimensions(&self, name: &str) -> Option<Tensor<2>> {
        self.terms.iter().find_map(|term| match &term.value {
            TermValue::PerDimension(value) if term.name == name => Some(value.clone()),
            _ => None,
        })
    }

    /// The term of the whole batch of this name.
    pub(super) fn batch_term(&self, name: &str) -> Option<Tensor<1>> {
        self.terms.iter().find_map(|term| match &term.value {
            TermValue::OfBatch(value) if term.name == name => Some(value.clone()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{constant, values};

    #[test]
    fn terms_are_found_by_name_and_kind() {
        let dimensions = |value| constant(&[value; 2], [1, 2]);
        let of_batch = |value| constant(&[value], [1]);
        let code = Code::of(dimensions(0.0))
            .with_dimensions("a", dimensions(1.0))
            .with_dimensions("b", dimensions(2.0))
            .with_batch_term("c", of_batch(3.0))
            .with_batch_term("d", of_batch(4.0));
        let found = ["a", "b", "c", "d"].map(|name| {
            let dimensions = code.dimensions(name).map(|value| values(value)[0]);
            (dimensions, code.batch_term(name).map(|value| values(value)[0]))
        });
        let expected = [(Some(1.0), None), (Some(2.0), None), (None, Some(3.0)), (None, Some(4.0))];
        assert_eq!(found, expected);
    }
}
