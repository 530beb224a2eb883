//! The textbook's bidirectional LSTM: two LSTMs, of which one reads the steps in reverse.

use super::lstm::Lstm;
use super::sites::Sites;
use crate::layer::{Layer, Shape};

/// One layer, for one image.
pub(super) struct Bidirectional<'a> {
    input: Shape,
    hidden: usize,
    return_sequences: bool,
    segments: usize,
    /// Where the tensors of each way begin: weight, recurrent weight, bias.
    ways: [[usize; 3]; 2],
    parameters: &'a [f64],
}

impl<'a> Bidirectional<'a> {
    pub(super) fn of(sites: &Sites, parameters: &'a [f64]) -> Self {
        let Layer::BidirectionalLstm { hidden, return_sequences, segments } = *sites.layer else {
            unreachable!("only called for this kind of layer")
        };
        let ways = ["", "_reverse"].map(|way| {
            ["weight", "recurrent_weight", "bias"].map(|name| sites.start(&format!("{name}{way}")))
        });
        Bidirectional { input: sites.input, hidden, return_sequences, segments, ways, parameters }
    }

    pub(super) fn outputs(&self, x: &[f64]) -> Vec<f64> {
        let mut y = Vec::new();
        for segment in 0..self.segments {
            let there = self.way(0).outputs(&self.sequence(x, segment, 0));
            let mut back = self.way(1).outputs(&self.sequence(x, segment, 1));
            if self.return_sequences {
                back.reverse();
                for (there, back) in there.iter().zip(&back) {
                    y.extend(there.iter().chain(back));
                }
            } else {
                y.extend(there.last().into_iter().chain(back.last()).flatten());
            }
        }
        y
    }

    pub(super) fn backward(&self, x: &[f64], grad: &[f64], to: &mut [f64]) -> Vec<f64> {
        let mut grad_x = vec![0.0; x.len()];
        let grads: Vec<&[f64]> = grad.chunks(2 * self.hidden).collect();
        let per_segment = grads.len() / self.segments;
        for segment in 0..self.segments {
            for way in 0..2 {
                let part = way * self.hidden..(way + 1) * self.hidden;
                let mut own: Vec<&[f64]> = grads[segment * per_segment..][..per_segment]
                    .iter()
                    .map(|grad| &grad[part.clone()])
                    .collect();
                if way == 1 {
                    own.reverse();
                }
                let sequence = self.sequence(x, segment, way);
                let found = self.way(way).backward(&sequence, &own.concat(), to);
                let places = self.places(segment, way);
                places.into_iter().zip(found).for_each(|(place, grad)| grad_x[place] += grad);
            }
        }
        grad_x
    }

    fn way(&self, way: usize) -> Lstm<'a> {
        let [channels, steps, width] = self.input;
        let [weight, recurrent, bias] = self.ways[way];
        Lstm {
            input: [channels, steps / self.segments, width],
            hidden: self.hidden,
            return_sequences: self.return_sequences,
            weight,
            recurrent,
            bias,
            parameters: self.parameters,
        }
    }

    /// The image of a segment, as a way reads it.
    fn sequence(&self, x: &[f64], segment: usize, way: usize) -> Vec<f64> {
        self.places(segment, way).into_iter().map(|place| x[place]).collect()
    }

    fn places(&self, segment: usize, way: usize) -> Vec<usize> {
        let [channels, height, width] = self.input;
        let steps = height / self.segments;
        let mut places = Vec::new();
        for channel in 0..channels {
            for step in 0..steps {
                let step = if way == 1 { steps - 1 - step } else { step };
                let row = channel * height + segment * steps + step;
                places.extend(row * width..(row + 1) * width);
            }
        }
        places
    }
}
