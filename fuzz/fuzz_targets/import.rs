//! Weights from PyTorch: any bytes do no harm.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use std::sync::LazyLock;

use concertina::ImageShape;
use concertina::export::pytorch;
use concertina::model::Architecture;
use concertina::recipe::Recipe;
use libfuzzer_sys::fuzz_target;

static PLANNED: LazyLock<(Recipe, Architecture)> = LazyLock::new(|| {
    let recipe = Recipe::named("conv-ae").expect("it ships");
    let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 0);
    (recipe, architecture.expect("it takes digits"))
});

fuzz_target!(|bytes: &[u8]| {
    let (recipe, architecture) = &*PLANNED;
    let _ = pytorch::import(recipe, architecture, bytes);
});
