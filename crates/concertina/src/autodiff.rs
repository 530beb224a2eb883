//! Custom functions as nodes of Burn's autodiff graph: on the CPU they take plain slices and return
//! plain vectors.
//!
//! A [`Node`] defines its forward and its backward pass. Burn keeps the graph and sees the whole
//! node as one operation.

use std::fmt::Debug;
use std::ops::Deref;
use std::sync::Arc;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Device, Tensor, TensorData};
use burn_flex::FlexTensor;

/// A differentiable function of two tensors.
pub(crate) trait Node: Clone + Debug + Send + Sync + 'static {
    /// What [`Node::forward_saved`] keeps for [`Node::backward`].
    type Saved: Debug + Send + Sync + 'static;

    /// The value.
    fn forward(&self, inputs: [Floats; 2]) -> Value;

    /// The value, and what the backward pass needs.
    fn forward_saved(&self, inputs: [Floats; 2]) -> (Value, Self::Saved);

    /// The gradients with respect to the inputs marked in `wanted`, each of its input's length.
    /// `gradient` is the gradient with respect to the value. A node may return `None` for an input
    /// that it treats as a constant.
    fn backward(
        &self,
        saved: &Self::Saved,
        gradient: &[f32],
        wanted: [bool; 2],
    ) -> [Option<Vec<f32>>; 2];
}

/// What a node returns.
pub(crate) struct Value {
    pub(crate) values: Vec<f32>,
    pub(crate) shape: Vec<usize>,
}

impl Value {
    /// A matrix `[rows, columns]`, where columns = values / rows; `[0, 0]` without rows.
    pub(crate) fn matrix(values: Vec<f32>, rows: usize) -> Self {
        let columns = values.len() / rows.max(1);
        Self { values, shape: vec![rows, columns] }
    }
}

/// The values of a tensor in row-major order. A clone shares them.
#[derive(Clone, Debug)]
pub(crate) struct Floats(FlexTensor);

impl Floats {
    /// The length of the first axis.
    pub(crate) fn rows(&self) -> usize {
        self.0.layout().shape().to_vec().first().copied().unwrap_or_default()
    }

    fn of(tensor: &FlexTensor) -> Self {
        Self(tensor.to_contiguous())
    }
}

impl Deref for Floats {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        let values = self.0.as_slice();
        values.expect("the tensor was made contiguous, and the library's tensors are f32")
    }
}

/// Whether nodes can run on the tensor's device. They can on the CPU, with or without autodiff:
/// devices are equal if their hardware is the same.
pub(crate) fn runs_at<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.device() == Device::flex()
}

/// Runs `node` on `a` and `b`. `D` must be the number of axes of the node's value.
///
/// # Panics
/// If nodes cannot run on the tensors' device; see [`runs_at`].
pub(crate) fn apply<N: Node, const A: usize, const B: usize, const D: usize>(
    node: N,
    a: Tensor<A>,
    b: Tensor<B>,
) -> Tensor<D> {
    Tensor::from_dispatch(<Dispatch as NodeOps>::run_node(
        a.into_dispatch(),
        b.into_dispatch(),
        node,
    ))
}

#[backend_extension(Autodiff, Flex)]
trait NodeOps: Backend {
    fn run_node<N: Node>(a: FloatTensor<Self>, b: FloatTensor<Self>, node: N) -> FloatTensor<Self>;
}

impl NodeOps for Flex {
    fn run_node<N: Node>(a: FlexTensor, b: FlexTensor, node: N) -> FlexTensor {
        tensor(node.forward([Floats::of(&a), Floats::of(&b)]))
    }
}

impl<C: CheckpointStrategy> NodeOps for Autodiff<Flex, C> {
    fn run_node<N: Node>(a: FloatTensor<Self>, b: FloatTensor<Self>, node: N) -> FloatTensor<Self> {
        match (NodeBackward { node: node.clone() })
            .prepare::<C>([a.node(), b.node()])
            .compute_bound()
            .stateful()
        {
            OpsKind::Tracked(step) => {
                let [a, b] = [a.primitive(), b.primitive()];
                let shapes = [shape(a), shape(b)];
                let (value, saved) = node.forward_saved([Floats::of(a), Floats::of(b)]);
                step.finish(State { shapes, saved: Arc::new(saved) }, tensor(value))
            }
            OpsKind::UnTracked(step) => {
                step.finish(Flex::run_node(a.into_primitive(), b.into_primitive(), node))
            }
        }
    }
}

#[derive(Debug)]
struct NodeBackward<N> {
    node: N,
}

/// What is kept from a node's forward pass for its backward pass.
#[derive(Debug)]
struct State<S> {
    shapes: [Vec<usize>; 2],
    saved: Arc<S>,
}

impl<S> Clone for State<S> {
    fn clone(&self) -> Self {
        Self { shapes: self.shapes.clone(), saved: Arc::clone(&self.saved) }
    }
}

impl<N: Node> Backward<Flex, 2> for NodeBackward<N> {
    type State = State<N::Saved>;

    fn backward(
        self,
        ops: Ops<Self::State, 2>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = Floats::of(&gradients.consume::<Flex>(&ops.node));
        let State { shapes, saved } = ops.state;
        let wanted = ops.parents.each_ref().map(Option::is_some);
        let results = self.node.backward(&saved, &gradient, wanted);
        for ((parent, values), shape) in ops.parents.into_iter().zip(results).zip(shapes) {
            if let (Some(parent), Some(values)) = (parent, values) {
                gradients.register::<Flex>(parent.id, tensor(Value { values, shape }));
            }
        }
    }
}

fn shape(tensor: &FlexTensor) -> Vec<usize> {
    tensor.layout().shape().to_vec()
}

fn tensor(value: Value) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(value.values, value.shape))
}
