//! The decoder of music, which sees its own past: a loop of one step after the other.

use concertina_formats::onnx::{Attribute, Dim, Element, Graph, Value};

use super::super::{Core, Node, Op, Tensor, Voice};
use super::build::Builder;
use super::lstm::{Cell, vectors};
use super::network::Network;

/// From `[N, code]` to the logits `[N, 1, steps, logits]` of the most probable tokens.
pub(super) fn layer(network: &mut Network<'_>, node: &Node, number: usize, value: &str) -> String {
    let Op::LstmDecoder { steps, segments, conductor, voices, cores } = &node.op else {
        unreachable!("other layers are written elsewhere")
    };
    let parameters = Parameters { node, number };
    let code = network.build.reshape(value, &[-1, node.code_len() as i64]);
    let embeddings = if *segments > 1 {
        conducted(network, &parameters, conductor, *segments, &code)
    } else {
        network.build.unsqueeze(&code, 0)
    };
    let mut voices = &voices[..];
    let mut writers = Vec::new();
    for (n, core) in cores.iter().enumerate() {
        let (own, others) = voices.split_at(core.voices);
        voices = others;
        writers.push(Writer::new(network, &parameters, n, core, own, &embeddings));
    }
    let logits = written(network, &writers, *steps, steps / segments, &embeddings, &code);
    let by_step = network.build.transpose(&logits, &[1, 0, 2]);
    network.build.unsqueeze(&by_step, 1)
}

/// The tensors of a layer that is made of others.
struct Parameters<'a> {
    node: &'a Node,
    number: usize,
}

impl Parameters<'_> {
    fn get(&self, name: &str) -> &Tensor {
        self.node.tensor(name)
    }

    /// The name of a tensor in the file.
    fn name(&self, network: &Network<'_>, name: &str) -> String {
        format!("{}.{}.{name}", network.name, self.number)
    }

    /// A linear map of the last axis, with a bias.
    fn linear(&self, network: &mut Network<'_>, name: &str, value: &str) -> String {
        let [weight, bias] = ["weight", "bias"]
            .map(|end| network.parameter(self.get(&format!("{name}.{end}")), self.number));
        network.build.linear([&weight, &bias], value)
    }

    /// The first states and memories of LSTMs, side by side, made of an embedding.
    fn first_states(&self, network: &mut Network<'_>, stack: &str, value: &str) -> String {
        let sum = self.linear(network, &format!("{stack}.state"), value);
        network.build.node("Tanh", &[&sum], Vec::new())
    }

    /// An LSTM whose weights of inputs are given.
    fn cell(&self, network: &mut Network<'_>, name: &str, weight: &[f32]) -> Cell {
        let recurrent = self.get(&format!("{name}.recurrent_weight"));
        let bias = self.get(&format!("{name}.bias"));
        let name = self.name(network, name);
        Cell::new(network, &name, weight, recurrent, bias)
    }
}

/// Where the states of each LSTM lie side by side: `[start, end]` of h, then of c.
fn places(hidden: &[usize]) -> Vec<[[usize; 2]; 2]> {
    let mut at = 0;
    let mut next = |n: usize| {
        at += n;
        [at - n, at]
    };
    hidden.iter().map(|n| [next(*n), next(*n)]).collect()
}

/// What a conductor makes of the code: an embedding for each segment, `[segments, N, size]`.
fn conducted(
    network: &mut Network<'_>,
    parameters: &Parameters<'_>,
    hidden: &[usize],
    segments: usize,
    code: &str,
) -> String {
    let states = parameters.first_states(network, "conductor", code);
    let states = network.build.unsqueeze(&states, 0);
    // The first LSTM gets no input: anything, times zero.
    let nothing = network.build.slice(&states, 2, [0, 1]);
    let mut below = network.build.expand(&nothing, &[segments as i64, 1, 1]);
    for (n, (place, hidden)) in places(hidden).into_iter().zip(hidden).enumerate() {
        let name = format!("conductor.{n}");
        let weight = match n {
            0 => vec![0.0; 4 * hidden],
            _ => network.values(parameters.get(&format!("{name}.weight"))).to_vec(),
        };
        let cell = parameters.cell(network, &name, &weight);
        let [h, c] = place.map(|place| network.build.slice(&states, 2, place));
        let [all, ..] = cell.run(&mut network.build, &below, [&h, &c]);
        below = network.build.squeeze(&all, 1);
    }
    below
}

/// LSTMs that write some voices.
struct Writer {
    cells: Vec<Cell>,
    /// Where the states of each lie in `first`.
    places: Vec<[[usize; 2]; 2]>,
    /// The states that each segment begins with, `[segments, N, states]`.
    first: String,
    output: [String; 2],
    voices: Vec<Voice>,
}

impl Writer {
    fn new(
        network: &mut Network<'_>,
        parameters: &Parameters<'_>,
        number: usize,
        core: &Core,
        voices: &[Voice],
        embeddings: &str,
    ) -> Self {
        let name = format!("core.{number}");
        let first = parameters.first_states(network, &name, embeddings);
        let cells = (0..core.hidden.len())
            .map(|n| {
                let weight = if n == 0 {
                    // What it reads: the embedding, and behind it the tokens before.
                    let [code, tokens] =
                        ["code", "tokens"].map(|of| parameters.get(&format!("{name}.{of}.weight")));
                    beside(network, code, tokens)
                } else {
                    network.values(parameters.get(&format!("{name}.{n}.weight"))).to_vec()
                };
                parameters.cell(network, &format!("{name}.{n}"), &weight)
            })
            .collect();
        let output = ["weight", "bias"].map(|end| {
            network.parameter(parameters.get(&format!("{name}.output.{end}")), parameters.number)
        });
        let places = places(&core.hidden);
        Self { cells, places, first, output, voices: voices.to_vec() }
    }

    /// Values of the vectors of its voices' tokens.
    fn width(&self) -> usize {
        self.voices.iter().map(|voice| voice.width()).sum()
    }
}

/// The rows of two matrices side by side.
fn beside(network: &Network<'_>, left: &Tensor, right: &Tensor) -> Vec<f32> {
    let rows = |tensor: &Tensor| network.values(tensor).chunks(tensor.shape[1]);
    rows(left).zip(rows(right)).flat_map(|(left, right)| [left, right].concat()).collect()
}

/// The logits of all steps: `[steps, N, logits]`.
///
/// The loop carries, of each writer, the states of its LSTMs, `[1, N, hidden]`, and the vectors of
/// the tokens that it wrote last, `[N, width]`; those before the first are all zeros.
fn written(
    network: &mut Network<'_>,
    writers: &[Writer],
    steps: usize,
    per_segment: usize,
    embeddings: &str,
    code: &str,
) -> String {
    let mut carried = Vec::new();
    let build = &mut network.build;
    let segment = build.number(0);
    let first_of_code = build.slice(code, 1, [0, 1]);
    for writer in writers {
        let states = build.gather(&writer.first, 0, &segment);
        let states = build.unsqueeze(&states, 0);
        for place in writer.places.iter().flatten() {
            carried.push((build.slice(&states, 2, *place), place[1] - place[0], true));
        }
        let width = writer.width();
        let zeros = build.floats(vec![1, width], vec![0.0; width]);
        carried.push((build.node("Mul", &[&first_of_code, &zeros], Vec::new()), width, false));
    }
    let body = body(writers, per_segment, embeddings, &carried);
    let first: Vec<String> = carried.into_iter().map(|(name, ..)| name).collect();
    let outputs = network.build.repeat(steps, &first, body, first.len() + 1);
    outputs.into_iter().next_back().expect("a loop has results")
}

/// One step of the loop.
fn body(
    writers: &[Writer],
    per_segment: usize,
    embeddings: &str,
    carried: &[(String, usize, bool)],
) -> Graph {
    let mut build = Builder::new("step_");
    let mut inputs = vec![scalar("step", Element::Int64), scalar("go", Element::Bool)];
    let names: Vec<String> = (0..carried.len()).map(|n| format!("carried_{n}")).collect();
    inputs.extend(
        names.iter().zip(carried).map(|(name, (_, width, state))| value(name, *width, *state)),
    );
    build.named("go", "go_on");
    let mut outputs = vec![scalar("go_on", Element::Bool)];

    let length = build.number(per_segment);
    let zero = build.number(0);
    let segment = build.node("Div", &["step", &length], Vec::new());
    let within = build.node("Mod", &["step", &length], Vec::new());
    let begins = build.node("Equal", &[&within, &zero], Vec::new());
    let embedding = build.gather(embeddings, 0, &segment);

    let mut names = names.iter();
    let (mut logits, mut next) = (Vec::new(), Vec::new());
    for writer in writers {
        let first = build.gather(&writer.first, 0, &segment);
        let first = build.unsqueeze(&first, 0);
        let states: Vec<String> = writer
            .places
            .iter()
            .flatten()
            .map(|place| {
                let first = build.slice(&first, 2, *place);
                let before = names.next().expect("as many as are carried");
                build.node("Where", &[&begins, &first, before], Vec::new())
            })
            .collect();
        let before = names.next().expect("as many as are carried");
        let read = build.concat(&[embedding.clone(), before.clone()], 1);
        let mut below = build.unsqueeze(&read, 0);
        for (cell, states) in writer.cells.iter().zip(states.chunks(2)) {
            let [_, h, c] = cell.run(&mut build, &below, [&states[0], &states[1]]);
            below.clone_from(&h);
            next.extend([h, c]);
        }
        let state = build.squeeze(&below, 0);
        let [weight, bias] = &writer.output;
        let own = build.linear([weight, bias], &state);
        next.push(chosen(&mut build, &writer.voices, &own));
        logits.push(own);
    }
    for (n, (next, (_, width, state))) in next.iter().zip(carried).enumerate() {
        let name = format!("next_{n}");
        build.named(next, &name);
        outputs.push(value(&name, *width, *state));
    }
    let width = writers.iter().flat_map(|writer| &writer.voices).map(|voice| voice.classes).sum();
    let all = build.concat(&logits, 1);
    build.named(&all, "step_logits");
    outputs.push(value("step_logits", width, false));
    build.finish("step", inputs, outputs)
}

/// The vectors of the most probable token of each voice, side by side.
fn chosen(build: &mut Builder, voices: &[Voice], logits: &str) -> String {
    let tokens =
        most_probable(build, &voices.iter().map(|voice| voice.classes).collect::<Vec<_>>(), logits);
    let vectors: Vec<String> =
        tokens.iter().zip(voices).map(|(tokens, voice)| vectors(build, *voice, tokens)).collect();
    build.concat(&vectors, 1)
}

/// The first of the largest logits of each voice, along the last axis, which is gone then.
pub(super) fn most_probable(build: &mut Builder, classes: &[usize], logits: &str) -> Vec<String> {
    let mut at = 0;
    let mut voice = |classes: &usize| {
        let own = build.slice(logits, -1, [at, at + classes]);
        at += classes;
        build.node(
            "ArgMax",
            &[&own],
            vec![("axis", Attribute::Int(-1)), ("keepdims", Attribute::Int(0))],
        )
    };
    classes.iter().map(&mut voice).collect()
}

fn scalar(name: &str, element: Element) -> Value {
    Value { name: name.to_owned(), element, shape: Vec::new() }
}

/// `[N, width]`, or as the state of an LSTM `[1, N, width]`.
fn value(name: &str, width: usize, state: bool) -> Value {
    let mut shape = vec![Dim::Named("N".to_owned()), Dim::Fixed(width)];
    if state {
        shape.insert(0, Dim::Fixed(1));
    }
    Value { name: name.to_owned(), element: Element::Float, shape }
}
