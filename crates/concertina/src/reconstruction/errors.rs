//! Errors of reconstructions as one node of the autodiff graph: value and gradient in one pass over the pixels.
//!
//! Written out of tensor operations, the cross-entropy of a batch and its gradient take some twenty passes over memory.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor, TensorData};
use burn_flex::FlexTensor;
use concertina_kernels::Loss;
use rayon::prelude::*;

/// The error of each image, summed over its values: `[B]` from `[B, N]` logits and targets. Differentiable with
/// respect to the logits only.
pub(super) fn summed(loss: Loss, logits: Tensor<2>, target: Tensor<2>) -> Tensor<1> {
    if logits.device() != Device::flex() {
        return super::operations::summed(loss, logits, target);
    }
    let errors =
        <Dispatch as ErrorOps>::summed_errors(logits.into_dispatch(), target.into_dispatch(), loss);
    Tensor::from_dispatch(errors)
}

#[backend_extension(Autodiff, Flex)]
trait ErrorOps: Backend {
    fn summed_errors(
        logits: FloatTensor<Self>,
        target: FloatTensor<Self>,
        loss: Loss,
    ) -> FloatTensor<Self>;
}

impl ErrorOps for Flex {
    fn summed_errors(logits: FlexTensor, target: FlexTensor, loss: Loss) -> FlexTensor {
        errors_and_slopes(&logits, &target, loss).0
    }
}

impl<C: CheckpointStrategy> ErrorOps for Autodiff<Flex, C> {
    fn summed_errors(
        logits: FloatTensor<Self>,
        target: FloatTensor<Self>,
        loss: Loss,
    ) -> FloatTensor<Self> {
        match ErrorsBackward.prepare::<C>([logits.node()]).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let (errors, slopes) =
                    errors_and_slopes(logits.primitive(), target.primitive(), loss);
                step.finish(slopes, errors)
            }
            OpsKind::UnTracked(step) => {
                let (logits, target) = (logits.into_primitive(), target.into_primitive());
                step.finish(Flex::summed_errors(logits, target, loss))
            }
        }
    }
}

#[derive(Debug)]
struct ErrorsBackward;

/// The derivative of each image's error with respect to its logits, `[B, width]`.
#[derive(Clone, Debug)]
struct Slopes {
    values: Vec<f32>,
    width: usize,
}

const EXPECT: &str = "the tensor was made contiguous, and the library's tensors are f32";

impl Backward<Flex, 1> for ErrorsBackward {
    type State = Slopes;

    fn backward(
        self,
        ops: Ops<Slopes, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let per_image = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let per_image: &[f32] = per_image.as_slice().expect(EXPECT);
        let [logits_node] = ops.parents;
        if let Some(node) = logits_node {
            let Slopes { mut values, width } = ops.state;
            values.par_chunks_exact_mut(width).zip(per_image).for_each(|(slopes, gradient)| {
                for slope in slopes {
                    *slope *= gradient;
                }
            });
            let gradient = TensorData::new(values, [per_image.len(), width]);
            gradients.register::<Flex>(node.id, FlexTensor::from_data(gradient));
        }
    }
}

/// The error of each image, `[B]`, and its derivatives. Each image is summed by itself, value by value, so that neither batch nor
/// threads change a bit of it.
fn errors_and_slopes(logits: &FlexTensor, target: &FlexTensor, loss: Loss) -> (FlexTensor, Slopes) {
    let (logits, target) = (logits.to_contiguous(), target.to_contiguous());
    let shape = logits.layout().shape().clone();
    let width = shape[1];
    let logits: &[f32] = logits.as_slice().expect(EXPECT);
    let target: &[f32] = target.as_slice().expect(EXPECT);

    let mut errors = vec![0.0; shape[0]];
    let mut slopes = vec![0.0; logits.len()];
    loss.evaluate(logits, target, width, &mut errors, Some(&mut slopes));
    let batch = shape[0];
    (FlexTensor::from_data(TensorData::new(errors, [batch])), Slopes { values: slopes, width })
}
