//! Layers that read sequences: tokens as vectors, and long short-term memories.
//!
//! ONNX has the gates of an LSTM in the order i, o, f, c, ours is i, f, g, o (where g is c).

use concertina_formats::onnx::Attribute;

use super::super::{Node, Op, Tensor, Voice};
use super::build::Builder;
use super::network::Network;

/// An LSTM over the rows of `[N, C, H, W]`, or two of them, one from each end.
pub(super) fn layer(network: &mut Network<'_>, node: &Node, number: usize, value: &str) -> String {
    let (hidden, sequences, segments, ways) = match node.op {
        Op::Lstm { hidden, sequences } => (hidden, sequences, 1, &WAYS[..1]),
        Op::BidirectionalLstm { hidden, sequences, segments } => {
            (hidden, sequences, segments, &WAYS[..])
        }
        _ => unreachable!("other layers are written elsewhere"),
    };
    let [channels, height, width] = node.input;
    let (steps, inputs) = (height / segments, channels * width);
    let both = ways.len();
    let [n_steps, n_inputs, n_segments, states] =
        [steps, inputs, segments, both * hidden].map(|n| n as i64);

    // To [steps, segments of each example, inputs].
    let build = &mut network.build;
    let rows = build.transpose(value, &[2, 0, 1, 3]);
    let rows = build.reshape(&rows, &[n_segments, n_steps, -1, n_inputs]);
    let rows = build.transpose(&rows, &[1, 0, 2, 3]);
    let rows = build.reshape(&rows, &[n_steps, -1, n_inputs]);

    let tensors = |network: &mut Network<'_>, name: &str| {
        let of_all: Vec<f32> = ways
            .iter()
            .flat_map(|way| gates(network.values(node.tensor(&format!("{name}{way}")))))
            .collect();
        let name = format!("{}.{number}.{name}", network.name);
        let of_one = of_all.len() / both;
        network.build.tensor(name, vec![both, 4 * hidden, of_one / (4 * hidden)], of_all)
    };
    let weight = tensors(network, "weight");
    let recurrent = tensors(network, "recurrent_weight");
    let biases: Vec<f32> = ways
        .iter()
        .flat_map(|way| gate_bias(network.values(node.tensor(&format!("bias{way}")))))
        .collect();
    let build = &mut network.build;
    let bias =
        build.tensor(format!("{}.{number}.bias", network.name), vec![both, 8 * hidden], biases);
    let attributes = vec![
        ("hidden_size", Attribute::Int(hidden as i64)),
        ("direction", Attribute::Text(if both == 2 { "bidirectional" } else { "forward" })),
    ];
    let [all, last] = build.nodes("LSTM", &[&rows, &weight, &recurrent, &bias], attributes);
    let states = if sequences {
        // [steps, ways, segments of each example, hidden], to [N, rows, states].
        let states_ = build.transpose(&all, &[0, 2, 1, 3]);
        let by_segment = build.reshape(&states_, &[n_steps, n_segments, -1, states]);
        build.transpose(&by_segment, &[2, 1, 0, 3])
    } else {
        // [ways, segments of each example, hidden], to [N, segments, states].
        let states_ = build.transpose(&last, &[1, 0, 2]);
        let by_segment = build.reshape(&states_, &[n_segments, -1, states]);
        build.transpose(&by_segment, &[1, 0, 2])
    };
    network.shaped(node.output, &states)
}

/// What the names of the tensors of each way end in.
const WAYS: [&str; 2] = ["", "_reverse"];

/// Rows of gates in ONNX's order.
pub(super) fn gates(values: &[f32]) -> Vec<f32> {
    let quarter = values.len() / 4;
    [0, 3, 1, 2].iter().flat_map(|gate| &values[gate * quarter..][..quarter]).copied().collect()
}

/// The bias of the gates, and that of the recurrent product, which ONNX has apart: none.
pub(super) fn gate_bias(values: &[f32]) -> Vec<f32> {
    let mut bias = gates(values);
    bias.resize(2 * values.len(), 0.0);
    bias
}

/// The tokens of `[N, steps, voices]`, whole numbers, as vectors: `[N, 1, steps, width]`.
pub(super) fn one_hot(build: &mut Builder, voices: &[Voice], value: &str) -> String {
    let vectors: Vec<String> = voices
        .iter()
        .enumerate()
        .map(|(n, voice)| {
            let place = build.number(n);
            let tokens = build.gather(value, 2, &place);
            vectors(build, *voice, &tokens)
        })
        .collect();
    let vectors = build.concat(&vectors, 2);
    build.unsqueeze(&vectors, 1)
}

/// Tokens of any shape as vectors, along one more axis: one at the class, or at each bit of a class
/// that is a set, with a last place for the empty set. A number that is none of the classes is all
/// zeros.
pub(super) fn vectors(build: &mut Builder, voice: Voice, tokens: &str) -> String {
    let classes = build.up_to(voice.classes);
    let tokens = build.unsqueeze(tokens, -1);
    let equal = build.node("Equal", &[&tokens, &classes], Vec::new());
    let hot = build.node("Cast", &[&equal], vec![("to", Attribute::Int(1))]);
    let Some(bits) = voice.bits else { return hot };
    let mut sets = Vec::with_capacity(voice.classes * voice.width());
    for class in 0..voice.classes {
        sets.extend((0..bits).map(|bit| f32::from(class >> bit & 1 == 1)));
        sets.push(f32::from(class == 0));
    }
    let sets = build.floats(vec![voice.classes, voice.width()], sets);
    build.node("MatMul", &[&hot, &sets], Vec::new())
}

/// The parameters of an LSTM of one way that begins with a state of its own.
pub(super) struct Cell {
    weight: String,
    recurrent: String,
    bias: String,
    hidden: usize,
}

impl Cell {
    /// `weight` is `[4 hidden, inputs]`, all gates in our order.
    pub(super) fn new(
        network: &mut Network<'_>,
        name: &str,
        weight: &[f32],
        recurrent: &Tensor,
        bias: &Tensor,
    ) -> Self {
        let hidden = recurrent.shape[1];
        let rows = 4 * hidden;
        let [recurrent, bias] = [gates(network.values(recurrent)), gate_bias(network.values(bias))];
        let build = &mut network.build;
        Self {
            weight: build.tensor(
                format!("{name}.weight"),
                vec![1, rows, weight.len() / rows],
                gates(weight),
            ),
            recurrent: build.tensor(
                format!("{name}.recurrent_weight"),
                vec![1, rows, hidden],
                recurrent,
            ),
            bias: build.tensor(format!("{name}.bias"), vec![1, 2 * rows], bias),
            hidden,
        }
    }

    /// All states, the last one and the last memory, from `[steps, N, inputs]` on and a first state
    /// and memory of `[1, N, hidden]` each.
    pub(super) fn run(&self, build: &mut Builder, x: &str, [h, c]: [&str; 2]) -> [String; 3] {
        let Self { weight, recurrent, bias, hidden } = self;
        let attributes = vec![("hidden_size", Attribute::Int(*hidden as i64))];
        build.nodes("LSTM", &[x, weight, recurrent, bias, "", h, c], attributes)
    }
}
