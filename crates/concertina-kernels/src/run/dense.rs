//! A dense layer over the whole batch, by matrix products.

use std::ops::Range;

use gemm::{Parallelism, gemm};
use rayon::prelude::*;

use crate::layer::Activation;

/// The plan of one dense layer.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) activation: Activation,
    /// In the flat vector of the whole stack.
    pub(crate) weight: Range<usize>,
    pub(crate) bias: Range<usize>,
}

impl Dense {
    pub(crate) fn forward(&self, parameters: &[f32], x: &[f32]) -> Vec<f32> {
        let batch = x.len() / self.inputs;
        let weight = Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs);
        let bias = &parameters[self.bias.clone()];
        let mut y = vec![0.0; batch * self.outputs];
        multiply(&mut y, Matrix::new(x, batch, self.inputs), weight.transposed());
        for row in y.chunks_exact_mut(self.outputs) {
            for (y, bias) in row.iter_mut().zip(bias) {
                *y = self.activation.value(*y + bias);
            }
        }
        y
    }

    /// Overwrites this layer's part of `grad_parameters`; returns the gradient with respect to `x` if it is wanted.
    pub(crate) fn backward(
        &self,
        parameters: &[f32],
        x: &[f32],
        y: Option<&[f32]>,
        grad_y: &[f32],
        grad_parameters: &mut [f32],
        grad_x: Option<&mut [f32]>,
    ) {
        let batch = grad_y.len() / self.outputs;
        let through;
        let grad = match y {
            Some(y) => {
                let pairs = grad_y.iter().zip(y);
                through =
                    pairs.map(|(grad, &y)| grad * self.activation.slope(y)).collect::<Vec<_>>();
                &through
            }
            None => grad_y,
        };
        let bias = &mut grad_parameters[self.bias.clone()];
        bias.fill(0.0);
        for row in grad.chunks_exact(self.outputs) {
            for (sum, grad) in bias.iter_mut().zip(row) {
                *sum += grad;
            }
        }
        let grad = Matrix::new(grad, batch, self.outputs);
        let grad_weight = &mut grad_parameters[self.weight.clone()];
        multiply(grad_weight, grad.transposed(), Matrix::new(x, batch, self.inputs));
        if let Some(grad_x) = grad_x {
            let weight = Matrix::new(&parameters[self.weight.clone()], self.outputs, self.inputs);
            multiply(grad_x, grad, weight);
        }
    }
}

/// A matrix in memory.
#[derive(Clone, Copy)]
struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_step: usize,
    column_step: usize,
}

impl<'a> Matrix<'a> {
    fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(values.len(), rows * columns);
        Matrix { values, rows, columns, row_step: columns, column_step: 1 }
    }

    fn transposed(self) -> Self {
        Matrix {
            rows: self.columns,
            columns: self.rows,
            row_step: self.column_step,
            column_step: self.row_step,
            ..self
        }
    }
}

/// A product is split into at most this many parts, whatever the number of threads.
const PARTS: usize = 8;
/// Fewer rows or columns than this are not worth a part of their own.
const LEAST_PART: usize = 64;

/// Overwrites `target`, row after row, with `a b`.
fn multiply(target: &mut [f32], a: Matrix, b: Matrix) {
    assert_eq!(a.columns, b.rows);
    assert_eq!(target.len(), a.rows * b.columns);
    let (rows, columns) = (a.rows, b.columns);
    let longer = rows.max(columns);
    let parts = longer.div_ceil(LEAST_PART).min(PARTS);
    let step = longer.div_ceil(parts).next_multiple_of(16);
    let start = Start(target.as_mut_ptr());
    (0..longer.div_ceil(step)).into_par_iter().for_each(|part| {
        let range = part * step..longer.min((part + 1) * step);
        let (rows, columns) = if rows > columns { (range, 0..columns) } else { (0..rows, range) };
        let width = b.columns;
        // SAFETY: `Matrix` is made of a slice with all its elements, transposing keeps the places, `target` has the
        // size of the product, as asserted, and the parts are disjoint.
        unsafe {
            gemm(
                rows.len(),
                columns.len(),
                a.columns,
                start.at(rows.start * width + columns.start),
                1,
                width as isize,
                false,
                a.values.as_ptr().add(rows.start * a.row_step),
                a.column_step as isize,
                a.row_step as isize,
                b.values.as_ptr().add(columns.start * b.column_step),
                b.column_step as isize,
                b.row_step as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                Parallelism::None,
            );
        }
    });
}

/// Where a matrix starts that several threads write different parts of.
#[derive(Clone, Copy)]
struct Start(*mut f32);

// SAFETY: the pointer is only used to write disjoint parts, while the slice it comes from is borrowed.
unsafe impl Send for Start {}
// SAFETY: as above.
unsafe impl Sync for Start {}

impl Start {
    /// # Safety
    /// The element must be within the matrix.
    unsafe fn at(self, element: usize) -> *mut f32 {
        // SAFETY: the caller vouches for it.
        unsafe { self.0.add(element) }
    }
}
