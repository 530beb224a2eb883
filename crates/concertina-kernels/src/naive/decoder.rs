//! The textbook's autoregressive decoder, one value at a time. Its gradient is a difference
//! quotient's to find: see the tests.

use super::sites::Sites;
use crate::layer::{Layer, LstmDecoder, Voice};

/// One layer, for one example.
pub(super) struct Decoder<'a> {
    of: &'a LstmDecoder,
    sites: &'a Sites<'a>,
    parameters: &'a [f64],
}

/// `h` and `c` of an LSTM.
struct State {
    h: Vec<f64>,
    c: Vec<f64>,
}

impl<'a> Decoder<'a> {
    pub(super) fn of(sites: &'a Sites<'a>, parameters: &'a [f64]) -> Self {
        let Layer::LstmDecoder(of) = sites.layer else {
            unreachable!("only called for this kind of layer")
        };
        Decoder { of, sites, parameters }
    }

    /// Logits, for a guide that is of tokens alone.
    pub(super) fn outputs(&self, x: &[f64]) -> Vec<f64> {
        let LstmDecoder { steps, segments, conductor, voices, cores } = self.of;
        let n_voices = voices.len();
        let (code, guide) = x.split_at(x.len() - 1 - steps * n_voices);
        let logits: usize = voices.iter().map(|voice| voice.classes).sum();
        let mut y = vec![0.0; steps * logits];
        let per_segment = steps / segments;
        let mut conducted = self.first_state("conductor", conductor, code);
        for segment in 0..*segments {
            let embedding = if *segments > 1 {
                self.step("conductor", &mut conducted, None);
                conducted.last().map(|state| state.h.clone()).unwrap_or_default()
            } else {
                code.to_vec()
            };
            let (mut first_voice, mut first_logit) = (0, 0);
            for (number, core) in cores.iter().enumerate() {
                let name = format!("core.{number}");
                let own = &voices[first_voice..first_voice + core.voices];
                let mut states = self.first_state(&name, &core.hidden, &embedding);
                let n: usize = own.iter().map(|voice| voice.classes).sum();
                // Behind the last step that asks for a token nothing is computed.
                let asks = |step: &usize| {
                    let guides = &guide[step * n_voices + first_voice..][..core.voices];
                    guides.iter().zip(own).any(|(guide, voice)| *guide < voice.classes as f64)
                };
                let steps = segment * per_segment..(segment + 1) * per_segment;
                let end = steps.clone().rev().find(asks).map_or(steps.start, |step| step + 1);
                for step in steps.start..end {
                    let fed = step
                        .checked_sub(1)
                        .map(|before| &guide[before * n_voices + first_voice..][..core.voices]);
                    let token = one_hot(own, fed);
                    let mut entry = self.product(&format!("{name}.tokens.weight"), &token);
                    let through = self.product(&format!("{name}.code.weight"), &embedding);
                    entry.iter_mut().zip(through).for_each(|(sum, value)| *sum += value);
                    self.step(&name, &mut states, Some(entry));
                    let top = states.last().map(|state| state.h.clone()).unwrap_or_default();
                    let found = self.linear(&format!("{name}.output"), &top);
                    y[step * logits + first_logit..][..n].copy_from_slice(&found);
                }
                first_voice += core.voices;
                first_logit += n;
            }
        }
        y
    }

    /// A step of a stack; `entry` is what the first layer's gates are made of besides its bias.
    fn step(&self, name: &str, states: &mut [State], entry: Option<Vec<f64>>) {
        let mut below: Option<Vec<f64>> = None;
        for (layer, state) in states.iter_mut().enumerate() {
            let layer_name = format!("{name}.{layer}");
            let mut gates = self.product(&format!("{layer_name}.recurrent_weight"), &state.h);
            let bias = self.tensor(&format!("{layer_name}.bias"));
            gates.iter_mut().zip(bias).for_each(|(sum, bias)| *sum += bias);
            let through = match &below {
                Some(below) => Some(self.product(&format!("{layer_name}.weight"), below)),
                None => entry.clone(),
            };
            for (sum, value) in gates.iter_mut().zip(through.into_iter().flatten()) {
                *sum += value;
            }
            let n = state.h.len();
            let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
            for k in 0..n {
                let [i, f, g, o] = [0, 1, 2, 3].map(|gate| gates[gate * n + k]);
                state.c[k] = sigmoid(f) * state.c[k] + sigmoid(i) * g.tanh();
                state.h[k] = sigmoid(o) * state.c[k].tanh();
            }
            below = Some(state.h.clone());
        }
    }

    fn first_state(&self, name: &str, hidden: &[usize], embedding: &[f64]) -> Vec<State> {
        if hidden.is_empty() {
            return Vec::new();
        }
        let values = self.linear(&format!("{name}.state"), embedding);
        let values: Vec<f64> = values.into_iter().map(f64::tanh).collect();
        let mut rest = &values[..];
        let mut take = |n| {
            let (values, after) = rest.split_at(n);
            rest = after;
            values.to_vec()
        };
        hidden.iter().map(|&n| State { h: take(n), c: take(n) }).collect()
    }

    fn linear(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let mut y = self.product(&format!("{name}.weight"), x);
        let bias = self.tensor(&format!("{name}.bias"));
        y.iter_mut().zip(bias).for_each(|(sum, bias)| *sum += bias);
        y
    }

    fn product(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let rows = self.tensor(name).chunks(x.len());
        rows.map(|row| row.iter().zip(x).map(|(weight, x)| weight * x).sum()).collect()
    }

    fn tensor(&self, name: &str) -> &[f64] {
        &self.parameters[self.sites.range(name)]
    }
}

/// The vectors of a step's tokens, side by side.
pub(super) fn one_hot(voices: &[Voice], tokens: Option<&[f64]>) -> Vec<f64> {
    let mut values = Vec::new();
    for (n, voice) in voices.iter().enumerate() {
        let token = tokens.map(|tokens| tokens[n]).filter(|token| *token >= 0.0);
        let class = token.map(|token| token as usize).filter(|class| *class < voice.classes);
        let mut ones = vec![0.0; voice.width()];
        match (class, voice.bits) {
            (None, _) => {}
            (Some(class), None) => ones[class] = 1.0,
            (Some(0), Some(bits)) => ones[bits] = 1.0,
            (Some(class), Some(bits)) => {
                (0..bits).filter(|bit| class >> bit & 1 == 1).for_each(|bit| ones[bit] = 1.0);
            }
        }
        values.extend(ones);
    }
    values
}
