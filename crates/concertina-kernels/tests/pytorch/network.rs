//! An encoder and a decoder, with the losses of `fixtures/recipes.json` written out by hand.

use concertina_kernels::Sequential;

use crate::fixture::{self, Fixture, Tensor};

/// An autoencoder with its parameters and a batch to look at.
pub(crate) struct Network {
    pub(crate) encoder: Sequential,
    pub(crate) decoder: Sequential,
    theta: Vec<f32>,
    phi: Vec<f32>,
    x: Tensor,
    target: Vec<f32>,
    gaussian: Option<Gaussian>,
    reconstruction: (String, String),
}

/// A variational bottleneck.
struct Gaussian {
    eps: Vec<f32>,
    /// Whether the second part of the encoder's output is log(sigma) where the code is sampled; in
    /// the KL term it is log(variance) either way.
    samples_by_log_sigma: bool,
}

/// Everything that one pass gives.
pub(crate) struct Pass {
    pub(crate) code: Vec<f32>,
    pub(crate) logits: Vec<f32>,
    pub(crate) grad_theta: Vec<f32>,
    pub(crate) grad_phi: Vec<f32>,
}

impl Network {
    pub(crate) fn of(case: &Fixture) -> Self {
        let x = fixture::tensor(&case["input"]);
        let encoder = Sequential::new(x.image(), &fixture::layers(&case["encoder"])).unwrap();
        let gaussian = case.get("eps").map(|eps| Gaussian {
            eps: fixture::tensor(eps).values,
            samples_by_log_sigma: case["form"] == "lesson",
        });
        let code = match gaussian {
            Some(_) => [encoder.output()[0] / 2, 1, 1],
            None => encoder.output(),
        };
        let word = |key: &str| case["reconstruction"][key].as_str().unwrap().to_owned();
        Self {
            decoder: Sequential::new(code, &fixture::layers(&case["decoder"])).unwrap(),
            encoder,
            theta: fixture::joined(&case["encoder_parameters"]),
            phi: fixture::joined(&case["decoder_parameters"]),
            x,
            target: fixture::tensor(&case["target"]).values,
            gaussian,
            reconstruction: (word("kind"), word("reduction")),
        }
    }

    pub(crate) fn pass(&self) -> Pass {
        let batch = self.x.batch();
        let (encoded, encoder_tape) =
            self.encoder.forward_taped(&self.theta, &self.x.values, batch);
        let code = match &self.gaussian {
            Some(gaussian) => gaussian.sample(&encoded, batch),
            None => encoded.clone(),
        };
        let (logits, decoder_tape) = self.decoder.forward_taped(&self.phi, &code, batch);

        let mut grad_phi = vec![0.0; self.phi.len()];
        let mut grad_code = vec![0.0; code.len()];
        let grad_logits = self.grad_logits(&logits);
        let into = Some(grad_code.as_mut_slice());
        self.decoder.backward(&self.phi, &code, &decoder_tape, &grad_logits, &mut grad_phi, into);
        let grad_encoded = match &self.gaussian {
            Some(gaussian) => gaussian.grad(&encoded, &grad_code, batch),
            None => grad_code,
        };
        let mut grad_theta = vec![0.0; self.theta.len()];
        self.encoder.backward(
            &self.theta,
            &self.x.values,
            &encoder_tape,
            &grad_encoded,
            &mut grad_theta,
            None,
        );
        Pass { code, logits, grad_theta, grad_phi }
    }

    fn grad_logits(&self, logits: &[f32]) -> Vec<f32> {
        let (kind, reduction) = &self.reconstruction;
        let n = if reduction == "mean" { logits.len() } else { self.x.batch() } as f32;
        let grad = |(logit, target): (&f32, &f32)| {
            let x_hat = 1.0 / (1.0 + (-logit).exp());
            let derivative = if kind == "gaussian" { 2.0 * x_hat * (1.0 - x_hat) } else { 1.0 };
            (x_hat - target) * derivative / n
        };
        logits.iter().zip(&self.target).map(grad).collect()
    }
}

impl Gaussian {
    /// The code of each image from its mean and log-variance or log-sigma.
    fn sample(&self, encoded: &[f32], batch: usize) -> Vec<f32> {
        let size = self.eps.len() / batch;
        let images = encoded.chunks_exact(2 * size).zip(self.eps.chunks_exact(size));
        let sample = |(encoded, eps): (&[f32], &[f32])| -> Vec<f32> {
            let (mean, log) = encoded.split_at(size);
            (0..size).map(|d| mean[d] + self.sigma(log[d]).0 * eps[d]).collect()
        };
        images.flat_map(sample).collect()
    }

    /// What comes back through the code, and from the KL term.
    fn grad(&self, encoded: &[f32], grad_code: &[f32], batch: usize) -> Vec<f32> {
        let size = self.eps.len() / batch;
        let mut grad = Vec::with_capacity(encoded.len());
        for image in 0..batch {
            let (mean, log) = encoded[2 * size * image..][..2 * size].split_at(size);
            let (eps, grad_code) = (&self.eps[size * image..], &grad_code[size * image..]);
            let n = batch as f32;
            grad.extend((0..size).map(|d| grad_code[d] + mean[d] / n));
            grad.extend((0..size).map(|d| {
                grad_code[d] * self.sigma(log[d]).1 * eps[d] + (log[d].exp() - 1.0) / (2.0 * n)
            }));
        }
        grad
    }

    /// The standard deviation, and its derivative with respect to the encoder's output.
    fn sigma(&self, log: f32) -> (f32, f32) {
        if self.samples_by_log_sigma {
            (log.exp(), log.exp())
        } else {
            ((log / 2.0).exp(), (log / 2.0).exp() / 2.0)
        }
    }
}
