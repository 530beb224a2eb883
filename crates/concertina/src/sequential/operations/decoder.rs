//! Tokens and the autoregressive decoder in Burn operations.

use burn::tensor::module::linear;
use burn::tensor::{Device, Tensor, activation};
use concertina_kernels::{LstmDecoder, Voice};

use super::parameters::Parameters;

/// The vectors of tokens, `[B, 1, T, width]` from `[B, 1, T, V]`.
pub(super) fn one_hot(tokens: &Tensor<4>, voices: &[Voice]) -> Tensor<4> {
    Table::new(voices, &tokens.device()).look_up(tokens)
}

/// The vectors of all tokens of some voices.
struct Table(Vec<TableOfVoice>);

struct TableOfVoice {
    /// The numbers of the classes, `[1, 1, 1, classes]`.
    numbers: Tensor<4>,
    /// Each class as a row, `[1, 1, classes, width]`: which of the vector's values are ones.
    rows: Tensor<4>,
}

impl Table {
    fn new(voices: &[Voice], device: &Device) -> Self {
        let of_voices = voices.iter().map(|of| {
            let width = of.bits.map_or(of.classes, |bits| bits + 1);
            let mut rows = vec![0.0_f32; of.classes * width];
            for (class, row) in rows.chunks_exact_mut(width).enumerate() {
                match of.bits {
                    None => row[class] = 1.0,
                    Some(bits) if class == 0 => row[bits] = 1.0,
                    Some(bits) => {
                        (0..bits)
                            .filter(|bit| class >> bit & 1 == 1)
                            .for_each(|bit| row[bit] = 1.0);
                    }
                }
            }
            let rows: Tensor<1> = Tensor::from_floats(rows.as_slice(), device);
            let numbers: Vec<f32> = (0..of.classes).map(|class| class as f32).collect();
            let numbers: Tensor<1> = Tensor::from_floats(numbers.as_slice(), device);
            TableOfVoice {
                numbers: numbers.reshape([1, 1, 1, of.classes]),
                rows: rows.reshape([1, 1, of.classes, width]),
            }
        });
        Self(of_voices.collect())
    }

    /// As [`one_hot`].
    fn look_up(&self, tokens: &Tensor<4>) -> Tensor<4> {
        let vectors = self.0.iter().enumerate().map(|(voice, TableOfVoice { numbers, rows })| {
            let tokens = tokens.clone().narrow(3, voice, 1);
            let is_class = (tokens - numbers.clone()).abs().lower_elem(0.5);
            is_class.float().matmul(rows.clone())
        });
        Tensor::cat(vectors.collect(), 3)
    }
}

/// An LSTM of a stack.
struct Cell {
    /// None in the first layer, whose input is given.
    weight: Option<Tensor<2>>,
    recurrent: Tensor<2>,
    bias: Tensor<1>,
}

/// Logits `[B, 1, T, classes]` of codes with guides, `[B, E + T V + 1, 1, 1]`.
pub(super) fn decode(x: Tensor<4>, of: &LstmDecoder, parameters: &mut Parameters<'_>) -> Tensor<4> {
    let LstmDecoder { steps, segments, conductor, voices, cores } = of;
    let [batch, len, ..] = x.dims();
    let code_len = len - steps * voices.len() - 1;
    let x: Tensor<2> = x.reshape([batch, len]);
    let code = x.clone().narrow(1, 0, code_len);
    let guide: Tensor<2> = x.clone().narrow(1, code_len, steps * voices.len());
    let temperature = x.narrow(1, len - 1, 1);
    // Asked once: where all tokens are given, as in training at first, none is looked for.
    let all_given: bool = guide.clone().greater_equal_elem(0.0).all().into_scalar();
    let guide: Tensor<3> = guide.reshape([batch, *steps, voices.len()]);

    let embeddings = if *segments > 1 {
        let mut states = first_states(code, conductor, parameters);
        let cells = stack(conductor, parameters);
        (0..*segments).map(|_| step(&cells, &mut states, None)).collect()
    } else {
        vec![code]
    };
    let mut first_voice = 0;
    let mut logits = Vec::new();
    for core in cores {
        let own = &voices[first_voice..first_voice + core.voices];
        let guide = guide.clone().narrow(2, first_voice, core.voices);
        first_voice += core.voices;
        let core = Core {
            hidden: &core.hidden,
            state: (parameters.next(), parameters.next()),
            token_weight: parameters.next(),
            code_weight: parameters.next(),
            cells: stack(&core.hidden, parameters),
            output: (parameters.next(), parameters.next()),
        };
        let table = Table::new(own, &guide.device());
        logits.push(if all_given {
            core.fed_with(table.look_up(&guide.unsqueeze_dim(1)), &embeddings)
        } else {
            let per_segment = steps / segments;
            core.choosing(&guide, &temperature, (own, &table), &embeddings, per_segment)
        });
    }
    Tensor::cat(logits, 2).unsqueeze_dim(1)
}

/// A stack of LSTMs that decodes some voices.
struct Core<'a> {
    hidden: &'a [usize],
    /// From an embedding to the first states.
    state: (Tensor<2>, Tensor<1>),
    token_weight: Tensor<2>,
    code_weight: Tensor<2>,
    cells: Vec<Cell>,
    output: (Tensor<2>, Tensor<1>),
}

impl Core<'_> {
    /// Logits `[B, T, classes]` where all tokens are given, by their vectors `[B, 1, T, width]`. No
    /// segment then waits for the one before it: they become examples.
    fn fed_with(&self, tokens: Tensor<4>, embeddings: &[Tensor<2>]) -> Tensor<3> {
        let [batch, _, steps, width] = tokens.dims();
        let (segments, per_segment) = (embeddings.len(), steps / embeddings.len());
        // Each step is fed with the token before its own, and the first one with none.
        let none = Tensor::zeros([batch, 1, 1, width], &tokens.device());
        let before = Tensor::cat(vec![none, tokens.narrow(2, 0, steps - 1)], 2);
        let before: Tensor<3> = before.reshape([batch * segments, per_segment, width]);
        let embeddings: Tensor<3> = Tensor::stack(embeddings.to_vec(), 1);
        let [.., size] = embeddings.dims();
        let embeddings: Tensor<2> = embeddings.reshape([batch * segments, size]);
        let mut states = self.first_states(&embeddings);
        let entry = self.entry(&embeddings);
        let tops = (0..per_segment).map(|number| {
            let fed: Tensor<2> = before.clone().narrow(1, number, 1).squeeze_dim(1);
            step(&self.cells, &mut states, Some(entry.clone() + self.fed(fed)))
        });
        let tops: Tensor<3> = Tensor::stack(tops.collect(), 1);
        let (weight, bias) = self.output.clone();
        let logits: Tensor<3> = linear(tops, weight.transpose(), Some(bias));
        let [.., classes] = logits.dims();
        logits.reshape([batch, steps, classes])
    }

    /// Logits `[B, T, classes]` where some tokens have to be chosen by the logits before them.
    fn choosing(
        &self,
        guide: &Tensor<3>,
        temperature: &Tensor<2>,
        (voices, table): (&[Voice], &Table),
        embeddings: &[Tensor<2>],
        per_segment: usize,
    ) -> Tensor<3> {
        let mut outputs: Vec<Tensor<2>> = Vec::new();
        for embedding in embeddings {
            let mut states = self.first_states(embedding);
            let entry = self.entry(embedding);
            for _ in 0..per_segment {
                let mut input = entry.clone();
                if let Some(before) = outputs.len().checked_sub(1) {
                    let guide: Tensor<2> = guide.clone().narrow(1, before, 1).squeeze_dim(1);
                    let [batch, n] = guide.dims();
                    let tokens = chosen(&guide, &outputs[before], temperature, voices);
                    let fed = table.look_up(&tokens.reshape([batch, 1, 1, n]));
                    let [.., width] = fed.dims();
                    input = input + self.fed(fed.reshape([batch, width]));
                }
                let top = step(&self.cells, &mut states, Some(input));
                let (weight, bias) = self.output.clone();
                outputs.push(linear(top, weight.transpose(), Some(bias)));
            }
        }
        Tensor::stack(outputs, 1)
    }

    fn first_states(&self, embedding: &Tensor<2>) -> Vec<[Tensor<2>; 2]> {
        states_of(embedding.clone(), self.hidden, &self.state)
    }

    /// What an embedding adds to the gates of every step.
    fn entry(&self, embedding: &Tensor<2>) -> Tensor<2> {
        linear(embedding.clone(), self.code_weight.clone().transpose(), None)
    }

    /// What the token before adds to the gates.
    fn fed(&self, token: Tensor<2>) -> Tensor<2> {
        linear(token, self.token_weight.clone().transpose(), None)
    }
}

/// The tokens `[B, V]` that a guide chooses: its own, or those that it has drawn by the logits
/// `[B, classes]` over the temperature `[B, 1]`, or the most probable ones.
fn chosen(
    guide: &Tensor<2>,
    logits: &Tensor<2>,
    temperature: &Tensor<2>,
    voices: &[Voice],
) -> Tensor<2> {
    let mut first = 0;
    let of_voices = voices.iter().enumerate().map(|(voice, of)| {
        let guide = guide.clone().narrow(1, voice, 1);
        let logits = logits.clone().detach().narrow(1, first, of.classes);
        first += of.classes;
        let most_probable = logits.clone().argmax(1).float();
        let probabilities = activation::softmax(logits / temperature.clone(), 1);
        let passed = probabilities.cumsum(1).lower_equal(guide.clone().neg());
        let drawn = passed.float().sum_dim(1).clamp_max(of.classes as f32 - 1.0);
        let is_drawn = guide.clone().greater_elem(-1.0);
        let is_drawn = is_drawn.bool_and(temperature.clone().greater_elem(0.0));
        let own = most_probable.mask_where(is_drawn, drawn);
        let is_given = guide.clone().greater_equal_elem(0.0);
        own.mask_where(is_given, guide)
    });
    Tensor::cat(of_voices.collect(), 1)
}

/// The first states of a stack whose linear map comes next among the parameters.
fn first_states(
    embedding: Tensor<2>,
    hidden: &[usize],
    parameters: &mut Parameters<'_>,
) -> Vec<[Tensor<2>; 2]> {
    let state = (parameters.next(), parameters.next());
    states_of(embedding, hidden, &state)
}

fn states_of(
    embedding: Tensor<2>,
    hidden: &[usize],
    (weight, bias): &(Tensor<2>, Tensor<1>),
) -> Vec<[Tensor<2>; 2]> {
    let all = linear(embedding, weight.clone().transpose(), Some(bias.clone())).tanh();
    let mut first = 0;
    let mut take = |n| {
        let values = all.clone().narrow(1, first, n);
        first += n;
        values
    };
    hidden.iter().map(|&n| [take(n), take(n)]).collect()
}

fn stack(hidden: &[usize], parameters: &mut Parameters<'_>) -> Vec<Cell> {
    let cell = |layer| Cell {
        weight: (layer > 0).then(|| parameters.next()),
        recurrent: parameters.next(),
        bias: parameters.next(),
    };
    (0..hidden.len()).map(cell).collect()
}

/// A step of a stack; returns the outputs of its last layer.
fn step(cells: &[Cell], states: &mut [[Tensor<2>; 2]], input: Option<Tensor<2>>) -> Tensor<2> {
    let mut below = input;
    for (Cell { weight, recurrent, bias }, state) in cells.iter().zip(states.iter_mut()) {
        let [h, c] = state.clone();
        let [_, hidden] = h.dims();
        let mut gates = linear(h, recurrent.clone().transpose(), Some(bias.clone()));
        if let Some(below) = below.take() {
            gates = gates
                + match weight {
                    Some(weight) => linear(below, weight.clone().transpose(), None),
                    None => below,
                };
        }
        let [i, f, g, o] = [0, 1, 2, 3].map(|gate| gates.clone().narrow(1, gate * hidden, hidden));
        let c = activation::sigmoid(f) * c + activation::sigmoid(i) * g.tanh();
        let h = activation::sigmoid(o) * c.clone().tanh();
        below = Some(h.clone());
        *state = [h, c];
    }
    below.expect("a stack has a layer")
}
