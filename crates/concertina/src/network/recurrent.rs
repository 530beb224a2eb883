//! Recurrent encoder and autoregressive decoder of sequences of tokens: the networks of `MusicVAE`
//! (Roberts, Engel, Raffel, Hawthorne, Eck 2018, section 3).

use concertina_kernels::{Core, Layer, LstmDecoder, Voice};
use serde::{Deserialize, Serialize};

use super::family::{self, CodeLayer, Family, LESSON_SHAPE, Sequences};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::shape::ImageShape;

/// Bidirectional LSTMs that read music, and LSTMs that write it, token by token: each step sees the
/// code and the tokens of the step before.
///
/// In training the tokens before are those of the example (teacher forcing), or, with
/// `scheduled-sampling`, more and more often the decoder's own.
///
/// With more than one segment the decoder is hierarchical: a conductor makes an embedding of each
/// segment from the code, and the decoder's LSTMs, which begin anew with each segment, read that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Recurrent {
    /// Sizes of the encoder's bidirectional LSTMs, one on top of the other, per direction. Default
    /// one of 256.
    pub encoder: Vec<usize>,
    /// The number of sequences that the encoder's first LSTM reads by themselves; the next ones
    /// read their last states. 1, the default, for the whole. Must divide the steps.
    pub encoder_segments: usize,
    /// Sizes of the decoder's LSTMs, one on top of the other. Default two of 256.
    pub decoder: Vec<usize>,
    /// Sizes of the conductor's LSTMs; not used if there is one segment. Default one of 256.
    pub conductor: Vec<usize>,
    /// The number of segments that the decoder writes; 1, the default, for a flat decoder. Must
    /// divide the steps.
    pub segments: usize,
    /// Whether each voice has LSTMs of its own in the decoder, which see the past of that voice
    /// alone. Default false.
    pub separate_voices: bool,
    /// Scheduled sampling (Bengio et al. 2015, section 2.4): in step i a token that the decoder is
    /// fed is its own with probability `1 - k / (k + exp(i / k))`, where k is this number: half of
    /// them at step k ln k. 0, the default, for teacher forcing throughout.
    pub scheduled_sampling: f32,
}

impl Default for Recurrent {
    fn default() -> Self {
        Self {
            encoder: vec![256],
            encoder_segments: 1,
            decoder: vec![256, 256],
            conductor: vec![256],
            segments: 1,
            separate_voices: false,
            scheduled_sampling: 0.0,
        }
    }
}

impl Family for Recurrent {
    fn layers(&self, _: ImageShape, _: ImageShape, _: CodeLayer) -> Result<family::Layers> {
        Err(Error::config("`network.kind` \"recurrent\": expected music, found images").with_hint(
            Hint::text("say what is taken from MIDI files (")
                .set("data.music", "melody")
                .then("), or give images another network (")
                .set("network.kind", "conv")
                .then(")"),
        ))
    }

    fn sequence_layers(&self, sequences: Sequences<'_>, code: CodeLayer) -> Result<family::Layers> {
        let Sequences { steps, voices, classes } = sequences;
        let Some(latent_dim) = code.latent_dim else {
            return Err(Error::config(
                "`bottleneck.latent-dim`: expected a number for this network, found \
                 \"feature-map\"",
            ));
        };
        self.check(steps)?;
        let condition = (classes > 0).then_some(Voice { classes, bits: None });
        let read = voices.iter().copied().chain(condition).collect();
        let mut encoder = vec![Layer::OneHot { voices: read }];
        let last = self.encoder.len() - 1;
        for (level, &hidden) in self.encoder.iter().enumerate() {
            let segments = if level == 0 { self.encoder_segments } else { 1 };
            let return_sequences = level != last && segments == 1;
            encoder.push(Layer::BidirectionalLstm { hidden, return_sequences, segments });
        }
        let outputs = latent_dim.saturating_mul(code.heads);
        encoder.push(Layer::Dense { outputs, activation: code.activation });
        let core = |voices| Core { voices, hidden: self.decoder.clone() };
        let cores = if self.separate_voices {
            voices.iter().map(|_| core(1)).collect()
        } else {
            vec![core(voices.len())]
        };
        let decoder = LstmDecoder {
            steps,
            segments: self.segments,
            conductor: self.conductor.clone(),
            voices: voices.to_vec(),
            cores,
        };
        Ok(family::Layers { encoder, decoder: vec![Layer::LstmDecoder(Box::new(decoder))] })
    }

    fn scheduled_sampling(&self) -> f32 {
        self.scheduled_sampling
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}

impl Recurrent {
    fn check(&self, steps: usize) -> Result<()> {
        let wrong = |key: &str, expected: &str, found: String| {
            Err(Error::config(format!("`network.{key}`: expected {expected}, found {found}")))
        };
        for (key, sizes) in
            [("encoder", &self.encoder), ("decoder", &self.decoder), ("conductor", &self.conductor)]
        {
            if sizes.is_empty() || sizes.contains(&0) {
                return wrong(
                    key,
                    "sizes of at least 1, at least one of them",
                    format!("{sizes:?}"),
                );
            }
        }
        for (key, segments) in
            [("segments", self.segments), ("encoder-segments", self.encoder_segments)]
        {
            if segments == 0 || !steps.is_multiple_of(segments) {
                let expected = format!("a number that divides the {steps} steps");
                return wrong(key, &expected, segments.to_string());
            }
        }
        if self.encoder_segments > 1 && self.encoder.len() < 2 {
            let expected = "two sizes at least where its first LSTM reads segments";
            return wrong("encoder", expected, format!("{:?}", self.encoder));
        }
        let k = self.scheduled_sampling;
        if !(k.is_finite() && k >= 0.0) {
            return wrong("scheduled-sampling", "a finite number of at least 0", k.to_string());
        }
        Ok(())
    }
}
