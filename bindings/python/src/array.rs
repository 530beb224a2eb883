//! NumPy arrays as images and codes, and back.
//!
//! Arrays are copied when they come in: while other Python threads run, these may write to them.

use std::ops::Range;

use concertina::data::{Examples, FloatImages, Images};
use concertina::math::Codes;
use concertina::{ImageShape, memory};
use numpy::{
    Element, PyArray1, PyArray2, PyArray4, PyArrayDyn, PyArrayMethods, PyUntypedArray,
    PyUntypedArrayMethods,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{data, raised};

/// Which floats are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Those of images: 0..1.
    Unit,
    /// Finite ones, such as those of a noisy image that was not clipped.
    Finite,
}

/// Images, as bytes or floats.
pub(crate) enum Pixels {
    Bytes(Images),
    Floats(FloatImages),
}

impl Pixels {
    /// Reads `[N, C, H, W]`, or `[N, H, W]` of one channel.
    pub(crate) fn read(array: &Bound<'_, PyAny>, allowed: Allowed) -> PyResult<Self> {
        let array = expect_array(array, "images")?;
        let shape = image_shape(array.shape())?;
        match kind(array)?.as_str() {
            "uint8" => {
                let pixels = values::<u8>(array, "uint8", "images")?;
                let images = Images::new(shape, pixels).map_err(|error| raised(&error))?;
                Ok(Self::Bytes(images))
            }
            "float32" => {
                let values = values::<f32>(array, "float32", "images")?;
                let place = values.iter().position(|value| !allowed.has(f64::from(*value)));
                expect_allowed(allowed, shape.len(), place, |place| f64::from(values[place]))?;
                Ok(Self::Floats(FloatImages::new(shape, values)))
            }
            "float64" => {
                let values = values::<f64>(array, "float64", "images")?;
                let place = values.iter().position(|value| !allowed.has(*value));
                expect_allowed(allowed, shape.len(), place, |place| values[place])?;
                let values = values.into_iter().map(|value| value as f32).collect();
                Ok(Self::Floats(FloatImages::new(shape, values)))
            }
            other => Err(data(
                format!("expected images as uint8, float32 or float64, found {other}"),
                "uint8 is 0 for black and 255 for white; floats are 0 and 1",
            )),
        }
    }

    pub(crate) fn examples(&self) -> &dyn Examples {
        match self {
            Self::Bytes(images) => images,
            Self::Floats(images) => images,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.examples().len()
    }
}

impl Allowed {
    /// Whether the value is allowed, and finite as a float of 32 bits.
    fn has(self, value: f64) -> bool {
        match self {
            Self::Unit => (0.0..=1.0).contains(&value),
            Self::Finite => (value as f32).is_finite(),
        }
    }
}

/// An error if there is a place with a value that is not allowed.
fn expect_allowed(
    allowed: Allowed,
    image: usize,
    place: Option<usize>,
    value: impl Fn(usize) -> f64,
) -> PyResult<()> {
    let Some(place) = place else { return Ok(()) };
    let (wanted, hint) = match allowed {
        Allowed::Unit => ("values in 0..1", "scale them to 0..1, or give uint8"),
        Allowed::Finite => ("finite values", "replace or leave out what is missing"),
    };
    let (found, image) = (value(place), place / image);
    Err(data(format!("expected {wanted}, found {found} in image {image}"), hint))
}

/// Reads codes, `[N, D]`.
pub(crate) fn codes(array: &Bound<'_, PyAny>) -> PyResult<Codes> {
    let array = expect_array(array, "codes")?;
    let &[_, size] = array.shape() else {
        return Err(data(
            format!("expected codes of shape [N, D], found {:?}", array.shape()),
            "one code is `code[None]`",
        ));
    };
    if size == 0 {
        return Err(data(
            "expected codes of at least one latent dimension, found none",
            "see `latent_dim`",
        ));
    }
    let values = match kind(array)?.as_str() {
        "float32" => values::<f32>(array, "float32", "codes")?,
        "float64" => {
            let values = values::<f64>(array, "float64", "codes")?;
            values.into_iter().map(|value| value as f32).collect()
        }
        other => {
            let message = format!("expected codes as float32 or float64, found {other}");
            return Err(data(message, "convert them with `astype`"));
        }
    };
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        let (value, row) = (values[place], place / size);
        let message = format!("expected finite numbers, found {value} in code {row}");
        return Err(data(message, "replace or leave out what is missing"));
    }
    Ok(Codes::new(size, values))
}

/// Images `[N, C, H, W]` of this shape to be filled in, all zeros.
pub(crate) fn new_images(
    py: Python<'_>,
    n: usize,
    shape: ImageShape,
) -> PyResult<Bound<'_, PyArray4<f32>>> {
    expect_room(n, shape.len(), "images")?;
    let ImageShape { channels, height, width } = shape;
    Ok(PyArray4::zeros(py, [n, channels, height, width], false))
}

/// Codes `[N, D]` to be filled in, all zeros.
pub(crate) fn new_codes(
    py: Python<'_>,
    n: usize,
    size: usize,
) -> PyResult<Bound<'_, PyArray2<f32>>> {
    expect_room(n, size, "codes")?;
    Ok(PyArray2::zeros(py, [n, size], false))
}

/// An error if there is no room for `n` floats of this size, where NumPy would end the program.
pub(crate) fn expect_room(n: usize, size: usize, what: &str) -> PyResult<()> {
    let bytes = size.saturating_mul(size_of::<f32>());
    memory::expect_room(n, bytes, what).map_err(|error| raised(&error))
}

/// Writes the rows in `range`, of `size` values each.
pub(crate) fn fill<D: numpy::ndarray::Dimension>(
    array: &Bound<'_, numpy::PyArray<f32, D>>,
    range: &Range<usize>,
    size: usize,
    values: &[f32],
) -> PyResult<()> {
    let mut array = array.try_readwrite()?;
    array.as_slice_mut()?[range.start * size..range.end * size].copy_from_slice(values);
    Ok(())
}

/// Images as a new array, `[N, C, H, W]`.
pub(crate) fn from_floats<'py>(
    py: Python<'py>,
    images: &FloatImages,
) -> PyResult<Bound<'py, PyArray4<f32>>> {
    let ImageShape { channels, height, width } = images.shape();
    PyArray1::from_slice(py, images.values()).reshape([images.len(), channels, height, width])
}

/// Images as a new array, `[N, C, H, W]`.
pub(crate) fn from_bytes<'py>(
    py: Python<'py>,
    images: &Images,
) -> PyResult<Bound<'py, PyArray4<u8>>> {
    let ImageShape { channels, height, width } = images.shape();
    PyArray1::from_slice(py, images.pixels()).reshape([images.len(), channels, height, width])
}

fn image_shape(shape: &[usize]) -> PyResult<ImageShape> {
    let found = match *shape {
        [_, height, width] => ImageShape::new(1, height, width),
        [_, channels, height, width] => ImageShape::new(channels, height, width),
        _ => {
            return Err(data(
                format!("expected images of shape [N, C, H, W] or [N, H, W], found {shape:?}"),
                "one image is `image[None]`",
            ));
        }
    };
    if found.is_empty() {
        return Err(data(
            format!("expected images of at least one pixel, found {shape:?}"),
            "the axes are images, channels, rows and columns",
        ));
    }
    Ok(found)
}

/// The array, if it is one.
fn expect_array<'a, 'py>(
    array: &'a Bound<'py, PyAny>,
    what: &str,
) -> PyResult<&'a Bound<'py, PyUntypedArray>> {
    let Ok(found) = array.cast::<PyUntypedArray>() else {
        return Err(PyTypeError::new_err(format!(
            "expected {what} as a NumPy array, found {}",
            array.get_type().name()?
        )));
    };
    if array.hasattr("mask")? {
        let message = format!("expected {what} without a mask, found a masked array");
        return Err(data(message, "fill in what is masked, with `filled`"));
    }
    Ok(found)
}

/// The name of the kind of numbers, the same for either order of bytes.
fn kind(array: &Bound<'_, PyUntypedArray>) -> PyResult<String> {
    array.dtype().getattr("name")?.extract()
}

/// The values in the order of their indices, however they lie in memory.
fn values<T: Element + Copy>(
    array: &Bound<'_, PyUntypedArray>,
    kind: &str,
    what: &str,
) -> PyResult<Vec<T>> {
    let py = array.py();
    let options = PyDict::new(py);
    options.set_item("dtype", kind)?;
    // Each index once, in order; where words begin; and no subclass with other habits.
    options.set_item("requirements", ["C", "A", "E"])?;
    let plain = py.import("numpy")?.call_method("require", (array,), Some(&options))?;
    let plain = plain.cast::<PyArrayDyn<T>>()?.try_readonly()?;
    let plain = plain.as_slice()?;
    let mut values = memory::room_for(plain.len(), 1, what).map_err(|error| raised(&error))?;
    values.extend_from_slice(plain);
    Ok(values)
}
