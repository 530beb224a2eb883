//! Cross-entropy of tokens.

use burn::tensor::Tensor;
use concertina_kernels::{categorical_cross_entropy, next_token};
use serde::{Deserialize, Serialize};

use super::compare::{Compare, Likelihood};
use super::operations;
use super::reduction::Reduction;
use super::values::Values;
use crate::autodiff::{Floats, Node, Value, apply, runs_at};
use crate::parallel;

/// Categorical cross-entropy, in nats: each target value is a token, the number of a class, and the
/// decoder's raw output are the logits of the classes at each step. For music, whose steps are
/// tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Categorical {
    /// The reduction over the tokens of an example.
    #[serde(default)]
    pub reduction: Reduction,
}

impl Compare for Categorical {
    fn reduction(&self) -> Reduction {
        self.reduction
    }

    fn takes_tokens(&self) -> bool {
        true
    }

    fn errors(
        &self,
        output: Tensor<2>,
        target: Tensor<2>,
        _: Tensor<1>,
        values: Values<'_>,
    ) -> Tensor<1> {
        if runs_at(&output) {
            apply(CategoricalNode { classes: values.classes.to_vec() }, output, target)
        } else {
            operations::categorical(output, target, values.classes)
        }
    }

    fn plain_errors(
        &self,
        output: &[f32],
        target: &[f32],
        _: &[f32],
        values: Values<'_>,
    ) -> Vec<f32> {
        let mut errors = vec![0.0; target.len() / values.n()];
        categorical_cross_entropy(output, target, values.classes, &mut errors, None);
        errors
    }

    /// The most probable tokens.
    fn x_hat(&self, output: Vec<f32>, values: Values<'_>) -> Vec<f32> {
        let width: usize = values.classes.iter().sum();
        let voices = output.chunks_exact(width).flat_map(|step| values.by_voice(step));
        voices.map(|logits| next_token(MOST_PROBABLE, logits, 1.0)).collect()
    }

    fn likelihood(&self, _: &[f32], _: usize) -> Option<Likelihood> {
        None
    }

    fn log_likelihood(&self, error: f64, _: usize) -> Option<f64> {
        Some(-error)
    }

    fn quantity(&self) -> &'static str {
        "nats"
    }

    fn words(&self) -> [&'static str; 2] {
        ["window", "token"]
    }

    fn error_convention(&self, _: &str) -> String {
        "cross-entropy of tokens, given those before them (teacher-forced)".to_owned()
    }

    fn likelihood_convention(&self, _: &str) -> Option<String> {
        Some("of tokens, given those before them".to_owned())
    }
}

/// A guide that asks for the most probable token.
const MOST_PROBABLE: f32 = -1.0;

/// The errors as a function of logits and tokens.
#[derive(Clone, Debug)]
struct CategoricalNode {
    classes: Vec<usize>,
}

impl CategoricalNode {
    fn evaluate(&self, [logits, tokens]: [Floats; 2], gradients: Option<&mut [f32]>) -> Value {
        let steps_of_all = tokens.len() / self.classes.len();
        let width: usize = self.classes.iter().sum();
        assert_eq!(logits.len(), steps_of_all * width, "a logit for each class at each step");
        let mut errors = vec![0.0; tokens.rows()];
        categorical_cross_entropy(&logits, &tokens, &self.classes, &mut errors, gradients);
        let shape = vec![errors.len()];
        Value { values: errors, shape }
    }
}

impl Node for CategoricalNode {
    /// The gradient of each example's error with respect to its logits, and their number.
    type Saved = (Vec<f32>, usize);

    fn forward(&self, inputs: [Floats; 2]) -> Value {
        self.evaluate(inputs, None)
    }

    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, Self::Saved) {
        let mut gradients = vec![0.0; inputs[0].len()];
        let value = self.evaluate(inputs, Some(&mut gradients));
        let width = gradients.len() / value.values.len().max(1);
        (value, (gradients, width))
    }

    fn backward(
        &self,
        (gradients, width): &Self::Saved,
        gradient: &[f32],
        _wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2] {
        let mut logits_gradient = vec![0.0; gradients.len()];
        let width = (*width).max(1);
        let rows = logits_gradient.chunks_exact_mut(width).zip(gradients.chunks_exact(width));
        parallel::each(rows.zip(gradient), |((to, local), gradient)| {
            to.iter_mut().zip(local).for_each(|(to, local)| *to = local * gradient);
        });
        [Some(logits_gradient), None]
    }
}
