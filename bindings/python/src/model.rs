//! `concertina.Model`.

use std::path::PathBuf;

use concertina::ImageShape;
use concertina::rng::Seed;
use numpy::{PyArray1, PyArray2, PyArray4};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::array::{self, Allowed, Pixels, expect_room, fill, new_codes, new_images};
use crate::error::{self, raised};
use crate::labels;
use crate::plain::to_python;
use crate::process::{compute, in_pieces};
use crate::recipe::Recipe;

/// A trained autoencoder.
///
/// Images are uint8, 0 for black and 255 for white, or float32 or float64 in 0..1; of shape
/// [N, C, H, W], or [N, H, W] for one channel. `check_range=False` takes finite floats outside of
/// 0..1 as well, such as those of a noisy image. What a model says of an image does not depend on
/// the others, to the bit.
///
/// `labels` are for conditional models: numbers or names of classes, one for each image or code, or
/// one for all.
#[pyclass(frozen, module = "concertina")]
pub(crate) struct Model(pub(crate) concertina::model::Model);

impl Model {
    /// An error if the encoder does not take images of this shape, which no images would show.
    fn expect_shape(&self, pixels: &Pixels) -> PyResult<()> {
        let found = self.0.inputs_of(pixels.examples(), 0..0);
        found.map(drop).map_err(|error| raised(&error))
    }

    /// Which floats are taken: windows of music are numbers of tokens.
    fn allowed(&self, check_range: bool) -> Allowed {
        let is_music = self.0.card.music().is_some();
        if check_range && !is_music { Allowed::Unit } else { Allowed::Finite }
    }

    fn target(&self) -> ImageShape {
        self.0.architecture.target
    }
}

fn sizes(shape: ImageShape) -> (usize, usize, usize) {
    (shape.channels, shape.height, shape.width)
}

#[pymethods]
impl Model {
    /// Read a model file, or the one in a run folder.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        compute(py, || concertina::model::Model::open(path)).map(Self)
    }

    /// Read the bytes of a model file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        compute(py, || concertina::model::Model::from_bytes(data)).map(Self)
    }

    /// Return the bytes of the model file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = compute(py, || Ok(self.0.to_bytes()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Write the model file.
    #[expect(clippy::needless_pass_by_value, reason = "it is read from Python's")]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        compute(py, || self.0.save(&path))
    }

    /// Return the codes of images, [N, D]: the mean, if codes are sampled from a posterior.
    #[pyo3(signature = (images, labels=None, *, check_range=true))]
    fn encode<'py>(
        &self,
        images: &Bound<'py, PyAny>,
        labels: Option<&Bound<'py, PyAny>>,
        check_range: bool,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let py = images.py();
        let pixels = Pixels::read(images, self.allowed(check_range))?;
        self.expect_shape(&pixels)?;
        let labels = labels::of_model(&self.0, labels, pixels.len())?;
        let size = self.0.architecture.latent_dim;
        let codes = new_codes(py, pixels.len(), size)?;
        in_pieces(py, pixels.len(), pixels.examples().shape().len(), |range| {
            let found = compute(py, || {
                let conditioned = self.0.with_labels(labels.as_deref())?;
                conditioned.encode_range(pixels.examples(), range.clone())
            })?;
            fill(&codes, &range, size, found.values())
        })?;
        Ok(codes)
    }

    /// Return the images of codes [N, D]: [N, C, H, W], values in 0..1.
    #[pyo3(signature = (codes, labels=None))]
    fn decode<'py>(
        &self,
        codes: &Bound<'py, PyAny>,
        labels: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        let py = codes.py();
        let codes = array::codes(codes)?;
        let labels = labels::of_model(&self.0, labels, codes.len())?;
        self.decoded(py, &codes, labels.as_deref())
    }

    /// Encode and decode: reconstruct, denoise or upscale, as the model's task is.
    ///
    /// The result is [N, C, H, W], values in 0..1.
    #[pyo3(signature = (images, labels=None, *, check_range=true))]
    fn reconstruct<'py>(
        &self,
        images: &Bound<'py, PyAny>,
        labels: Option<&Bound<'py, PyAny>>,
        check_range: bool,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        let py = images.py();
        let pixels = Pixels::read(images, self.allowed(check_range))?;
        self.expect_shape(&pixels)?;
        let labels = labels::of_model(&self.0, labels, pixels.len())?;
        let shape = self.target();
        let reconstructed = new_images(py, pixels.len(), shape)?;
        in_pieces(py, pixels.len(), shape.len(), |range| {
            let found = compute(py, || {
                let conditioned = self.0.with_labels(labels.as_deref())?;
                conditioned.reconstruct_range(pixels.examples(), range.clone())
            })?;
            fill(&reconstructed, &range, shape.len(), found.values())
        })?;
        Ok(reconstructed)
    }

    /// Return the reconstruction error of each image, `[N]`; higher is more abnormal.
    ///
    /// It is in the unit of the recipe's reconstruction.
    #[pyo3(signature = (images, labels=None, *, check_range=true))]
    fn score<'py>(
        &self,
        images: &Bound<'py, PyAny>,
        labels: Option<&Bound<'py, PyAny>>,
        check_range: bool,
    ) -> PyResult<Bound<'py, PyArray1<f32>>> {
        let py = images.py();
        let pixels = Pixels::read(images, self.allowed(check_range))?;
        let labels = labels::of_model(&self.0, labels, pixels.len())?;
        let errors = compute(py, || {
            let conditioned = self.0.with_labels(labels.as_deref())?;
            conditioned.reconstruction_errors(pixels.examples())
        })?;
        Ok(PyArray1::from_vec(py, errors))
    }

    /// Return `n` new images, [n, C, H, W], the same for the same seed.
    ///
    /// A conditional model takes its classes in turn if no labels are given.
    #[pyo3(signature = (n, seed=0, labels=None))]
    fn sample<'py>(
        &self,
        py: Python<'py>,
        n: usize,
        seed: u64,
        labels: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        expect_room(n, self.target().len(), "images")?;
        let labels = match labels {
            Some(_) => labels::of_model(&self.0, labels, n)?,
            None => self.0.labels_in_turn(n),
        };
        let codes = compute(py, || self.0.sample_codes(n, Seed(seed)))?;
        self.decoded(py, &codes, labels.as_deref())
    }

    /// Return `n` new codes, [n, D], of the prior or the mixture fitted to training codes.
    #[pyo3(signature = (n, seed=0))]
    fn sample_codes<'py>(
        &self,
        py: Python<'py>,
        n: usize,
        seed: u64,
    ) -> PyResult<Bound<'py, PyArray2<f32>>> {
        let codes = compute(py, || self.0.sample_codes(n, Seed(seed)))?;
        let array = new_codes(py, n, codes.size())?;
        fill(&array, &(0..n), codes.size(), codes.values())?;
        Ok(array)
    }

    /// Return the images between the codes of two images, or in the square between four.
    ///
    /// Of two, [steps, C, H, W] along the line; of four, [steps * steps, C, H, W] row by row, with
    /// the four in the corners. The ends are included.
    #[pyo3(signature = (images, steps=10, labels=None))]
    fn interpolate<'py>(
        &self,
        images: &Bound<'py, PyAny>,
        steps: usize,
        labels: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        let py = images.py();
        let pixels = Pixels::read(images, self.allowed(true))?;
        let labels = labels::of_model(&self.0, labels, pixels.len())?;
        let codes = compute(py, || {
            let conditioned = self.0.with_labels(labels.as_deref())?;
            conditioned.interpolate_codes(pixels.examples(), steps)
        })?;
        // All of the way is decoded with the first label, as the library does.
        let labels = labels.map(|labels| vec![labels[0]; codes.len()]);
        self.decoded(py, &codes, labels.as_deref())
    }

    /// The recipe that it was trained with.
    #[getter]
    fn recipe(&self) -> Recipe {
        Recipe(self.0.recipe.clone())
    }

    /// Channels, rows and columns that the encoder takes.
    #[getter]
    fn input_shape(&self) -> (usize, usize, usize) {
        sizes(self.0.architecture.input)
    }

    /// Channels, rows and columns that the decoder returns.
    #[getter]
    fn output_shape(&self) -> (usize, usize, usize) {
        sizes(self.target())
    }

    /// The number of latent dimensions, D.
    #[getter]
    fn latent_dim(&self) -> usize {
        self.0.architecture.latent_dim
    }

    /// The number of its parameters.
    #[getter]
    fn n_parameters(&self) -> usize {
        self.0.architecture.n_parameters()
    }

    /// The classes that a conditional model takes as labels; empty for others.
    #[getter]
    fn classes(&self) -> Vec<String> {
        let classes = self.0.card.classes.iter().take(self.0.architecture.classes);
        classes.map(|class| class.name.clone()).collect()
    }

    /// Whether codes are sampled from a posterior with a KL divergence from the prior.
    #[getter]
    fn is_variational(&self) -> bool {
        self.0.is_variational()
    }

    /// Whether codes are regularised towards the standard normal distribution.
    #[getter]
    fn has_prior(&self) -> bool {
        self.0.has_prior()
    }

    /// The data that it was trained on.
    #[getter]
    fn card<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let card = serde_json::to_value(&self.0.card).expect("a card is plain data");
        to_python(py, &card)
    }

    fn __repr__(&self) -> String {
        format!(
            "<concertina.Model {:?}: {}, {} latent dimensions, {} parameters>",
            self.0.recipe.name,
            self.target(),
            self.0.architecture.latent_dim,
            self.0.architecture.n_parameters()
        )
    }

    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((py.get_type::<Self>().getattr("from_bytes")?, (self.to_bytes(py)?,)))
    }
}

impl Model {
    fn decoded<'py>(
        &self,
        py: Python<'py>,
        codes: &concertina::math::Codes,
        labels: Option<&[u32]>,
    ) -> PyResult<Bound<'py, PyArray4<f32>>> {
        let (shape, expected) = (self.target(), self.0.architecture.latent_dim);
        if codes.size() != expected {
            // No codes would not show it.
            let found = codes.size();
            return Err(error::data(
                format!("expected codes with {expected} latent dimensions, found {found}"),
                "codes of a model are for that model; see `latent_dim`",
            ));
        }
        let images = new_images(py, codes.len(), shape)?;
        in_pieces(py, codes.len(), shape.len(), |range| {
            let found =
                compute(py, || self.0.with_labels(labels)?.decode_range(codes, range.clone()))?;
            fill(&images, &range, shape.len(), found.values())
        })?;
        Ok(images)
    }
}
