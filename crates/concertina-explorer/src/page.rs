//! What the page is told, as JSON: `web/main.js` reads it.

use std::collections::BTreeMap;

use concertina::export::Graph;
use serde::Serialize;

use crate::atlas::Atlas;
use crate::blocks::Packing;
use crate::place::{Components, Method};
use crate::precision::Precision;

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    /// Of the window.
    pub(crate) title: String,
    /// Which program made it.
    pub(crate) program: &'static str,
    pub(crate) data: DataPart,
    /// One model, or two to compare.
    pub(crate) models: Vec<ModelPart>,
    pub(crate) pictures: Atlas,
    /// Whether the model is still trained: then `live` tells how far it is.
    pub(crate) live: bool,
    /// What else is to be known, a sentence each.
    pub(crate) notes: Vec<String>,
    /// How each block is packed.
    pub(crate) blocks: BTreeMap<String, Packing>,
}

/// The pictures.
#[derive(Debug, Serialize)]
pub(crate) struct DataPart {
    pub(crate) name: String,
    /// `[C, H, W]` of a clean picture.
    pub(crate) shape: [usize; 3],
    /// How many points there are.
    pub(crate) n: usize,
    /// How many pictures they were chosen from.
    pub(crate) of: usize,
    /// Names of the classes.
    pub(crate) classes: Option<Vec<String>>,
    /// The class of each, u16.
    pub(crate) labels: Option<String>,
}

/// A model, its networks, and where the pictures lie in its latent space.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelPart {
    pub(crate) name: String,
    pub(crate) recipe: String,
    /// What its latent space is, in a sentence or two.
    pub(crate) summary: String,
    pub(crate) graph: Graph,
    /// In what its parameters are kept.
    pub(crate) precision: Precision,
    /// As it is.
    #[serde(flatten)]
    pub(crate) now: StatePart,
    /// As it was while it learned.
    pub(crate) epochs: Vec<EpochPart>,
    pub(crate) reconstruction: ReconstructionPart,
    /// The names of the classes of its condition, by number.
    pub(crate) conditional: Option<Vec<String>>,
    /// What the encoder was trained to see: whether clean pictures, or others.
    pub(crate) task: String,
}

/// A model after so many epochs.
#[derive(Debug, Serialize)]
pub(crate) struct EpochPart {
    pub(crate) epoch: usize,
    #[serde(flatten)]
    pub(crate) state: StatePart,
}

/// What changes while a model learns.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatePart {
    /// The name of the block with the parameters.
    pub(crate) weights: String,
    pub(crate) map: MapPart,
    /// The codes of the first points, `[codes_of, D]`.
    pub(crate) codes: String,
    pub(crate) codes_of: usize,
    /// The reconstruction error of each point.
    pub(crate) errors: String,
    pub(crate) latent: LatentPart,
    pub(crate) metrics: Vec<Metric>,
}

/// Places on the plane.
#[derive(Debug, Serialize)]
pub(crate) struct MapPart {
    pub(crate) method: Method,
    /// One coordinate of each point. Both are left out where the code is the place.
    pub(crate) x: Option<String>,
    pub(crate) y: Option<String>,
    pub(crate) trustworthiness: Option<f64>,
    pub(crate) explained: Option<Vec<f64>>,
    pub(crate) components: Option<Components>,
}

/// What the codes of the pictures are like.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LatentPart {
    pub(crate) dim: usize,
    /// Of each dimension, over all points.
    pub(crate) mean: Vec<f64>,
    pub(crate) std: Vec<f64>,
    /// The KL divergence from the prior in each dimension, in nats, mean over the points; `None`
    /// without a posterior.
    pub(crate) kl: Option<Vec<f64>>,
    /// Whether new codes are drawn from the standard normal.
    pub(crate) has_prior: bool,
    /// As in a recipe.
    pub(crate) kind: String,
}

/// How output and picture are compared.
#[derive(Debug, Serialize)]
pub(crate) struct ReconstructionPart {
    /// As in a recipe.
    pub(crate) kind: String,
    /// "nats", or "squared error".
    pub(crate) unit: String,
}

/// A figure with its name.
#[derive(Debug, Serialize)]
pub(crate) struct Metric {
    pub(crate) label: String,
    pub(crate) value: String,
}
