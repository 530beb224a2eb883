//! Recipes: any text does no harm, and a recipe that reads comes back.

#![cfg_attr(fuzzing, no_main)]

use concertina::recipe::Recipe;

concertina_fuzz::target!(|bytes| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(recipe) = Recipe::from_toml(text) {
        let _ = recipe.check();
        let written = recipe.to_toml();
        let again = Recipe::from_toml(&written).expect("what was written can be read");
        assert_eq!(again.to_toml(), written);
    }
});
