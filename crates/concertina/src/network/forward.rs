//! The one seam between networks and what runs them: two tensors go in, the flat parameters and the activations, and
//! one comes out.
//!
//! On the CPU (Burn's Flex) a whole stack of layers is one node of the autodiff graph, run by `concertina-kernels`,
//! forward and backward. On every other device it is made of Burn's own operations.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor, TensorData};
use burn_flex::FlexTensor;
use concertina_kernels::{Stack, Tape};

use super::operations::forward_with_operations;

/// Runs `stack` on a batch.
///
/// # Shapes
/// - `parameters`: `[P]`, all weights and biases of the stack, layer by layer
/// - `x`: `[B, C * H * W]` of the stack's input
/// - returns `[B, C * H * W]` of the stack's output
///
/// On an autodiff device the result can be differentiated with respect to both.
///
/// # Panics
/// If the sizes do not fit the stack.
pub fn forward(stack: &Arc<Stack>, parameters: Tensor<1>, x: Tensor<2>) -> Tensor<2> {
    // Equal devices are the same hardware, with or without autodiff.
    if x.device() != Device::flex() {
        return forward_with_operations(stack, parameters, x);
    }
    let y = <Dispatch as StackOps>::run_stack(
        parameters.into_dispatch(),
        x.into_dispatch(),
        Arc::clone(stack),
    );
    Tensor::from_dispatch(y)
}

#[backend_extension(Autodiff, Flex)]
trait StackOps: Backend {
    fn run_stack(
        parameters: FloatTensor<Self>,
        x: FloatTensor<Self>,
        stack: Arc<Stack>,
    ) -> FloatTensor<Self>;
}

impl StackOps for Flex {
    fn run_stack(parameters: FlexTensor, x: FlexTensor, stack: Arc<Stack>) -> FlexTensor {
        let (parameters, x) = (parameters.to_contiguous(), x.to_contiguous());
        let x = values(&x);
        let batch = batch_size(&stack, x);
        tensor_of(stack.forward(values(&parameters), x, batch), batch)
    }
}

impl<C: CheckpointStrategy> StackOps for Autodiff<Flex, C> {
    fn run_stack(
        parameters: FloatTensor<Self>,
        x: FloatTensor<Self>,
        stack: Arc<Stack>,
    ) -> FloatTensor<Self> {
        let nodes = [parameters.node(), x.node()];
        match StackBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(step) => {
                let parameters = parameters.primitive().to_contiguous();
                let x = x.primitive().to_contiguous();
                let batch = batch_size(&stack, values(&x));
                let (y, tape) = stack.forward_taped(values(&parameters), values(&x), batch);
                let state = Saved { stack, parameters, tape: Arc::new(tape) };
                step.finish(state, tensor_of(y, batch))
            }
            OpsKind::UnTracked(step) => {
                let y = Flex::run_stack(parameters.into_primitive(), x.into_primitive(), stack);
                step.finish(y)
            }
        }
    }
}

#[derive(Debug)]
struct StackBackward;

#[derive(Clone, Debug)]
struct Saved {
    stack: Arc<Stack>,
    parameters: FlexTensor,
    tape: Arc<Tape>,
}

impl Backward<Flex, 2> for StackBackward {
    type State = Saved;

    fn backward(
        self,
        ops: Ops<Saved, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let [parameters_node, x_node] = ops.parents;
        let Saved { stack, parameters, tape } = ops.state;
        let grad_y = gradients.consume::<Flex>(&ops.node).to_contiguous();
        let grad_y = values(&grad_y);
        let batch = grad_y.len() / stack.output().iter().product::<usize>();

        let mut grad_parameters = vec![0.0; stack.n_parameters()];
        let mut grad_x =
            x_node.as_ref().map(|_| vec![0.0; batch * stack.input().iter().product::<usize>()]);
        stack.backward(
            values(&parameters),
            &tape,
            grad_y,
            &mut grad_parameters,
            grad_x.as_deref_mut(),
        );

        if let Some(node) = parameters_node {
            let n = grad_parameters.len();
            let tensor = FlexTensor::from_data(TensorData::new(grad_parameters, [n]));
            gradients.register::<Flex>(node.id, tensor);
        }
        if let (Some(node), Some(grad_x)) = (x_node, grad_x) {
            gradients.register::<Flex>(node.id, tensor_of(grad_x, batch));
        }
    }
}

/// The numbers of a contiguous tensor.
fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("the tensor was made contiguous, and the library's tensors are f32")
}

fn batch_size(stack: &Stack, x: &[f32]) -> usize {
    x.len() / stack.input().iter().product::<usize>()
}

/// A `[batch, rest]` tensor.
fn tensor_of(values: Vec<f32>, batch: usize) -> FlexTensor {
    let width = values.len() / batch.max(1);
    FlexTensor::from_data(TensorData::new(values, [batch, width]))
}
