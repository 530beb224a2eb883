//! Codes, and the terms of the loss that come with them, by name.

use burn::tensor::Tensor;

/// A term of the loss, before its weight.
pub(crate) struct Term {
    /// As it is called in `metrics.jsonl`.
    pub(crate) name: &'static str,
    pub(crate) value: TermValue,
}

/// The value of a term.
pub(crate) enum TermValue {
    /// Of each example and latent dimension, `[B, D]`; summed over dimensions and averaged over examples where it is
    /// told.
    PerDimension(Tensor<2>),
    /// Of the batch as a whole, `[1]`.
    OfBatch(Tensor<1>),
}

/// The codes of a batch, and what belongs to them.
pub(crate) struct Code {
    /// `[B k, D]`, what the decoder gets: k codes for each example, one after the other.
    pub(crate) z: Tensor<2>,
    /// What is told of them, and perhaps asked.
    pub(crate) terms: Vec<Term>,
    /// For several codes of an example: the logarithm of `q(z|x) / p(z)` of each, `[B, k]`.
    pub(crate) importance: Option<Tensor<2>>,
}

impl Code {
    /// Codes that have nothing to them but themselves.
    pub(super) fn of(z: Tensor<2>) -> Self {
        Self { z, terms: Vec::new(), importance: None }
    }

    /// Adds a term of each example and dimension, `[B, D]`.
    pub(super) fn with_dimensions(mut self, name: &'static str, value: Tensor<2>) -> Self {
        self.terms.push(Term { name, value: TermValue::PerDimension(value) });
        self
    }

    /// Adds a term of the batch as a whole, `[1]`.
    pub(super) fn with_batch_term(mut self, name: &'static str, value: Tensor<1>) -> Self {
        self.terms.push(Term { name, value: TermValue::OfBatch(value) });
        self
    }

    /// The term of each example and dimension that has this name.
    pub(super) fn dimensions(&self, name: &str) -> Option<Tensor<2>> {
        self.terms.iter().find_map(|term| match &term.value {
            TermValue::PerDimension(value) if term.name == name => Some(value.clone()),
            _ => None,
        })
    }

    /// The term of the batch that has this name.
    pub(super) fn batch_term(&self, name: &str) -> Option<Tensor<1>> {
        self.terms.iter().find_map(|term| match &term.value {
            TermValue::OfBatch(value) if term.name == name => Some(value.clone()),
            _ => None,
        })
    }
}
