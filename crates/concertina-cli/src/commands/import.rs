//! `import`: weights from elsewhere become a model file.

use std::path::Path;

use concertina::data::absolute_source;
use concertina::export::pytorch;
use concertina::text::thousands;
use concertina::{Error, Result};
use fs_err as fs;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::paths;
use crate::args;
use crate::exit::Exit;
use crate::opened;
use crate::output::by_extension;
use crate::printer::Printer;
use crate::recipe;

/// A model file that was written.
#[derive(JsonSchema, Serialize)]
pub(super) struct Imported {
    /// Its path.
    written: Vec<String>,
    /// The name of its recipe.
    recipe: String,
    /// How many weights it has.
    weights: usize,
}

/// `concertina import`
pub(crate) fn run(args: &args::Import, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let weights = args.weights.as_path();
    let kinds = [("safetensors", (|path| path) as fn(&Path) -> &Path)];
    let out = by_extension("--out", &args.out, &[weights, args.data.as_ref()], kinds)?;
    let bytes = read(weights)?;
    let source = absolute_source(&args.data);
    let mut recipe = recipe::set(recipe::read(&args.recipe)?, &args.set)?;
    recipe.data.limit = args.limit.or(recipe.data.limit);
    recipe.data.source = Some(source.clone());
    let data = opened::open_to_train(&recipe, &source, printer)?;
    let plan = recipe.plan(data.as_data())?;
    let found = pytorch::import(plan.recipe(), plan.architecture(), &bytes);
    let found = found.map_err(|error| error.in_file(weights))?;
    let model = plan.model_of(data.as_data(), found)?;
    model.save(out)?;
    let weights = model.architecture.n_parameters();
    let recipe = &model.recipe.name;
    printer.made(
        &Imported { written: paths([out]), recipe: recipe.clone(), weights },
        format_args!("{} written: {recipe}, {} weights", out.display(), thousands(weights)),
    )?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    if !path.is_file() {
        return Err(Error::data(format!(
            "`{}`: expected a safetensors file, found none",
            path.display()
        )));
    }
    Ok(fs::read(path)?)
}
