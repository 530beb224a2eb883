//! What is shown: models, and the pictures for them.

use std::path::Path;

use concertina::artifact::RunFolder;
use concertina::data::{music, named, source_name};
use concertina::model::Model;
use concertina::rng::Seed;
use concertina::{Error, Result};
use concertina_explorer::{Exhibit, Method, Options, Pictures, Shown};

use crate::args::{Exhibited, MapMethod};
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::examined::{Examined, Kind};
use crate::printer::Printer;
use crate::working::working;

/// The most epochs that are shown of how a model learned.
const MOST_EPOCHS: usize = 50;

/// How it is shown, as far as the command line says.
pub(in crate::commands) fn options(shown: &Exhibited) -> Options {
    let method = shown.method.map(|method| match method {
        MapMethod::Pca => Method::Pca,
        MapMethod::Tsne => Method::Tsne,
        MapMethod::Umap => Method::Umap,
    });
    let usual = Options::default();
    Options { method, seed: shown.seed.map_or(usual.seed, Seed), ..usual }
}

/// The models on their pictures; with those of earlier epochs, if they were kept and are wanted.
pub(in crate::commands) fn exhibit(
    shown: &Exhibited,
    options: Options,
    with_epochs: bool,
    printer: Printer,
) -> anyhow::Result<Exhibit> {
    shown.threads.begin()?;
    let first = shown.model.as_path();
    let paths: Vec<&Path> = std::iter::once(first).chain(shown.beside.as_deref()).collect();
    let models = paths.iter().map(Model::open).collect::<Result<Vec<_>>>()?;
    for (model, path) in models.iter().zip(&paths) {
        expect_images(model, path)?;
    }
    let source = [source(shown, &models[0])?];
    let inputs = Examined::open(&models[0], &source, Wanted::default(), printer)?;
    let Kind::Images { images, labels, class_names } = &inputs.kind else {
        unreachable!("a model of images gets images")
    };
    if let [first, second] = &models[..]
        && first.architecture.target != second.architecture.target
    {
        return Err(Error::config(format!(
            "`--beside`: expected a model of images of {}, as the first, found one of {}",
            first.architecture.target, second.architecture.target
        ))
        .into());
    }
    let epochs = if with_epochs && models.len() == 1 { snapshots(first)? } else { Vec::new() };
    let shown = models.iter().zip(names(&models, &paths)).map(|(model, name)| {
        let classes = classes(model, images.len(), inputs.labels.as_deref(), None)?;
        Ok(Shown { name, model, classes, epochs: &epochs })
    });
    let shown = shown.collect::<Result<Vec<_>>>()?;
    let name = source_name(&source[0]);
    let pictures = Pictures { name: &name, images, labels: labels.as_deref(), class_names };
    working(printer, |working| Exhibit::new(&shown, pictures, options, working))
}

/// An error for a model of music.
fn expect_images(model: &Model, path: &Path) -> Result<()> {
    if model.card.music().is_none() {
        return Ok(());
    }
    Err(Error::config(format!(
        "`{}`: expected a model of images, found one of music",
        path.display()
    ))
    .with_hint("`concertina manifold MODEL -o palette.html` makes a page of music that plays"))
}

/// The models that a run kept on its way, evenly chosen if they are many.
fn snapshots(path: &Path) -> Result<Vec<(usize, Model)>> {
    let kept = match RunFolder::open(path) {
        Ok(folder) => folder.kept_snapshots()?,
        Err(_) => Vec::new(),
    };
    let step = kept.len().div_ceil(MOST_EPOCHS).max(1);
    let last = kept.len().saturating_sub(1);
    let chosen = kept.iter().enumerate().filter(|(n, _)| (last - n).is_multiple_of(step));
    chosen.map(|(_, (epoch, path))| Ok((*epoch, Model::open(path)?))).collect()
}

/// What is shown: DATA, or what the model was trained on.
pub(in crate::commands) fn source(shown: &Exhibited, model: &Model) -> Result<String> {
    if let Some(data) = &shown.data {
        return Ok(data.clone());
    }
    if let Ok(source) = RunFolder::open(&shown.model).and_then(|run| data::trained_on(&run)) {
        return Ok(source);
    }
    let source = &model.card.source;
    if named::find(source).is_some() || music::named::find(source).is_some() {
        return Ok(source.clone());
    }
    Err(Error::config(
        "expected DATA behind the model, found none, and the file does not say where its training \
         data lies",
    )
    .with_hint(format!("it was trained on `{source}`")))
}

/// Names to tell the models apart: their recipes', or where they lie.
fn names(models: &[Model], paths: &[&Path]) -> Vec<String> {
    match models {
        [first, second] if first.recipe.name == second.recipe.name => {
            paths.iter().map(|path| path.display().to_string()).collect()
        }
        models => models.iter().map(|model| model.recipe.name.clone()).collect(),
    }
}
