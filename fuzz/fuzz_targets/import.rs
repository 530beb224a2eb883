//! Weights from PyTorch: any bytes do no harm.

#![cfg_attr(fuzzing, no_main)]

use std::sync::LazyLock;

use concertina::ImageShape;
use concertina::export::pytorch;
use concertina::model::Architecture;
use concertina::recipe::Recipe;

static PLANNED: LazyLock<(Recipe, Architecture)> = LazyLock::new(|| {
    let recipe = Recipe::named("conv-ae").expect("it ships");
    let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 0);
    (recipe, architecture.expect("it takes digits"))
});

concertina_fuzz::target!(|bytes| {
    let (recipe, architecture) = &*PLANNED;
    let _ = pytorch::import(recipe, architecture, bytes);
});
