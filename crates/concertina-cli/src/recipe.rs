//! Recipes as the command line names and changes them.

use std::path::Path;

use concertina::recipe::Recipe;
use concertina::{Error, Result};
use fs_err as fs;

/// The recipe of a name that ships, or of a file.
pub(crate) fn read(name: &str) -> Result<Recipe> {
    let path = Path::new(name);
    if path.extension().is_some_and(|extension| extension == "toml") || path.is_file() {
        let text = String::from_utf8(fs::read(path)?).map_err(|_| {
            Error::config("expected a recipe, a text in TOML; found bytes that are no text")
        });
        return text.and_then(|text| Recipe::from_toml(&text)).map_err(|error| error.in_file(path));
    }
    Recipe::named(name)
}

/// The recipe with `KEY=VALUE` pairs set, one after the other.
pub(crate) fn set(mut recipe: Recipe, pairs: &[String]) -> Result<Recipe> {
    for pair in pairs {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Error::config(format!("`--set {pair}`: expected KEY=VALUE, found no `=`"))
        })?;
        recipe = recipe.with(key.trim(), value.trim())?;
    }
    Ok(recipe)
}
