//! Parameters under PyTorch's names.
//!
//! PyTorch's LSTMs have the gates in our order, but a bias for each of their two products. The
//! second is zeros.

use super::super::{Codes, Graph, Half, Node, Op, Tensor};

/// A tensor of PyTorch's.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// All parameters of encoder, decoder and codebook.
pub(super) fn all(graph: &Graph, weights: &[f32]) -> Vec<Named> {
    let mut all = Vec::new();
    for (name, half) in [("encoder", &graph.encoder), ("decoder", &graph.decoder)] {
        of_half(name, half, weights, &mut all);
    }
    if let Codes::Codebook { tensor, .. } = &graph.codes {
        all.push(as_it_is("codebook".to_owned(), tensor, weights));
    }
    all
}

fn of_half(half_name: &str, half: &Half, weights: &[f32], all: &mut Vec<Named>) {
    for (number, node) in half.nodes.iter().enumerate() {
        let place = format!("{half_name}.{number}");
        match &node.op {
            Op::Lstm { .. } | Op::BidirectionalLstm { .. } => {
                for tensor in &node.tensors {
                    all.extend(of_lstm(&place, tensor, weights));
                }
            }
            Op::LstmDecoder { segments, conductor, cores, .. } => {
                let parts = Parts { node, weights, place };
                if *segments > 1 {
                    parts.stack("conductor", conductor.len(), parts.no_input(conductor[0]), all);
                }
                for (n, core) in cores.iter().enumerate() {
                    let name = format!("core.{n}");
                    let read = parts.beside(&name);
                    parts.stack(&name, core.hidden.len(), read, all);
                    for end in ["weight", "bias"] {
                        parts.copy(&format!("{name}.output.{end}"), all);
                    }
                }
            }
            _ => {
                let own = node.tensors.iter();
                all.extend(
                    own.map(|tensor| as_it_is(format!("{place}.{}", tensor.name), tensor, weights)),
                );
            }
        }
    }
}

fn values<'a>(tensor: &Tensor, weights: &'a [f32]) -> &'a [f32] {
    &weights[tensor.offset..][..tensor.shape.iter().product()]
}

fn as_it_is(name: String, tensor: &Tensor, weights: &[f32]) -> Named {
    Named { name, shape: tensor.shape.clone(), values: values(tensor, weights).to_vec() }
}

/// "weight", "`recurrent_weight_reverse`" and so on, as PyTorch calls them in a layer of one.
fn of_lstm(place: &str, tensor: &Tensor, weights: &[f32]) -> Vec<Named> {
    let (name, reverse) = match tensor.name.strip_suffix("_reverse") {
        Some(name) => (name, "_reverse"),
        None => (tensor.name.as_str(), ""),
    };
    let named = |name: &str| as_it_is(format!("{place}.{name}_l0{reverse}"), tensor, weights);
    match name {
        "weight" => vec![named("weight_ih")],
        "recurrent_weight" => vec![named("weight_hh")],
        _ => {
            let mut zeros = named("bias_hh");
            zeros.values.fill(0.0);
            vec![named("bias_ih"), zeros]
        }
    }
}

/// The parts of the decoder of music.
struct Parts<'a> {
    node: &'a Node,
    weights: &'a [f32],
    place: String,
}

impl Parts<'_> {
    fn get(&self, name: &str) -> &Tensor {
        let found = self.node.tensors.iter().find(|tensor| tensor.name == name);
        found.expect("a layer has the tensors that its kind has")
    }

    fn copy(&self, name: &str, all: &mut Vec<Named>) {
        all.push(as_it_is(format!("{}.{name}", self.place), self.get(name), self.weights));
    }

    /// LSTMs on top of each other, and what makes their first states. `input` has the first one's
    /// weights of inputs.
    fn stack(&self, name: &str, layers: usize, input: Named, all: &mut Vec<Named>) {
        for end in ["weight", "bias"] {
            self.copy(&format!("{name}.state.{end}"), all);
        }
        let place = format!("{}.{name}.lstm", self.place);
        let mut push = |n: usize, tensor: &str, (shape, values): (Vec<usize>, Vec<f32>)| {
            all.push(Named { name: format!("{place}.{n}.{tensor}_l0"), shape, values });
        };
        push(0, "weight_ih", (input.shape, input.values));
        for n in 0..layers {
            let of = |end: &str| {
                let tensor = self.get(&format!("{name}.{n}.{end}"));
                (tensor.shape.clone(), values(tensor, self.weights).to_vec())
            };
            if n > 0 {
                push(n, "weight_ih", of("weight"));
            }
            push(n, "weight_hh", of("recurrent_weight"));
            let (shape, values) = of("bias");
            push(n, "bias_hh", (shape.clone(), vec![0.0; values.len()]));
            push(n, "bias_ih", (shape, values));
        }
    }

    /// Of a conductor, which reads nothing: PyTorch's LSTMs read one value at least.
    fn no_input(&self, hidden: usize) -> Named {
        let shape = vec![4 * hidden, 1];
        Named { name: String::new(), shape, values: vec![0.0; 4 * hidden] }
    }

    /// Of a core, which reads an embedding and the tokens before.
    fn beside(&self, name: &str) -> Named {
        let [code, tokens] = ["code", "tokens"].map(|of| self.get(&format!("{name}.{of}.weight")));
        let rows = |tensor: &Tensor| values(tensor, self.weights).chunks(tensor.shape[1]);
        let both = rows(code).zip(rows(tokens));
        Named {
            name: String::new(),
            shape: vec![code.shape[0], code.shape[1] + tokens.shape[1]],
            values: both.flat_map(|(code, tokens)| [code, tokens].concat()).collect(),
        }
    }
}
