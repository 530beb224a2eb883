//! A small convolutional classifier, whose features serve to compare sets of images.

use std::ops::Range;

use concertina_kernels::{Activation, Adam, Layer, Padding, Sequential};

use super::labelled::accuracy;
use super::softmax::softmax;
use crate::artifact::{named, pack};
use crate::data::FloatImages;
use crate::data::Images;
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::math::vectors::argmax;
use crate::memory;
use crate::rng::{Purpose, Seed, Stream};
use crate::sequential::{checked, initialise};
use crate::shape::{ImageShape, at_once};

/// The number of features.
const FEATURES: usize = 64;
/// Both sides are halved until the shorter one is at most this.
const MIN_SIDE: usize = 7;
/// Images whose shorter side exceeds this are halved by a first convolution of stride 2.
const LONG_SIDE: usize = 64;
/// Channels of the first convolution, and of the others.
const CHANNELS: [usize; 2] = [16, 32];

const BATCH: usize = 128;
const LEARNING_RATE: f32 = 2e-3;
/// The floating-point operations after which training ends (four epochs of 60,000 images of
/// 1x28x28).
const OPERATIONS: f64 = 1.6e12;
/// The maximum number of epochs.
const MAX_EPOCHS: usize = 10;
/// The minimum number of images that are trained on, counted with repetitions.
const MIN_SEEN: usize = 20_000;
/// The component in the streams of initial weights; encoder and decoder have 0 and 1.
const COMPONENT: u32 = 100;
/// Images that are processed at a time.
const CHUNK: usize = 512;

/// A classifier trained on labelled images: 3x3 convolutions with ReLU and 2x2 max pooling, a dense
/// layer of 64 features with ReLU, and a dense layer to the classes.
///
/// It is trained by Adam on the cross-entropy, with a learning rate that falls linearly to zero.
/// Inputs are standardised by the mean and the standard deviation of all training pixels. The same
/// images, labels and seed give the same bits for any number of threads.
#[derive(Clone, Debug)]
pub struct Classifier {
    shape: ImageShape,
    n_classes: usize,
    /// The whole network, to the logits.
    network: Sequential,
    /// The network without the last layer, whose parameters come last.
    body: Sequential,
    parameters: Vec<f32>,
    scaling: Scaling,
}

/// (x - centre) * factor, for x in 0..1.
#[derive(Clone, Copy, Debug)]
struct Scaling {
    centre: f32,
    factor: f32,
}

impl Scaling {
    fn of(images: &Images) -> Self {
        // Integer sums, so that the result does not depend on the order of summation.
        let (mut sum, mut squares) = (0_u64, 0_u64);
        for &pixel in images.pixels() {
            sum += u64::from(pixel);
            squares += u64::from(pixel) * u64::from(pixel);
        }
        let n = images.pixels().len() as f64;
        let mean = sum as f64 / n;
        let deviation = (squares as f64 / n - mean * mean).max(0.0).sqrt();
        let factor = if deviation > 0.0 { 255.0 / deviation } else { 1.0 };
        Self { centre: (mean / 255.0) as f32, factor: factor as f32 }
    }

    fn apply(self, value: f32) -> f32 {
        (value - self.centre) * self.factor
    }
}

impl Classifier {
    /// Trains a classifier on images with a label below `n_classes` for each.
    ///
    /// # Errors
    /// If there is no image, the number of labels is not that of the images, a label is too large,
    /// or all are of one class.
    pub fn train(images: &Images, labels: &[u32], n_classes: usize, seed: Seed) -> Result<Self> {
        Self::train_with(images, labels, n_classes, seed, &|_, _| ())
    }

    /// As [`Classifier::train`]; `on_step` is called with the number of steps done, and of all.
    ///
    /// # Errors
    /// As [`Classifier::train`].
    pub fn train_with(
        images: &Images,
        labels: &[u32],
        n_classes: usize,
        seed: Seed,
        on_step: &dyn Fn(usize, usize),
    ) -> Result<Self> {
        check(images, labels, n_classes)?;
        let shape = images.shape();
        let layers = layers(shape, n_classes);
        let check =
            |layers: &[Layer]| checked(shape, layers).map_err(|e| Error::data(e.to_string()));
        let network = check(&layers)?;
        let body = check(&layers[..layers.len() - 1])?;
        let parameters = initialise(&network, 1, seed, COMPONENT);
        let scaling = Scaling::of(images);
        let mut classifier = Self { shape, n_classes, network, body, parameters, scaling };
        classifier.descend(images, labels, seed, on_step);
        Ok(classifier)
    }

    /// Runs gradient descent over the images in random order, epoch after epoch.
    fn descend(
        &mut self,
        images: &Images,
        labels: &[u32],
        seed: Seed,
        on_step: &dyn Fn(usize, usize),
    ) {
        let n_steps = n_steps(images.len(), self.network.flops());
        let (mut means, mut squares) =
            (vec![0.0; self.parameters.len()], vec![0.0; self.parameters.len()]);
        let mut gradient = vec![0.0; self.parameters.len()];
        let mut order = Vec::new();
        for step in 0..n_steps {
            let (epoch, batch) = batch(step, images.len());
            if batch.start == 0 {
                order =
                    Stream::new(seed, Purpose::Classifier, [epoch, 0, 0]).permutation(images.len());
            }
            self.gradient(images, labels, &order[batch], &mut gradient);
            Adam::new(learning_rate(step, n_steps), 0.9, 0.999, 1e-7, step + 1).update(
                &mut self.parameters,
                &gradient,
                &mut means,
                &mut squares,
            );
            on_step(step + 1, n_steps);
        }
    }

    /// The gradient of the mean cross-entropy of the chosen images.
    fn gradient(&self, images: &Images, labels: &[u32], chosen: &[u32], gradient: &mut [f32]) {
        let scaled: [f32; 256] =
            std::array::from_fn(|pixel| self.scaling.apply(pixel as f32 / 255.0));
        let pixels = chosen.iter().flat_map(|&index| images.image(index as usize));
        let x: Vec<f32> = pixels.map(|&pixel| scaled[usize::from(pixel)]).collect();
        let (mut logits, tape) = self.network.forward_taped(&self.parameters, &x, chosen.len());
        for (logits, &index) in logits.chunks_exact_mut(self.n_classes).zip(chosen) {
            softmax(logits);
            logits[labels[index as usize] as usize] -= 1.0;
            for gradient in logits {
                *gradient /= chosen.len() as f32;
            }
        }
        self.network.backward(&self.parameters, &x, &tape, &logits, gradient, None);
    }

    /// The shape of the images that it was trained on.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The most probable class of each image; the smallest one in a tie.
    ///
    /// # Errors
    /// If the images do not have the shape of the training images.
    pub fn predict(&self, images: &FloatImages) -> Result<Vec<u32>> {
        let logits = self.run(&self.network, images)?;
        Ok(logits.chunks_exact(self.n_classes).map(|logits| argmax(logits) as u32).collect())
    }

    /// The output of the layer before the logits for each image, `[N, 64]`, values of at least 0.
    /// Use it with [`Points::of_codes`](crate::math::Points::of_codes).
    ///
    /// # Errors
    /// As [`Classifier::predict`].
    pub fn features(&self, images: &FloatImages) -> Result<Codes> {
        Ok(Codes::new(FEATURES, self.run(&self.body, images)?))
    }

    /// It as the bytes of a safetensors file: the tensors `network.LAYER.weight` and
    /// `network.LAYER.bias`, convolutions and their poolings counted, as in a model file; and as
    /// its one entry of metadata, `classifier`, a JSON text of its layers, the shape of its images,
    /// and `centre` and `factor` of the input's scaling, (x - centre) * factor for x in 0..1.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { shape, n_classes, network, scaling, .. } = self;
        let layers: Vec<String> = network.layers().iter().map(|l| format!("{l:?}")).collect();
        let ImageShape { channels, height, width } = *shape;
        let card = serde_json::json!({
            "shape": [channels, height, width],
            "classes": n_classes,
            "centre": scaling.centre,
            "factor": scaling.factor,
            "layers": layers,
            "features": "the output of the last layer but one, after its ReLU",
        });
        let tensors = named("network", network, &self.parameters);
        pack(&tensors, Some(("classifier", card.to_string())))
    }

    /// The fraction of images that it classifies correctly.
    ///
    /// # Errors
    /// As [`Classifier::predict`], or if there is no image, or the number of labels is not that of
    /// the images.
    pub fn accuracy(&self, images: &FloatImages, labels: &[u32]) -> Result<f64> {
        if images.is_empty() || images.len() != labels.len() {
            return Err(Error::data(format!(
                "expected a label for each of at least one image, found {} images and {} labels",
                images.len(),
                labels.len()
            )));
        }
        Ok(accuracy(&self.predict(images)?, labels))
    }

    /// Runs the whole network or its body on images.
    fn run(&self, network: &Sequential, images: &FloatImages) -> Result<Vec<f32>> {
        if images.shape() != self.shape {
            return Err(Error::data(format!(
                "expected images of {}, as the classifier was trained on, found {}",
                self.shape,
                images.shape()
            )));
        }
        let parameters = &self.parameters[..network.n_parameters()];
        let outputs = network.output().iter().product();
        let mut all = memory::room_for(images.len(), outputs, "outputs of the classifier")?;
        let at_once = at_once(CHUNK, self.shape.len());
        for chunk in images.values().chunks(at_once * self.shape.len()) {
            let x: Vec<f32> = chunk.iter().map(|value| self.scaling.apply(*value)).collect();
            all.extend(network.forward(parameters, &x, chunk.len() / self.shape.len()));
        }
        Ok(all)
    }
}

fn check(images: &Images, labels: &[u32], n_classes: usize) -> Result<()> {
    if labels.is_empty() || labels.len() != images.len() {
        return Err(Error::data(format!(
            "expected a label for each of at least one image to train a classifier on, found {} \
             images and {} labels",
            images.len(),
            labels.len()
        )));
    }
    if let Some(label) = labels.iter().find(|label| **label as usize >= n_classes) {
        return Err(Error::data(format!("expected labels below {n_classes}, found {label}")));
    }
    if labels.iter().all(|label| *label == labels[0]) {
        return Err(Error::insufficient(format!(
            "expected images of at least two classes to train a classifier on, found class {} \
             alone",
            labels[0]
        )));
    }
    Ok(())
}

/// The layers for images of this shape.
fn layers(shape: ImageShape, n_classes: usize) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut side = shape.height.min(shape.width);
    let convolution = |out_channels, stride| Layer::Conv2d {
        out_channels,
        kernel: 3,
        stride,
        padding: Padding::Same,
        activation: Activation::Relu,
    };
    if side > LONG_SIDE {
        layers.push(convolution(CHANNELS[0], 2));
        side = side.div_ceil(2);
    }
    while layers.is_empty() || side > MIN_SIDE {
        let out_channels = CHANNELS[usize::from(!layers.is_empty())];
        layers.push(convolution(out_channels, 1));
        if side > 1 {
            layers.push(Layer::MaxPool2d);
        }
        side = side.div_ceil(2);
    }
    layers.push(Layer::Dense { outputs: FEATURES, activation: Activation::Relu });
    layers.push(Layer::Dense { outputs: n_classes, activation: Activation::Identity });
    layers
}

/// The number of batches to train on, for `n` images that take `flops` operations each in the
/// forward pass and twice as many in the backward pass.
fn n_steps(n: usize, flops: u64) -> usize {
    let affordable = (OPERATIONS / (3.0 * flops as f64)) as usize;
    let seen = affordable.min(MAX_EPOCHS * n).max(MIN_SEEN);
    // The last batch of an epoch may be smaller, so batches are counted by epochs.
    (seen as f64 / n as f64 * n.div_ceil(BATCH) as f64).ceil() as usize
}

/// The epoch of a step, and the places of its images in that epoch's order of all `n`.
fn batch(step: usize, n: usize) -> (u32, Range<usize>) {
    let batches = n.div_ceil(BATCH);
    let first = step % batches * BATCH;
    ((step / batches) as u32, first..n.min(first + BATCH))
}

/// It falls linearly, to zero after the last step.
fn learning_rate(step: usize, n_steps: usize) -> f32 {
    LEARNING_RATE * (1.0 - step as f32 / n_steps as f32)
}

#[cfg(test)]
mod tests;
