//! `model.safetensors`: weights, and in its header everything else that is needed to use them.
//!
//! Tensors have the names and layouts of PyTorch's `Sequential`: `encoder.0.weight`
//! `[out, in, k, k]`, and so on. The metadata has one entry, `concertina`: `sha256:`, the checksum
//! of the whole file with sixty-four zeros in the checksum's place, a space, and a JSON document.

use std::path::Path;

use concertina_music::attribute::Attribute;
use serde::{Deserialize, Serialize};

use super::atomic::write_whole;
use super::checksum::sha256;
use super::tensors::{Precision, Tensors, named, pack_as};
use crate::data::{DataCard, read_checked};
use crate::error::{Error, Result};
use crate::hint::{Hint, HintPart};
use crate::math::Mixture;
use crate::model::{Architecture, AttributeVectors, HeldOutErrors, Model, Weights};
use crate::recipe::Recipe;
use crate::sequential::Sequential;
use crate::shape::ImageShape;

/// The JSON document in the header.
#[derive(Serialize, Deserialize)]
struct Header {
    /// Increased whenever older versions cannot read the file.
    format: u32,
    /// The version of the library that wrote it.
    version: String,
    input: ImageShape,
    target: ImageShape,
    latent_dim: usize,
    value_range: [f32; 2],
    recipe: Recipe,
    data: DataCard,
}

const FORMAT: u32 = 2;
const QUANTILES: &str = "held_out.error_quantiles";
const KEY: &str = "concertina";
const MARK: &str = "sha256:";
const NO_SUM: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Model {
    /// Writes the model file atomically.
    pub fn save(&self, path: &Path) -> Result<()> {
        write_whole(path, &self.to_bytes())
    }

    /// Reads a model file, or the one in a run folder.
    ///
    /// # Errors
    /// If there is none, or it is truncated, damaged, or of an unsupported version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let mut path = path.as_ref().to_owned();
        if path.is_dir() {
            let folder = path.clone();
            path.push("model.safetensors");
            if !path.exists() {
                let error = Error::data(format!(
                    "`{}`: expected a run folder with a finished `model.safetensors`, found none",
                    folder.display()
                ));
                let is_run = folder.join("config.toml").exists();
                let hint =
                    || Hint::text("if training was stopped, ").with(HintPart::Resume(folder));
                return Err(if is_run { error.with_hint(hint()) } else { error });
            }
        }
        // Reading a device or a pipe might never end.
        if !path.exists() || path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::data(format!(
                "`{}`: expected a model file or a run folder, found neither",
                path.display()
            )));
        }
        let bytes = read_checked(&path, check_beginning)?;
        Self::from_bytes(&bytes).map_err(|error| error.in_file(&path))
    }

    /// The bytes of the model file.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_bytes_of(Precision::Single)
    }

    /// The bytes of the model file with numbers of this precision. What is read from a file of half
    /// precision is a slightly different model; with numbers that it cannot hold it is refused.
    pub fn to_bytes_of(&self, precision: Precision) -> Vec<u8> {
        let Architecture { input, target, latent_dim, .. } = self.architecture;
        let mut recipe = self.recipe.clone();
        // The path of the data is private; only the run folder keeps it.
        recipe.data.source = None;
        let header = Header {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            input,
            target,
            latent_dim,
            value_range: [0.0, 1.0],
            recipe,
            data: self.card.for_others(),
        };
        let json = serde_json::to_string(&header).expect("the header is plain data");
        let parts = self.mixture.as_ref().map(Mixture::to_parts).unwrap_or_default();
        let mut tensors = named("encoder", &self.architecture.encoder, &self.weights.encoder);
        tensors.extend(named("decoder", &self.architecture.decoder, &self.weights.decoder));
        let mut own = self.weights.bottleneck.as_slice();
        for (name, shape) in self.architecture.bottleneck.parameters() {
            let (values, rest) = own.split_at(shape.iter().product());
            own = rest;
            tensors.push((name, shape, values));
        }
        let own =
            self.architecture.reconstruction.iter().zip(self.weights.reconstruction.chunks(1));
        tensors.extend(own.map(|(name, value)| (format!("reconstruction.{name}"), vec![1], value)));
        if self.mixture.is_some() {
            let [weights, means, factors] = &parts;
            let n = weights.len();
            tensors.push(("mixture.weights".to_owned(), vec![n], weights));
            tensors.push(("mixture.means".to_owned(), vec![n, latent_dim], means));
            let shape = if factors.len() == means.len() {
                vec![n, latent_dim]
            } else {
                vec![n, latent_dim, latent_dim]
            };
            tensors.push(("mixture.cholesky".to_owned(), shape, factors));
        }
        if let Some(held_out) = &self.held_out {
            let quantiles = held_out.quantiles();
            tensors.push((QUANTILES.to_owned(), vec![quantiles.len()], quantiles));
        }
        for (attribute, vector) in self.attributes.iter().flat_map(AttributeVectors::iter) {
            tensors.push((attribute_tensor(attribute), vec![vector.len()], vector));
        }
        let mut bytes = pack_as(&tensors, precision, Some((KEY, format!("{MARK}{NO_SUM} {json}"))));
        let sum = sha256(&bytes);
        let place = find(&bytes, MARK).expect("the mark was just written") + MARK.len();
        bytes[place..place + sum.len()].copy_from_slice(sum.as_bytes());
        bytes
    }

    /// The inverse of [`Model::to_bytes`].
    ///
    /// # Errors
    /// If the bytes are not a model file, are truncated or damaged, or are of an unsupported
    /// version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let header = checked_header(bytes)?;
        let mut tensors = Tensors::unpack(bytes)?;
        // A checksum says that the file is as it was written, not that it was written by us.
        tensors.expect_finite()?;
        let architecture =
            Architecture::new(&header.recipe, header.target, header.data.classes.len()).map_err(
                |error| {
                    Error::data(format!("the model file's recipe does not fit its images: {error}"))
                },
            )?;
        let weights = Weights {
            encoder: flat("encoder", &architecture.encoder, &mut tensors)?,
            decoder: flat("decoder", &architecture.decoder, &mut tensors)?,
            bottleneck: {
                let own = architecture.bottleneck.parameters().into_iter();
                own.map(|(name, shape)| tensors.take(&name, &shape))
                    .collect::<Result<Vec<_>>>()?
                    .concat()
            },
            reconstruction: {
                let own = architecture.reconstruction.iter();
                own.map(|name| tensors.take(&format!("reconstruction.{name}"), &[1]))
                    .collect::<Result<Vec<_>>>()?
                    .concat()
            },
        };
        let Architecture { input, latent_dim, .. } = architecture;
        if (header.input, header.latent_dim) != (input, latent_dim) {
            return Err(Error::data(format!(
                "the model file's header does not fit its recipe: expected inputs of {input} and \
                 {latent_dim} latent \
                 dimensions, found {} and {}",
                header.input, header.latent_dim
            )));
        }
        let parts = ["mixture.weights", "mixture.means", "mixture.cholesky"]
            .map(|name| tensors.take_any(name));
        let mixture = match &parts {
            [Some(weights), Some(means), Some(factors)] => {
                let mixture =
                    Mixture::from_parts(architecture.latent_dim, [weights, means, factors]);
                Some(
                    mixture
                        .ok_or_else(|| Error::data("the mixture's tensors do not fit together"))?,
                )
            }
            _ => None,
        };
        let held_out =
            tensors.take_any(QUANTILES).map(HeldOutErrors::from_quantiles).transpose()?;
        let mut vectors = Vec::new();
        for attribute in Attribute::ALL {
            let name = attribute_tensor(attribute);
            if tensors.has(&name) {
                vectors.push((attribute, tensors.take(&name, &[latent_dim])?));
            }
        }
        let attributes = AttributeVectors::from_parts(vectors);
        let attributes = (!attributes.is_empty()).then_some(attributes);
        let (recipe, card) = (header.recipe, header.data);
        let model = Self::new(recipe, architecture, weights, card);
        Ok(Self { mixture, held_out, attributes, ..model })
    }
}

/// The name of the tensor of an attribute's vector.
fn attribute_tensor(attribute: Attribute) -> String {
    format!("attribute.{attribute}")
}

/// Checks the beginning of a file of `length` bytes: a safetensors file begins with the length of
/// its header.
fn check_beginning(beginning: &[u8], length: u64) -> Result<()> {
    let header = beginning.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    if header == 0 || header > length.saturating_sub(8) {
        return Err(not_safetensors(length, &format!("its header would have {header} bytes")));
    }
    Ok(())
}

fn not_safetensors(length: u64, why: &str) -> Error {
    Error::data(format!(
        "expected a model file (safetensors), found {length} bytes that are not one: {why}"
    ))
    .with_hint("the file may have been cut short: copy it again, or train again")
}

/// The header, after the checksum was verified.
fn checked_header(bytes: &[u8]) -> Result<Header> {
    // The safetensors crate checks lengths first, so that a truncated file is reported as such.
    let (_, metadata) = safetensors::SafeTensors::read_metadata(bytes)
        .map_err(|error| not_safetensors(bytes.len() as u64, &error.to_string()))?;
    let note =
        metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY)).ok_or_else(|| {
            Error::data(
                "expected a model file of this program, found a safetensors file of another",
            )
        })?;
    let damaged = || {
        Error::data("the model file is damaged: its content does not match its checksum")
            .with_hint("copy it again from where it was made, or train again")
    };
    let (sum, json) =
        note.strip_prefix(MARK).and_then(|rest| rest.split_once(' ')).ok_or_else(damaged)?;
    let place = find(bytes, &format!("{MARK}{sum}")).ok_or_else(damaged)? + MARK.len();
    let mut blank = bytes.to_vec();
    blank[place..place + sum.len()].fill(b'0');
    if sum.len() != NO_SUM.len() || sha256(&blank) != sum {
        return Err(damaged());
    }
    let unreadable = |error: serde_json::Error| {
        Error::data(format!("the model file's header cannot be read: {error}"))
            .with_hint("it may come from another version of this program")
    };
    let value: serde_json::Value = serde_json::from_str(json).map_err(unreadable)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(FORMAT)) {
        let found = format.map_or("none".to_owned(), |format| format.to_string());
        return Err(Error::data(format!("expected model file format {FORMAT}, found {found}"))
            .with_hint(if format == Some(1) {
                "it was written by version 0.1, whose recipes have other keys: train again, or use \
                 that version"
            } else {
                "use the version of this program that wrote the file, or a later one"
            }));
    }
    serde_json::from_value(value).map_err(unreadable)
}

/// The inverse of [`named`].
fn flat(component: &str, network: &Sequential, tensors: &mut Tensors) -> Result<Vec<f32>> {
    let mut values = Vec::new();
    for parameter in network.parameters() {
        let name = format!("{component}.{}.{}", parameter.layer, parameter.name);
        values.extend(tensors.take(&name, &parameter.shape)?);
    }
    Ok(values)
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}
