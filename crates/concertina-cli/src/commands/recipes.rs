//! `recipes`.

use concertina::ImageShape;
use concertina::bench::usual_shape;
use concertina::model::Architecture;
use concertina::recipe::{Recipe, Shipped, shipped};
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{Recipes, RecipesCommand};
use crate::exit::Exit;
use crate::printer::Printer;

/// For conditional recipes, in a table of layers: as many as there are digits.
const CLASSES: usize = 10;

/// The recipes that ship with the program.
#[derive(JsonSchema, Serialize)]
pub(super) struct Listed {
    recipes: Vec<Summary>,
}

#[derive(JsonSchema, Serialize)]
struct Summary {
    name: &'static str,
    /// What it is, in a sentence.
    summary: String,
}

/// A recipe, or its layers.
#[derive(JsonSchema, Serialize)]
pub(super) struct Shown {
    name: String,
    /// The recipe as a TOML document, which `train --recipe FILE` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    toml: Option<String>,
    /// With `--layers`: the layers, their shapes and numbers of parameters, as a table in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    layers: Option<String>,
    /// With `--layers`: the shape of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    shape: Option<ImageShape>,
}

/// `concertina recipes`
pub(crate) fn run(args: &Recipes, printer: Printer) -> anyhow::Result<Exit> {
    match &args.command {
        None | Some(RecipesCommand::List) => list(printer)?,
        Some(RecipesCommand::Show { name, full, layers, shape }) => {
            let recipe = Recipe::named(name)?;
            let shown = if *layers { layers_of(&recipe, *shape)? } else { text_of(&recipe, *full) };
            let text = shown.layers.as_ref().or(shown.toml.as_ref());
            printer.found(&shown, || printer.data(text.map_or("", |text| text.trim_end())))?;
        }
    }
    Ok(Exit::Done)
}

fn list(printer: Printer) -> anyhow::Result<()> {
    let summary = |recipe: &Shipped| {
        Ok(Summary { name: recipe.name, summary: Recipe::named(recipe.name)?.summary })
    };
    let recipes = shipped().iter().map(summary).collect::<concertina::Result<Vec<_>>>()?;
    let listed = Listed { recipes };
    printer.found(&listed, || {
        let line = |Summary { name, summary }: &Summary| format!("{name:<18} {summary}");
        listed.recipes.iter().try_for_each(|recipe| printer.data(line(recipe)))
    })
}

fn layers_of(recipe: &Recipe, shape: Option<ImageShape>) -> concertina::Result<Shown> {
    let shape = shape.unwrap_or_else(|| usual_shape(recipe));
    let layers = Some(Architecture::new(recipe, shape, CLASSES)?.table());
    Ok(Shown { name: recipe.name.clone(), toml: None, layers, shape: Some(shape) })
}

/// As it was written, or in full with every default value.
fn text_of(recipe: &Recipe, full: bool) -> Shown {
    let own = shipped().iter().find(|shipped| shipped.name == recipe.name).filter(|_| !full);
    let toml = own.map_or_else(|| recipe.to_toml(), |shipped| shipped.text.to_owned());
    Shown { name: recipe.name.clone(), toml: Some(toml), layers: None, shape: None }
}
