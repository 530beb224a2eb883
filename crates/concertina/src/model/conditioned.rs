//! A model together with the class of each image or code, for conditional models.

use std::ops::Range;

use super::attributes::AttributeVectors;
use super::condition::beside;
use super::guide::Draw;
use super::inference::{CHUNK, run};
use super::{Architecture, Model, wrong_shape};
use crate::data::{Examples, FloatImages};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::{Codes, interpolate, interpolate_square};
use crate::memory;
use crate::reconstruction::Values;
use crate::rng::Seed;
use crate::shape::at_once;

/// A model with the class of each image or code that is passed to it, if the model is conditional.
///
/// For a model without a condition, the methods of [`Model`] are these without classes.
#[derive(Clone, Copy, Debug)]
pub struct ConditionedModel<'a> {
    model: &'a Model,
    labels: Option<&'a [u32]>,
}

impl Model {
    /// This conditional model with the class of each image or code that will be passed to it, in
    /// their order. Classes are indices into [`DataCard::classes`](crate::data::DataCard::classes).
    ///
    /// # Errors
    /// If the model has no condition, or a class does not exist.
    pub fn conditioned_on<'a>(&'a self, labels: &'a [u32]) -> Result<ConditionedModel<'a>> {
        let classes = self.architecture.classes;
        if classes == 0 {
            return Err(Error::config(
                "expected a conditional model to ask for a label, found one without a condition",
            )
            .with_hint(
                Hint::text("train one with ").with(HintPart::Recipe("conditional-vae".to_owned())),
            ));
        }
        match labels.iter().find(|&&label| label as usize >= classes) {
            Some(label) => Err(Error::data(format!(
                "expected labels below {classes}, the classes that the model was trained with, \
                 found {label}"
            ))),
            None => Ok(ConditionedModel { model: self, labels: Some(labels) }),
        }
    }

    /// The label of the class of this name, for [`Model::conditioned_on`].
    ///
    /// # Errors
    /// If the model has no condition, or there is no such class.
    pub fn class(&self, name: &str) -> Result<u32> {
        let classes = &self.card.classes[..self.architecture.classes.min(self.card.classes.len())];
        if classes.is_empty() {
            return self.conditioned_on(&[0]).map(|_| 0);
        }
        let found = classes.iter().position(|class| class.name == name);
        found.map(|label| label as u32).ok_or_else(|| {
            let names: Vec<&str> = classes.iter().map(|class| class.name.as_str()).collect();
            Error::data(format!(
                "expected a class that the model was trained with ({}), found `{name}`",
                names.join(", ")
            ))
        })
    }

    /// As [`Model::conditioned_on`] for a conditional model; other models ignore the labels.
    ///
    /// # Errors
    /// If the model is conditional and there are no labels, or a class does not exist.
    pub fn with_labels<'a>(&'a self, labels: Option<&'a [u32]>) -> Result<ConditionedModel<'a>> {
        match labels {
            Some(labels) if self.architecture.classes > 0 => self.conditioned_on(labels),
            None if self.architecture.classes > 0 => Err(no_labels()),
            _ => Ok(self.with_known_labels(None)),
        }
    }

    /// As [`Model::with_labels`], for labels that are known to be valid.
    pub(crate) fn with_known_labels<'a>(
        &'a self,
        labels: Option<&'a [u32]>,
    ) -> ConditionedModel<'a> {
        ConditionedModel { model: self, labels: labels.filter(|_| self.architecture.classes > 0) }
    }
}

impl ConditionedModel<'_> {
    /// As [`Model::encode`].
    ///
    /// # Errors
    /// As [`Model::encode`], or if the number of labels is not that of the images.
    pub fn encode(&self, images: &dyn Examples) -> Result<Codes> {
        self.encode_range(images, 0..images.len())
    }

    /// The codes of the images in `range`, `[range, D]`, with the same bits as among all.
    ///
    /// # Errors
    /// As [`ConditionedModel::encode`].
    ///
    /// # Panics
    /// If the range is not one of images.
    pub fn encode_range(&self, images: &dyn Examples, range: Range<usize>) -> Result<Codes> {
        self.check(images.len())?;
        let latent_dim = self.model.architecture.latent_dim;
        let mut codes = memory::room_for(range.len(), latent_dim, "codes")?;
        // Bytes are converted to floats a chunk at a time: all floats would take four times the
        // memory of the bytes.
        let at_once = at_once(CHUNK, images.shape().len());
        for start in range.clone().step_by(at_once) {
            let chunk = start..range.end.min(start + at_once);
            let inputs = self.model.inputs_of(images, chunk.clone())?;
            codes.extend(self.encode_values(inputs.values(), chunk));
        }
        Ok(Codes::new(latent_dim, codes))
    }

    /// As [`ConditionedModel::encode`], for inputs of the encoder as floats.
    ///
    /// # Panics
    /// If they do not have the shape of the encoder's input, or the number of labels is not theirs.
    pub(crate) fn encode_inputs(&self, inputs: &FloatImages) -> Codes {
        let Architecture { input, latent_dim, .. } = self.model.architecture;
        assert_eq!(inputs.shape(), input, "inputs are checked before");
        self.check(inputs.len()).expect("labels are checked before");
        Codes::new(latent_dim, self.encode_values(inputs.values(), 0..inputs.len()))
    }

    /// The codes of inputs, whose labels are those in `range`.
    fn encode_values(&self, values: &[f32], range: Range<usize>) -> Vec<f32> {
        let Model { architecture, weights, .. } = self.model;
        architecture.bottleneck.encode(self.features(values, range), &weights.bottleneck)
    }

    /// The encoder's output for inputs, whose labels are those in `range`.
    pub(crate) fn features(&self, values: &[f32], range: Range<usize>) -> Vec<f32> {
        let Model { architecture, weights, device, .. } = self.model;
        let labels = self.labels.map(|labels| &labels[range]);
        let input = architecture.encoder_input(values, labels);
        run(device, &architecture.encoder, &weights.encoder, &input)
    }

    /// As [`Model::decode`].
    ///
    /// # Errors
    /// As [`Model::decode`], or if the number of labels is not that of the codes.
    pub fn decode(&self, codes: &Codes) -> Result<FloatImages> {
        self.decode_range(codes, 0..codes.len())
    }

    /// The images of the codes in `range`, with the same bits as among all.
    ///
    /// # Errors
    /// As [`ConditionedModel::decode`].
    ///
    /// # Panics
    /// If the range is not one of codes.
    pub fn decode_range(&self, codes: &Codes, range: Range<usize>) -> Result<FloatImages> {
        self.decode_range_with(codes, range, Draw::MostProbable)
    }

    /// As [`ConditionedModel::decode_range`], with tokens that are chosen so.
    ///
    /// # Errors
    /// As [`ConditionedModel::decode`].
    ///
    /// # Panics
    /// If the range is not one of codes.
    pub fn decode_range_with(
        &self,
        codes: &Codes,
        range: Range<usize>,
        draw: Draw,
    ) -> Result<FloatImages> {
        self.check_codes(codes)?;
        let size = codes.size();
        let some = &codes.values()[range.start * size..range.end * size];
        self.chosen(some, range, draw)
    }

    /// As [`Model::decode_with`].
    ///
    /// # Errors
    /// As [`Model::decode`], or if the number of labels is not that of the codes.
    pub fn decode_with(&self, codes: &Codes, draw: Draw) -> Result<FloatImages> {
        self.decode_range_with(codes, 0..codes.len(), draw)
    }

    /// The most probable token at each step, `[N, T, V]`, where the decoder is fed the tokens of
    /// `targets` instead of its own: what teacher-forced accuracy counts. A decoder that sees no
    /// past gives what [`Model::decode`] gives.
    ///
    /// # Errors
    /// As [`Model::decode`], or if there is not a target and a label for each code.
    pub fn predict(&self, codes: &Codes, targets: &dyn Examples) -> Result<FloatImages> {
        self.check_codes(codes)?;
        let Architecture { target, latent_dim, guide, .. } = self.model.architecture;
        if targets.shape() != target || targets.len() != codes.len() {
            return Err(Error::data(format!(
                "expected a target of shape {target} for each of {} codes, found {} of shape {}",
                codes.len(),
                targets.len(),
                targets.shape()
            )));
        }
        let Some(guide) = guide else { return self.decode(codes) };
        let values = self.model.architecture.values();
        let most_probable = guide.chosen(0..1, Draw::MostProbable);
        let mut tokens = memory::room_for(codes.len(), target.len(), "tokens")?;
        for start in (0..codes.len()).step_by(CHUNK) {
            let range = start..codes.len().min(start + CHUNK);
            let given = FloatImages::range(targets, range.clone())?;
            let n = range.len();
            let codes = &codes.values()[start * latent_dim..][..n * latent_dim];
            let logits = self.output_given(codes, range, given.values());
            tokens.extend(next_tokens(&values, &logits, &most_probable.repeat(n)));
        }
        Ok(FloatImages::new(target, tokens))
    }

    /// The images of codes, whose labels are those in `range`.
    fn images(&self, codes: &[f32], range: Range<usize>) -> Result<FloatImages> {
        self.chosen(codes, range, Draw::MostProbable)
    }

    /// The examples of codes, whose labels are those in `range`.
    fn chosen(&self, codes: &[f32], range: Range<usize>, draw: Draw) -> Result<FloatImages> {
        let Model { recipe, architecture, .. } = self.model;
        let (target, values) = (architecture.target, architecture.values());
        let size = architecture.latent_dim;
        let mut examples = memory::room_for(range.len(), target.len(), "decoded examples")?;
        let at_once = at_once(CHUNK, target.len());
        let starts = range.clone().step_by(at_once);
        for (codes, start) in codes.chunks(at_once * size).zip(starts) {
            let chunk = start..range.end.min(start + at_once);
            let Some(guide) = architecture.guide else {
                let output = self.output(codes, chunk, &[]);
                examples.extend(recipe.reconstruction.kind().x_hat(output, values));
                continue;
            };
            let guides = guide.chosen(chunk.clone(), draw);
            let logits = self.output(codes, chunk, &guides);
            examples.extend(next_tokens(&values, &logits, &guides));
        }
        Ok(FloatImages::new(target, examples))
    }

    /// The decoder's raw output for codes, whose labels are those in `range`, with a guide of each
    /// if it takes guides.
    pub(crate) fn output(&self, codes: &[f32], range: Range<usize>, guides: &[f32]) -> Vec<f32> {
        let Model { architecture, weights, device, .. } = self.model;
        let decoder = &architecture.decoder;
        let n = range.len();
        let behind = architecture.behind_codes(self.labels.map(|labels| &labels[range]), guides);
        if behind.is_empty() {
            return run(device, decoder, &weights.decoder, codes);
        }
        run(device, decoder, &weights.decoder, &beside(codes, &behind, n))
    }

    /// The decoder's raw output for codes, whose labels are those in `range`, given the target
    /// values: an autoregressive decoder is fed these.
    pub(crate) fn output_given(
        &self,
        codes: &[f32],
        range: Range<usize>,
        targets: &[f32],
    ) -> Vec<f32> {
        let architecture = &self.model.architecture;
        let Some(guide) = architecture.guide else { return self.output(codes, range, &[]) };
        let mut guides = vec![0.0; range.len() * guide.len()];
        let rows = guides.chunks_exact_mut(guide.len());
        for (to, tokens) in rows.zip(targets.chunks_exact(guide.tokens)) {
            guide.given(tokens, to);
        }
        self.output(codes, range, &guides)
    }

    /// As [`Model::reconstruction_errors`].
    ///
    /// # Errors
    /// As [`Model::reconstruction_errors`], or if the number of labels is not that of the images.
    pub fn reconstruction_errors(&self, images: &dyn Examples) -> Result<Vec<f32>> {
        self.reconstruction_errors_range(images, 0..images.len())
    }

    /// The errors of the images in `range`, with the same bits as among all.
    ///
    /// # Errors
    /// As [`ConditionedModel::reconstruction_errors`].
    ///
    /// # Panics
    /// If the range is not one of images.
    pub fn reconstruction_errors_range(
        &self,
        images: &dyn Examples,
        all: Range<usize>,
    ) -> Result<Vec<f32>> {
        self.check(images.len())?;
        let Model { recipe, architecture, weights, .. } = self.model;
        let target = architecture.target;
        if images.shape() != target {
            return Err(wrong_shape(target, images.shape()));
        }
        let mut errors = Vec::with_capacity(all.len());
        let at_once = at_once(CHUNK, target.len());
        for start in all.clone().step_by(at_once) {
            let range = start..all.end.min(start + at_once);
            let clean = FloatImages::range(images, range.clone())?;
            let inputs = self.model.inputs_of(images, range.clone())?;
            let codes = self.encode_values(inputs.values(), range.clone());
            let output = self.output_given(&codes, range, clean.values());
            let own = &weights.reconstruction;
            let loss = &recipe.reconstruction;
            errors.extend(loss.plain_errors(&output, clean.values(), own, architecture.values()));
        }
        Ok(errors)
    }

    /// As [`Model::reconstruct`].
    ///
    /// # Errors
    /// As [`ConditionedModel::encode`].
    pub fn reconstruct(&self, images: &dyn Examples) -> Result<FloatImages> {
        self.reconstruct_range(images, 0..images.len())
    }

    /// The reconstructions of the images in `range`, with the same bits as among all.
    ///
    /// # Errors
    /// As [`ConditionedModel::encode`].
    ///
    /// # Panics
    /// If the range is not one of images.
    pub fn reconstruct_range(
        &self,
        images: &dyn Examples,
        range: Range<usize>,
    ) -> Result<FloatImages> {
        let codes = self.encode_range(images, range.clone())?;
        self.images(codes.values(), range)
    }

    /// A new image of each label's class.
    ///
    /// # Errors
    /// As [`Model::sample`].
    pub fn sample(&self, seed: Seed) -> Result<FloatImages> {
        let n = self.labels.map_or(0, <[u32]>::len);
        self.decode(&self.model.sample_codes(n, seed)?)
    }

    /// As [`Model::interpolate`]. The images are encoded with their own labels; all codes are
    /// decoded with the first label.
    ///
    /// # Errors
    /// As [`Model::interpolate`].
    pub fn interpolate(&self, ends: &dyn Examples, steps: usize) -> Result<FloatImages> {
        let path = self.interpolate_codes(ends, steps)?;
        let labels = self.labels.map(|labels| vec![labels[0]; path.len()]);
        ConditionedModel { model: self.model, labels: labels.as_deref() }.decode(&path)
    }

    /// The codes of [`Model::interpolate`], `[N, D]`. The images are encoded with their own labels.
    ///
    /// # Errors
    /// As [`Model::interpolate`].
    pub fn interpolate_codes(&self, ends: &dyn Examples, steps: usize) -> Result<Codes> {
        if ![2, 4].contains(&ends.len()) || steps < 2 {
            return Err(Error::config(format!(
                "expected two or four images and at least 2 steps, found {} images and {steps} \
                 steps",
                ends.len()
            )));
        }
        let codes = self.encode(ends)?;
        Ok(if codes.len() == 2 {
            interpolate(codes.row(0), codes.row(1), steps)
        } else {
            interpolate_square([0, 1, 2, 3].map(|corner| codes.row(corner)), steps)
        })
    }

    /// Measures the attribute vectors of a model of music on windows: its training windows, if they
    /// are at hand.
    ///
    /// # Errors
    /// If the model is one of images, or as [`ConditionedModel::encode`].
    pub fn attribute_vectors(&self, windows: &dyn Examples) -> Result<AttributeVectors> {
        let Some(encoding) = self.model.recipe.encoding()? else {
            return Err(Error::config(
                "expected a model of music to measure attributes with, found one of images",
            ));
        };
        let codes = self.encode(windows)?;
        let windows = FloatImages::range(windows, 0..windows.len())?;
        Ok(AttributeVectors::measured(&codes, encoding, &windows))
    }

    /// The model.
    pub(crate) fn model(&self) -> &Model {
        self.model
    }

    /// The classes, if the model is conditional.
    pub(crate) fn labels(&self) -> Option<&[u32]> {
        self.labels
    }

    /// Checks that codes have the model's number of latent dimensions, and labels.
    fn check_codes(&self, codes: &Codes) -> Result<()> {
        self.check(codes.len())?;
        let expected = self.model.architecture.latent_dim;
        if codes.size() != expected {
            return Err(Error::data(format!(
                "expected codes with {expected} latent dimensions, as this model's, found {}",
                codes.size()
            )));
        }
        Ok(())
    }

    /// Checks that there are `n` labels, if the model is conditional.
    pub(crate) fn check(&self, n: usize) -> Result<()> {
        match (self.model.architecture.classes, self.labels) {
            (0, _) => Ok(()),
            (_, Some(labels)) if labels.len() == n => Ok(()),
            (_, Some(labels)) => Err(Error::data(format!(
                "expected a label for each of {n} images or codes, found {}",
                labels.len()
            ))),
            (_, None) => Err(no_labels()),
        }
    }
}

/// The tokens that guides, `[N, T V + 1]`, choose by logits, `[N, T, classes of all voices]`.
fn next_tokens<'a>(
    values: &'a Values,
    logits: &'a [f32],
    guides: &'a [f32],
) -> impl Iterator<Item = f32> + 'a {
    let width: usize = values.classes.iter().sum();
    let logits = logits.chunks_exact(width).flat_map(|step| values.by_voice(step));
    let guides = guides.chunks_exact(values.n() + 1).flat_map(|guide| {
        let (temperature, guides) = guide.split_last().expect("a guide has a temperature");
        guides.iter().map(move |guide| (*guide, *temperature))
    });
    logits.zip(guides).map(|(logits, (guide, temperature))| {
        concertina_kernels::next_token(guide, logits, temperature)
    })
}

fn no_labels() -> Error {
    Error::data("expected labels, since the model's condition is the label, found none")
        .with_hint("give data with labels")
}
