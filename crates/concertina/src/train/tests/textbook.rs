//! A run beside a textbook: loops over f64 numbers that share no code with the library except for
//! its random numbers.

use tempfile::TempDir;

use super::{data, train_until};
use crate::data::Dataset;
use crate::recipe::Recipe;
use crate::rng::{Purpose, Seed, Stream};
use crate::testing::plain;
use crate::train::Run;

const PIXELS: usize = 64;
const HIDDEN: usize = 8;
const LATENT: usize = 2;
/// Two epochs of three.
const STEPS: i32 = 6;

/// Two dense layers with a `ReLU` between them. The parameters of each are a matrix with a row for
/// each output, then biases.
#[derive(Clone, Copy)]
struct Perceptron {
    inputs: usize,
    hidden: usize,
    outputs: usize,
}

impl Perceptron {
    /// Where the weights and the biases of both layers begin, and the end.
    fn places(self) -> [usize; 4] {
        let Self { inputs, hidden, outputs } = self;
        let second = hidden * inputs + hidden;
        [hidden * inputs, second, second + outputs * hidden, second + outputs * hidden + outputs]
    }

    /// The hidden layer after its `ReLU`, and the outputs.
    fn forward(self, p: &[f64], x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let [biases, second, second_biases, _] = self.places();
        let mut h = vec![0.0; self.hidden];
        for j in 0..self.hidden {
            h[j] = p[biases + j];
            for i in 0..self.inputs {
                h[j] += p[j * self.inputs + i] * x[i];
            }
            h[j] = h[j].max(0.0);
        }
        let mut y = vec![0.0; self.outputs];
        for k in 0..self.outputs {
            y[k] = p[second_biases + k];
            for j in 0..self.hidden {
                y[k] += p[second + k * self.hidden + j] * h[j];
            }
        }
        (h, y)
    }

    /// Adds the gradient of the parameters to `to`, and returns that of the inputs.
    fn backward(self, p: &[f64], x: &[f64], h: &[f64], dy: &[f64], to: &mut [f64]) -> Vec<f64> {
        let [biases, second, second_biases, _] = self.places();
        let mut dx = vec![0.0; self.inputs];
        for k in 0..self.outputs {
            to[second_biases + k] += dy[k];
            for j in 0..self.hidden {
                to[second + k * self.hidden + j] += dy[k] * h[j];
            }
        }
        for j in (0..self.hidden).filter(|&j| h[j] > 0.0) {
            let dh: f64 = (0..self.outputs).map(|k| dy[k] * p[second + k * self.hidden + j]).sum();
            to[biases + j] += dh;
            for i in 0..self.inputs {
                to[j * self.inputs + i] += dh * x[i];
                dx[i] += dh * p[j * self.inputs + i];
            }
        }
        dx
    }
}

/// What of a recipe the textbook knows.
struct Settings {
    variational: bool,
    beta: f64,
    warm_up_epochs: f64,
    clip_norm: f64,
}

/// Encoder and decoder with Adam's moments.
struct Textbook {
    settings: Settings,
    parameters: [Vec<f64>; 2],
    means: [Vec<f64>; 2],
    squares: [Vec<f64>; 2],
    /// How often the gradient was clipped.
    clipped: usize,
}

impl Textbook {
    /// A step on these images with this noise, the first having the number 1.
    fn step(&mut self, images: &[Vec<f64>], noise: &[Vec<f64>], step: i32) {
        let Settings { variational, beta, warm_up_epochs, clip_norm } = self.settings;
        let heads = if variational { 2 } else { 1 };
        let encoder = Perceptron { inputs: PIXELS, hidden: HIDDEN, outputs: heads * LATENT };
        let decoder = Perceptron { inputs: LATENT, hidden: HIDDEN, outputs: PIXELS };
        let [encoder_p, decoder_p] = &self.parameters;
        let mut gradients = [encoder_p, decoder_p].map(|p| vec![0.0; p.len()]);
        let n = images.len() as f64;
        let epochs = f64::from(step - 1) / 3.0;
        let kl_weight = beta * (epochs / warm_up_epochs).min(1.0);
        for (x, eps) in images.iter().zip(noise) {
            let (h, features) = encoder.forward(encoder_p, x);
            let sigma = |d: usize| (0.5 * features[LATENT + d]).exp();
            let z: Vec<f64> = (0..LATENT)
                .map(|d| features[d] + if variational { sigma(d) * eps[d] } else { 0.0 })
                .collect();
            let (h_decoder, logits) = decoder.forward(decoder_p, &z);
            // Cross-entropy: the sum over pixels for the variational one, else the mean.
            let scale = if variational { 1.0 } else { 1.0 / PIXELS as f64 };
            let dy: Vec<f64> = (0..PIXELS)
                .map(|i| (1.0 / (1.0 + (-logits[i]).exp()) - x[i]) * scale / n)
                .collect();
            let dz = decoder.backward(decoder_p, &z, &h_decoder, &dy, &mut gradients[1]);
            let mut d_features = dz.clone();
            if variational {
                for d in 0..LATENT {
                    d_features[d] += kl_weight * features[d] / n;
                    let d_kl = 0.5 * (features[LATENT + d].exp() - 1.0) / n;
                    d_features.push(dz[d] * eps[d] * 0.5 * sigma(d) + kl_weight * d_kl);
                }
            }
            encoder.backward(encoder_p, x, &h, &d_features, &mut gradients[0]);
        }
        let norm = gradients.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
        if clip_norm > 0.0 && norm > clip_norm {
            self.clipped += 1;
            gradients.iter_mut().flatten().for_each(|g| *g *= clip_norm / norm);
        }
        self.adam(&gradients, step);
    }

    /// Kingma and Ba 2014, with epsilon where section 2 has it for efficiency, as Keras does. The
    /// recipe's numbers are f32.
    fn adam(&mut self, gradients: &[Vec<f64>; 2], step: i32) {
        let [rate, beta1, beta2, epsilon] = [0.01f32, 0.9, 0.999, 1e-4].map(f64::from);
        let rate = rate * (1.0 - beta2.powi(step)).sqrt() / (1.0 - beta1.powi(step));
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((p, g), (means, squares)) in self.parameters.iter_mut().zip(gradients).zip(moments) {
            for i in 0..p.len() {
                means[i] = beta1 * means[i] + (1.0 - beta1) * g[i];
                squares[i] = beta2 * squares[i] + (1.0 - beta2) * g[i] * g[i];
                p[i] -= rate * means[i] / (squares[i].sqrt() + epsilon);
            }
        }
    }

    fn train(&mut self, data: &Dataset, seed: Seed) {
        let mut step = 0;
        for epoch in 1..=2 {
            let order = Stream::new(seed, Purpose::Shuffle, [epoch, 0, 0]).permutation(36);
            for batch in order.chunks(16) {
                step += 1;
                let image = |&index: &u32| {
                    let bytes = data.train.image(index as usize);
                    // A byte becomes an f32 number.
                    bytes.iter().map(|&byte| f64::from(f32::from(byte) / 255.0)).collect()
                };
                let noise = |&index: &u32| {
                    let mut stream = Stream::new(seed, Purpose::Latent, [epoch, index, 0]);
                    (0..LATENT).map(|_| f64::from(stream.normal())).collect()
                };
                let images: Vec<Vec<f64>> = batch.iter().map(image).collect();
                let noise: Vec<Vec<f64>> = batch.iter().map(noise).collect();
                self.step(&images, &noise, step);
            }
        }
        assert_eq!(step, STEPS);
    }
}

fn parameters(run: Run<'_>) -> [Vec<f64>; 2] {
    let weights = run.into_model().weights;
    [weights.encoder, weights.decoder].map(|p| p.into_iter().map(f64::from).collect())
}

/// The weights after a number of steps.
fn after(recipe: &Recipe, data: &Dataset, steps: usize) -> [Vec<f64>; 2] {
    let dir = TempDir::new().unwrap();
    let mut run = recipe.plan(data).unwrap().start(data, dir.path()).unwrap();
    train_until(&mut run, steps);
    parameters(run)
}

#[test]
fn a_run_does_what_a_textbook_says() {
    let data = data();
    let variational = plain()
        .with(
            "bottleneck",
            "{ kind = \"gaussian\", latent-dim = 2, beta = 0.5, warm-up-epochs = 4 }",
        )
        .and_then(|recipe| recipe.with("reconstruction.reduction", "sum"))
        .and_then(|recipe| recipe.with("training.clip-norm", 0.5))
        .unwrap();
    for recipe in [plain(), variational] {
        // Where a gradient is near 0, a large epsilon keeps Adam from making much of its rounding.
        let recipe = recipe.with("training.optimiser.epsilon", 1e-4).unwrap();
        let clip_norm = f64::from(recipe.training.clip_norm);
        let variational = clip_norm > 0.0;
        let start = after(&recipe, &data, 0);
        let zeros = || start.clone().map(|p| vec![0.0; p.len()]);
        let settings = Settings { variational, beta: 0.5, warm_up_epochs: 4.0, clip_norm };
        let [means, squares] = [zeros(), zeros()];
        let mut textbook =
            Textbook { settings, parameters: start.clone(), means, squares, clipped: 0 };
        textbook.train(&data, Seed(recipe.training.seed));
        assert_eq!(textbook.clipped > 0, variational, "{} steps clipped", textbook.clipped);

        let found = after(&recipe, &data, STEPS as usize);
        for part in 0..2 {
            let all = found[part].iter().zip(&textbook.parameters[part]).zip(&start[part]);
            let [mut error, mut moved] = [0f64; 2];
            for ((found, expected), start) in all {
                error = error.max((found - expected).abs());
                moved = moved.max((expected - start).abs());
            }
            assert!(error < 1e-3 * moved && moved > 0.01, "part {part}: {error} of {moved}");
        }
    }
}
