//! Recipes: any text does no harm, and a recipe that reads comes back.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "fuzz_target! opens a file when told to")]

use concertina::recipe::Recipe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(recipe) = Recipe::from_toml(text) {
        let _ = recipe.check();
        let written = recipe.to_toml();
        let again = Recipe::from_toml(&written).expect("what was written can be read");
        assert_eq!(again.to_toml(), written);
    }
});
