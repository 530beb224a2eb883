//! The reference values that layers and networks are held against.

#[path = "../../../../fixtures/reader.rs"]
mod reader;

pub(crate) use self::reader::{Tensor, cases, joined, layers, numbers, tensor};

use concertina_kernels::{Core, LstmDecoder, Voice};

/// One case, or a part of it.
pub(crate) type Fixture = serde_json::Value;

pub(crate) const LAYERS: &str = include_str!("../../../../fixtures/layers.json");
pub(crate) const SEQUENCES: &str = include_str!("../../../../fixtures/sequences.json");
pub(crate) const RECIPES: &str = include_str!("../../../../fixtures/recipes.json");

/// All numbers of a list of lists.
pub(crate) fn flattened(list: &Fixture) -> Vec<f32> {
    match list.as_array() {
        Some(list) => list.iter().flat_map(flattened).collect(),
        None => vec![list.as_f64().unwrap() as f32],
    }
}

/// A decoder of tokens.
pub(crate) fn decoder(description: &Fixture) -> LstmDecoder {
    let number = |of: &Fixture, key: &str| of[key].as_u64().unwrap() as usize;
    let sizes = |of: &Fixture| flattened(of).iter().map(|n| *n as usize).collect();
    let list = |key: &str| description[key].as_array().unwrap().iter();
    LstmDecoder {
        steps: number(description, "steps"),
        segments: number(description, "segments"),
        conductor: sizes(&description["conductor"]),
        voices: list("voices")
            .map(|voice| Voice {
                classes: number(voice, "classes"),
                bits: voice["bits"].as_u64().map(|bits| bits as usize),
            })
            .collect(),
        cores: list("cores")
            .map(|core| Core { voices: number(core, "voices"), hidden: sizes(&core["hidden"]) })
            .collect(),
    }
}

/// Of tensors of B C H W.
impl Tensor {
    pub(crate) fn batch(&self) -> usize {
        self.shape[0]
    }

    pub(crate) fn image(&self) -> [usize; 3] {
        [self.shape[1], self.shape[2], self.shape[3]]
    }
}
