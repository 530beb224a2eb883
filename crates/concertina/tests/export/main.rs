//! Exports of every shipped recipe against the library: in a runtime of Rust, and in ONNX Runtime
//! and PyTorch where they are.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that is passed over says so")]

mod elsewhere;
#[path = "../../../../fixtures/every_recipe.rs"]
mod every_recipe;
mod runtime;

use std::path::Path;

use concertina::export::{Pixels, answers, onnx, pytorch};
use concertina::recipe::shipped;
use concertina_formats::npz::Named;

use self::every_recipe::{Trained, trained};

/// A model's export with its answers.
struct Exported {
    name: &'static str,
    onnx: Vec<(&'static str, Vec<u8>)>,
    pytorch: Vec<(&'static str, Vec<u8>)>,
    answers: Vec<Named>,
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
            }
        })
    }
}
