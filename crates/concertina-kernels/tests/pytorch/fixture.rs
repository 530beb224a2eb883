//! The reference values that layers and networks are held against.

#[path = "../../../../fixtures/reader.rs"]
mod reader;

pub(crate) use self::reader::{Tensor, cases, joined, layers, numbers, tensor};

/// One case, or a part of it.
pub(crate) type Fixture = serde_json::Value;

pub(crate) const LAYERS: &str = include_str!("../../../../fixtures/layers.json");
pub(crate) const RECIPES: &str = include_str!("../../../../fixtures/recipes.json");

/// Of tensors of B C H W.
impl Tensor {
    pub(crate) fn batch(&self) -> usize {
        self.shape[0]
    }

    pub(crate) fn image(&self) -> [usize; 3] {
        [self.shape[1], self.shape[2], self.shape[3]]
    }
}
