//! A small convolutional classifier: it tells what a picture shows, and its features tell how far apart sets of pictures are.

use concertina_kernels::{Activation, Adam, Layer, Padding, Sequential};
use rayon::prelude::*;

use super::labelled::accuracy;
use super::softmax::softmax;
use crate::data::Images;
use crate::error::{Error, Result};
use crate::math::vectors::argmax;
use crate::data::FloatImages;
use crate::math::Codes;
use crate::sequential::{checked, initialise};
use crate::rng::{Purpose, Seed, Stream};
use crate::shape::ImageShape;

/// Numbers in a picture's features.
const FEATURES: usize = 64;
/// Both sides are halved until the shorter one is this or below.
const LEAST_SIDE: usize = 7;
/// Images with a longer side are halved once more to begin with.
const LONG_SIDE: usize = 64;
/// Channels of the first convolution, and of the others.
const CHANNELS: [usize; 2] = [16, 32];

const BATCH: usize = 128;
const LEARNING_RATE: f32 = 2e-3;
/// Training ends after so many floating-point operations (four times through 60,000 images of 1x28x28), or after so many
/// epochs if that is sooner, but not before so many images were seen.
const OPERATIONS: f64 = 1.6e12;
const MOST_EPOCHS: usize = 10;
const LEAST_SEEN: usize = 20_000;
/// Numbers the stack's parameters among those that are drawn of one seed; encoder and decoder have 0 and 1.
const PART: u32 = 100;
/// Pictures that are passed through at a time.
const CHUNK: usize = 512;

/// A classifier trained on labelled images: 3x3 convolutions with ReLU and 2x2 max pooling, a dense layer of 64 features with
/// ReLU, and a dense layer to the classes.
///
/// It is trained by Adam on the cross-entropy, at a rate that falls in a straight line to zero. Inputs are shifted and scaled by
/// the mean and the deviation of all training pixels. The same images, labels and seed give the same bits for any number of
/// threads.
#[derive(Clone, Debug)]
pub struct Classifier {
    shape: ImageShape,
    n_classes: usize,
    /// To the logits.
    stack: Sequential,
    /// The same without the last layer, whose parameters come last.
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
        // Of whole numbers, so that no order of adding up can matter.
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
    /// If there is no image, not one label for each, a label is too large, or all are of one class.
    pub fn train(images: &Images, labels: &[u32], n_classes: usize, seed: Seed) -> Result<Self> {
        check(images, labels, n_classes)?;
        let shape = images.shape();
        let layers = layers(shape, n_classes);
        let network = |layers: &[Layer]| checked(shape, layers).map_err(|e| Error::data(e.to_string()));
        let stack = network(&layers)?;
        let body = network(&layers[..layers.len() - 1])?;
        let parameters = initialise(&stack, 1, seed, PART);
        let scaling = Scaling::of(images);
        let mut classifier = Self { shape, n_classes, stack, body, parameters, scaling };
        classifier.descend(images, labels, seed);
        Ok(classifier)
    }

    /// Goes through the images in random order, epoch after epoch.
    fn descend(&mut self, images: &Images, labels: &[u32], seed: Seed) {
        let n_steps = n_steps(images.len(), self.stack.flops());
        let (mut means, mut squares) =
            (vec![0.0; self.parameters.len()], vec![0.0; self.parameters.len()]);
        let mut gradient = vec![0.0; self.parameters.len()];
        let mut order = Vec::new();
        for step in 0..n_steps {
            let batches = images.len().div_ceil(BATCH);
            if step % batches == 0 {
                let epoch = (step / batches) as u32;
                order =
                    Stream::new(seed, Purpose::Classifier, [epoch, 0, 0]).permutation(images.len());
            }
            let first = step % batches * BATCH;
            let chosen = &order[first..images.len().min(first + BATCH)];
            self.gradient(images, labels, chosen, &mut gradient);
            let rate = LEARNING_RATE * (1.0 - step as f32 / n_steps as f32);
            Adam::new(rate, 0.9, 0.999, 1e-7, step + 1).update(
                &mut self.parameters,
                &gradient,
                &mut means,
                &mut squares,
            );
        }
    }

    /// The gradient of the mean cross-entropy of the chosen images.
    fn gradient(&self, images: &Images, labels: &[u32], chosen: &[u32], gradient: &mut [f32]) {
        let scaled: [f32; 256] =
            std::array::from_fn(|pixel| self.scaling.apply(pixel as f32 / 255.0));
        let pixels = chosen.iter().flat_map(|&index| images.image(index as usize));
        let x: Vec<f32> = pixels.map(|&pixel| scaled[usize::from(pixel)]).collect();
        let (mut logits, tape) = self.stack.forward_taped(&self.parameters, &x, chosen.len());
        for (logits, &index) in logits.chunks_exact_mut(self.n_classes).zip(chosen) {
            softmax(logits);
            logits[labels[index as usize] as usize] -= 1.0;
            for slope in logits {
                *slope /= chosen.len() as f32;
            }
        }
        self.stack.backward(&self.parameters, &x, &tape, &logits, gradient, None);
    }

    /// The shape of the images that it was trained on.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// The number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The most probable class of each picture; the smallest of equally probable ones.
    ///
    /// # Errors
    /// If the pictures are not of the shape of those that it was trained on.
    pub fn predict(&self, pictures: &FloatImages) -> Result<Vec<u32>> {
        let logits = self.run(&self.stack, pictures)?;
        Ok(logits.chunks_exact(self.n_classes).map(|logits| argmax(logits) as u32).collect())
    }

    /// What the layer before the classes makes of each picture, 64 numbers of at least 0, as the points that
    /// [`Points::of_codes`](crate::math::Points::of_codes) takes.
    ///
    /// # Errors
    /// As [`Classifier::predict`].
    pub fn features(&self, pictures: &FloatImages) -> Result<Codes> {
        Ok(Codes::new(FEATURES, self.run(&self.body, pictures)?))
    }

    /// The share of pictures that it classifies rightly.
    ///
    /// # Errors
    /// As [`Classifier::predict`], or if there is no picture or not one label for each.
    pub fn accuracy(&self, pictures: &FloatImages, labels: &[u32]) -> Result<f64> {
        if pictures.is_empty() || pictures.len() != labels.len() {
            return Err(Error::data(format!(
                "expected a label for each of at least one picture, found {} pictures and {} labels",
                pictures.len(),
                labels.len()
            )));
        }
        Ok(accuracy(&self.predict(pictures)?, labels))
    }

    /// What a stack, all of it or its beginning, makes of the pictures.
    fn run(&self, stack: &Sequential, pictures: &FloatImages) -> Result<Vec<f32>> {
        if pictures.shape() != self.shape {
            return Err(Error::data(format!(
                "expected pictures of {}, as the classifier was trained on, found {}",
                self.shape,
                pictures.shape()
            )));
        }
        let parameters = &self.parameters[..stack.n_parameters()];
        let mut all = Vec::new();
        for chunk in pictures.values().chunks(CHUNK * self.shape.len()) {
            let x: Vec<f32> = chunk.par_iter().map(|value| self.scaling.apply(*value)).collect();
            all.extend(stack.forward(parameters, &x, chunk.len() / self.shape.len()));
        }
        Ok(all)
    }
}

fn check(images: &Images, labels: &[u32], n_classes: usize) -> Result<()> {
    if labels.is_empty() || labels.len() != images.len() {
        return Err(Error::data(format!(
            "expected a label for each of at least one image to train a classifier on, found {} images and {} labels",
            images.len(),
            labels.len()
        )));
    }
    if let Some(label) = labels.iter().find(|label| **label as usize >= n_classes) {
        return Err(Error::data(format!("expected labels below {n_classes}, found {label}")));
    }
    if labels.iter().all(|label| *label == labels[0]) {
        return Err(Error::data(format!(
            "expected images of at least two classes to train a classifier on, found class {} alone",
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
    while layers.is_empty() || side > LEAST_SIDE {
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

/// How many batches to train on, for `n` images of which each takes so many operations forwards and twice as many backwards.
fn n_steps(n: usize, flops: u64) -> usize {
    let affordable = (OPERATIONS / (3.0 * flops as f64)) as usize;
    let seen = affordable.min(MOST_EPOCHS * n).max(LEAST_SEEN);
    // An epoch's last batch may be short: counted by epochs, not by images.
    (seen as f64 / n as f64 * n.div_ceil(BATCH) as f64).ceil() as usize
}

#[cfg(test)]
mod tests;
