//! Where parameters lie under PyTorch's names.
//!
//! PyTorch's LSTMs have the gates in our order, but a bias for each of their two products. The
//! second is zeros in what we write, and added to the first in what we read.

use super::super::{Codes, Graph, Half, Node, Op, Tensor};
use crate::model::{Architecture, Components, Weights};

/// A tensor of PyTorch's.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Values,
}

/// What its values are among all of ours.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// Those from here on.
    From(usize),
    /// Of each row some from one place and some from another: `[place, columns]` of both.
    Beside([[usize; 2]; 2]),
    /// A second bias, to be added to those from here on.
    Second(usize),
    /// Weights of nothing.
    None,
}

impl Place {
    /// How many values there are.
    fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The values, of all of ours.
    pub(super) fn read(&self, weights: &[f32]) -> Vec<f32> {
        match self.values {
            Values::From(place) => weights[place..][..self.len()].to_vec(),
            Values::Beside(both) => (0..self.shape[0])
                .flat_map(|row| {
                    both.map(|[place, columns]| &weights[place + row * columns..][..columns])
                        .concat()
                })
                .collect(),
            Values::Second(_) | Values::None => vec![0.0; self.len()],
        }
    }

    /// Puts values into ours. Second biases come after the first.
    pub(super) fn write(&self, values: &[f32], weights: &mut [f32]) {
        match self.values {
            Values::From(place) => weights[place..][..values.len()].copy_from_slice(values),
            Values::Beside(both) => {
                for (row, mut values) in values.chunks(self.shape[1]).enumerate() {
                    for [place, columns] in both {
                        let (own, others) = values.split_at(columns);
                        weights[place + row * columns..][..columns].copy_from_slice(own);
                        values = others;
                    }
                }
            }
            Values::Second(place) => {
                for (to, value) in weights[place..].iter_mut().zip(values) {
                    *to += value;
                }
            }
            Values::None => {}
        }
    }
}

/// All parameters of encoder, decoder, codebook and reconstruction, among [`values_of`].
pub(super) fn places(graph: &Graph, architecture: &Architecture) -> Vec<Place> {
    let mut all = Vec::new();
    for (name, half) in [("encoder", &graph.encoder), ("decoder", &graph.decoder)] {
        of_half(name, half, &mut all);
    }
    if let Codes::Codebook { tensor, .. } = &graph.codes {
        all.push(as_it_is("codebook".to_owned(), tensor));
    }
    let Components { encoder, decoder, bottleneck, .. } = architecture.sizes();
    let start = encoder + decoder + bottleneck;
    let own = architecture.reconstruction.iter().enumerate();
    all.extend(own.map(|(number, name)| Place {
        name: format!("reconstruction.{name}"),
        shape: vec![1],
        values: Values::From(start + number),
    }));
    all
}

/// All parameters in one vector, those of the reconstruction at its end.
pub(super) fn values_of(weights: &Weights) -> Vec<f32> {
    [super::super::weights(weights), weights.reconstruction.clone()].concat()
}

fn of_half(half_name: &str, half: &Half, all: &mut Vec<Place>) {
    for (number, node) in half.nodes.iter().enumerate() {
        let place = format!("{half_name}.{number}");
        match &node.op {
            Op::Lstm { .. } | Op::BidirectionalLstm { .. } => {
                all.extend(node.tensors.iter().flat_map(|tensor| of_lstm(&place, tensor)));
            }
            Op::LstmDecoder { segments, conductor, cores, .. } => {
                let parts = Parts { node, place };
                if *segments > 1 {
                    parts.stack("conductor", conductor.len(), no_input(conductor[0]), all);
                }
                for (n, core) in cores.iter().enumerate() {
                    let name = format!("core.{n}");
                    parts.stack(&name, core.hidden.len(), parts.beside(&name), all);
                    parts.linear(&format!("{name}.output"), all);
                }
            }
            _ => {
                let own = node.tensors.iter();
                all.extend(own.map(|tensor| as_it_is(format!("{place}.{}", tensor.name), tensor)));
            }
        }
    }
}

fn as_it_is(name: String, tensor: &Tensor) -> Place {
    Place { name, shape: tensor.shape.clone(), values: Values::From(tensor.offset) }
}

fn second(name: String, tensor: &Tensor) -> Place {
    Place { name, shape: tensor.shape.clone(), values: Values::Second(tensor.offset) }
}

/// "weight", "`recurrent_weight_reverse`" and so on, as PyTorch calls them in a layer of one.
fn of_lstm(place: &str, tensor: &Tensor) -> Vec<Place> {
    let (name, reverse) = match tensor.name.strip_suffix("_reverse") {
        Some(name) => (name, "_reverse"),
        None => (tensor.name.as_str(), ""),
    };
    let called = |name: &str| format!("{place}.{name}_l0{reverse}");
    match name {
        "weight" => vec![as_it_is(called("weight_ih"), tensor)],
        "recurrent_weight" => vec![as_it_is(called("weight_hh"), tensor)],
        _ => vec![as_it_is(called("bias_ih"), tensor), second(called("bias_hh"), tensor)],
    }
}

/// Of a conductor, which reads nothing: PyTorch's LSTMs read one value at least.
fn no_input(hidden: usize) -> (Vec<usize>, Values) {
    (vec![4 * hidden, 1], Values::None)
}

/// The parts of the decoder of music.
struct Parts<'a> {
    node: &'a Node,
    place: String,
}

impl Parts<'_> {
    fn linear(&self, name: &str, all: &mut Vec<Place>) {
        for end in ["weight", "bias"] {
            let name = format!("{name}.{end}");
            all.push(as_it_is(format!("{}.{name}", self.place), self.node.tensor(&name)));
        }
    }

    /// LSTMs on top of each other, and what makes their first states. `input` is the first one's
    /// weight of inputs.
    fn stack(
        &self,
        name: &str,
        layers: usize,
        (shape, values): (Vec<usize>, Values),
        all: &mut Vec<Place>,
    ) {
        self.linear(&format!("{name}.state"), all);
        let called = |n: usize, end: &str| format!("{}.{name}.lstm.{n}.{end}_l0", self.place);
        all.push(Place { name: called(0, "weight_ih"), shape, values });
        for n in 0..layers {
            let of = |end: &str| self.node.tensor(&format!("{name}.{n}.{end}"));
            if n > 0 {
                all.push(as_it_is(called(n, "weight_ih"), of("weight")));
            }
            all.push(as_it_is(called(n, "weight_hh"), of("recurrent_weight")));
            all.push(as_it_is(called(n, "bias_ih"), of("bias")));
            all.push(second(called(n, "bias_hh"), of("bias")));
        }
    }

    /// Of a core, which reads an embedding and the tokens before.
    fn beside(&self, name: &str) -> (Vec<usize>, Values) {
        let both = ["code", "tokens"].map(|of| self.node.tensor(&format!("{name}.{of}.weight")));
        let columns: usize = both.iter().map(|tensor| tensor.shape[1]).sum();
        let values = Values::Beside(both.map(|tensor| [tensor.offset, tensor.shape[1]]));
        (vec![both[0].shape[0], columns], values)
    }
}
