//! What a matrix product is of.

use super::matrix::Matrix;
use crate::layer::Activation;

/// `activation(left * right + bias)`, the bias added to each row if there is one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product<'a> {
    pub(super) left: Matrix<'a>,
    pub(super) right: Matrix<'a>,
    pub(super) bias: Option<&'a [f32]>,
    pub(super) activation: Activation,
}

impl<'a> Product<'a> {
    /// Without bias and activation.
    pub(crate) fn new(left: Matrix<'a>, right: Matrix<'a>) -> Self {
        assert_eq!(left.columns(), right.rows(), "the sizes of the factors of a product");
        Product { left, right, bias: None, activation: Activation::Identity }
    }

    /// With a bias, one value for each column.
    pub(crate) fn with_bias(self, bias: &'a [f32]) -> Self {
        assert_eq!(bias.len(), self.right.columns(), "the size of the bias of a product");
        Product { bias: Some(bias), ..self }
    }

    /// With an activation, which comes after the bias.
    pub(crate) fn with_activation(self, activation: Activation) -> Self {
        Product { activation, ..self }
    }
}
