//! Exports of every shipped recipe against the library: in a runtime of Rust, and in ONNX Runtime
//! and PyTorch where they are.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

mod elsewhere;
#[path = "../../../../fixtures/every_recipe.rs"]
mod every_recipe;
mod runtime;

use std::path::Path;

use concertina::ImageShape;
use concertina::data::FloatImages;
use concertina::export::{Graph, Pixels, answers, onnx, pytorch};
use concertina::model::{Architecture, Model};
use concertina::recipe::shipped;
use concertina_formats::npz::Named;

use self::every_recipe::{Trained, trained};

/// A model's export with its answers.
struct Exported {
    name: &'static str,
    onnx: Vec<(&'static str, Vec<u8>)>,
    pytorch: Vec<(&'static str, Vec<u8>)>,
    answers: Vec<Named>,
    /// Of a model that takes pictures of any size: to one of another size.
    at_another_size: Option<Vec<Named>>,
}

impl Exported {
    /// Of every shipped recipe, for `n` examples.
    fn all(n: usize, pixels: Pixels, folder: &Path) -> impl Iterator<Item = Self> {
        shipped().iter().map(move |recipe| {
            let Trained { model, inputs, labels } = trained(recipe.name, n, folder);
            let answers = answers(&model, &inputs, labels.as_deref(), pixels).unwrap();
            Self {
                name: recipe.name,
                onnx: onnx::folder(&model, pixels, Some(&answers)).unwrap(),
                pytorch: pytorch::folder(&model, Some(&answers)).unwrap(),
                answers,
                at_another_size: at_another_size(&model, pixels),
            }
        })
    }
}

/// The answers of the same weights for a picture that is twice as high and a little wider.
fn at_another_size(model: &Model, pixels: Pixels) -> Option<Vec<Named>> {
    let multiple = Graph::new(&model.recipe, &model.architecture).multiple?;
    let ImageShape { channels, height, width } = model.architecture.target;
    let factor = width / model.architecture.input.width;
    let shape = ImageShape::new(channels, 2 * height, width + multiple * factor);
    let architecture = Architecture::new(&model.recipe, shape, 0).unwrap();
    let model = Model { architecture, ..model.clone() };
    let values = (0..shape.len()).map(|place| (place as f32 * 0.37).sin().abs()).collect();
    Some(answers(&model, &FloatImages::new(shape, values), None, pixels).unwrap())
}
