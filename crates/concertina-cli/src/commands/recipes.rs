//! `recipes`.

use concertina::bench::usual_shape;
use concertina::model::Architecture;
use concertina::recipe::{Recipe, shipped};

use crate::args::{Recipes, RecipesCommand};
use crate::exit::Exit;
use crate::printer::Printer;

/// For conditional recipes, in a table of layers: as many as there are digits.
const CLASSES: usize = 10;

/// `concertina recipes`
pub(crate) fn run(args: &Recipes, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        None | Some(RecipesCommand::List) => {
            for recipe in shipped() {
                printer.data(format_args!(
                    "{:<18} {}",
                    recipe.name,
                    Recipe::named(recipe.name)?.summary
                ))?;
            }
        }
        Some(RecipesCommand::Show { name, layers: true, shape, .. }) => {
            let recipe = Recipe::named(name)?;
            let shape = shape.unwrap_or_else(|| usual_shape(&recipe));
            printer.data(Architecture::new(&recipe, shape, CLASSES)?.table().trim_end())?;
        }
        Some(RecipesCommand::Show { name, full: true, .. }) => {
            printer.data(Recipe::named(name)?.to_toml().trim_end())?;
        }
        Some(RecipesCommand::Show { name, full: false, .. }) => {
            Recipe::named(name)?;
            let found = shipped().iter().find(|recipe| recipe.name == name);
            printer.data(found.map_or("", |recipe| recipe.text).trim_end())?;
        }
    }
    Ok(Exit::Done)
}
