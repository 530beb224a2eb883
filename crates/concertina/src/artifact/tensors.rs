//! Named f32 tensors as the bytes of a safetensors file, with 32 or 16 bits a value, and back.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, SafeTensors, View};

use crate::error::{Error, Result};
use crate::sequential::Sequential;

/// A name, a shape, and the values.
pub(crate) type Named<'a> = (String, Vec<usize>, &'a [f32]);

/// The parameters of a network as named tensors: `component.layer.name`.
pub(crate) fn named<'a>(
    component: &str,
    network: &Sequential,
    values: &'a [f32],
) -> Vec<Named<'a>> {
    let tensor = |parameter: &concertina_kernels::Parameter| {
        let name = format!("{component}.{}.{}", parameter.layer, parameter.name);
        (name, parameter.shape.clone(), &values[parameter.range.clone()])
    };
    network.parameters().iter().map(tensor).collect()
}

/// A tensor whose bytes are made when they are written, so that not all exist at once.
struct Lazy<'a> {
    shape: &'a [usize],
    values: &'a [f32],
    precision: Precision,
}

impl View for Lazy<'_> {
    fn dtype(&self) -> Dtype {
        match self.precision {
            Precision::Single => Dtype::F32,
            Precision::Half => Dtype::F16,
        }
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let values = self.values.iter();
        Cow::Owned(match self.precision {
            Precision::Single => {
                values.map(|value| value.to_le_bytes()).collect::<Vec<_>>().into_flattened()
            }
            Precision::Half => values
                .map(|value| f16::from_f32(*value).to_le_bytes())
                .collect::<Vec<_>>()
                .into_flattened(),
        })
    }

    fn data_len(&self) -> usize {
        self.values.len() * if self.precision == Precision::Half { 2 } else { 4 }
    }
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits: as they are.
    #[default]
    Single,
    /// 16 bits (IEEE 754 binary16): to 11 significant bits, of magnitudes up to 65,504.
    Half,
}

/// The bytes of a safetensors file. `note` is the only entry of its metadata: several would be
/// written in random order.
pub(crate) fn pack(tensors: &[Named<'_>], note: Option<(&str, String)>) -> Vec<u8> {
    pack_as(tensors, Precision::Single, note)
}

/// The same with numbers of this precision.
pub(crate) fn pack_as(
    tensors: &[Named<'_>],
    precision: Precision,
    note: Option<(&str, String)>,
) -> Vec<u8> {
    let views = tensors.iter().map(|(name, shape, values)| {
        let n = shape.iter().product::<usize>();
        assert_eq!(n, values.len(), "a tensor has as many values as its shape says");
        (name.as_str(), Lazy { shape, values, precision })
    });
    let note = note.map(|(key, text)| HashMap::from([(key.to_owned(), text)]));
    safetensors::serialize(views, note).expect("names are unique and sizes are right")
}

/// The tensors of a safetensors file.
pub(crate) struct Tensors {
    values: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl Tensors {
    /// Reads the bytes of a safetensors file; the safetensors crate checks every length.
    pub(crate) fn unpack(bytes: &[u8]) -> Result<Self> {
        let file = SafeTensors::deserialize(bytes)
            .map_err(|error| Error::data(format!("expected a safetensors file, found: {error}")))?;
        let mut values = BTreeMap::new();
        for (name, view) in file.iter() {
            let floats: Vec<f32> = match view.dtype() {
                Dtype::F32 => view
                    .data()
                    .as_chunks()
                    .0
                    .iter()
                    .map(|value| f32::from_le_bytes(*value))
                    .collect(),
                Dtype::F16 => {
                    let values = view.data().as_chunks().0.iter();
                    values.map(|value| f16::from_le_bytes(*value).to_f32()).collect()
                }
                Dtype::BF16 => {
                    let values = view.data().as_chunks().0.iter();
                    values.map(|value| bf16::from_le_bytes(*value).to_f32()).collect()
                }
                other => {
                    return Err(Error::data(format!(
                        "tensor `{name}`: expected F32, F16 or BF16, found {other:?}"
                    )));
                }
            };
            values.insert(name.to_owned(), (view.shape().to_vec(), floats));
        }
        Ok(Self { values })
    }

    /// The name and the shape of each.
    pub(crate) fn shapes(&self) -> BTreeMap<String, Vec<usize>> {
        self.values.iter().map(|(name, (shape, _))| (name.clone(), shape.clone())).collect()
    }

    /// An error if a value is infinite or not a number.
    pub(crate) fn expect_finite(&self) -> Result<()> {
        for (name, (_, values)) in &self.values {
            if let Some(index) = values.iter().position(|value| !value.is_finite()) {
                return Err(Error::data(format!(
                    "tensor `{name}`: expected finite values, found {} at index {index}",
                    values[index]
                )));
            }
        }
        Ok(())
    }

    /// Removes and returns the tensor `name`, which must have this shape.
    pub(crate) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        match self.values.remove(name) {
            Some((found, values)) if found == shape => Ok(values),
            Some((found, _)) => Err(Error::data(format!(
                "tensor `{name}`: expected shape {shape:?}, found {found:?}"
            ))),
            None => Err(Error::data(format!("expected a tensor `{name}`, found none"))),
        }
    }

    /// Whether there is a tensor `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Removes and returns the tensor `name` of any shape, if there is one.
    pub(crate) fn take_any(&mut self, name: &str) -> Option<Vec<f32>> {
        self.values.remove(name).map(|(_, values)| values)
    }
}
