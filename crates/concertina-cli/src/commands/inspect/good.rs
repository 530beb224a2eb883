//! The good examples that a model is fitted to: those held out of its training, or others.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use concertina::artifact::RunFolder;
use concertina::data::{FloatImages, Images, PictureSplit};
use concertina::inspect::{Baselines, Inspector, baseline_image, baseline_indices};
use concertina::model::Model;
use concertina::restore::{PictureFile, picture_files};
use concertina::{Error, Result};

use crate::args;
use crate::data::{self, Wanted};
use crate::opened::{self, Opened};
use crate::printer::Printer;
use crate::progress::Counting;

/// Where the data is that the model was trained on.
fn source(model: &Model, path: &Path) -> String {
    // A model file does not say where on this machine its data was; its run folder does.
    let source = RunFolder::open(path).and_then(|run| data::trained_on(&run));
    source.unwrap_or_else(|_| model.card.source.clone())
}

#[cold]
fn not_there(source: &str) -> Error {
    Error::data(format!(
        "expected the good pictures that the model was trained on in `{source}`, found none"
    ))
    .with_hint("give others, that it was not trained on: `--good DATA`")
}

/// Pictures of any size: those that the model was trained on, and those that it was not. Of others
/// it was trained on none; baselines are fitted to them all the same.
pub(super) fn pictures(model: &Model, args: &args::Inspect) -> Result<PictureSplit> {
    if let Some(folder) = &args.good {
        let all = picture_files(folder)?;
        if all.is_empty() {
            return Err(Error::data("expected good pictures, found none").in_file(folder));
        }
        return Ok(PictureSplit { train: all.clone(), held_out: all });
    }
    let source = PathBuf::from(source(model, &args.model));
    if !source.is_dir() {
        return Err(not_there(&source.display().to_string()));
    }
    PictureSplit::of(&source, &model.recipe.open_options())
}

/// The model with good pictures that it was not trained on, and those that it was trained on.
pub(in crate::commands) fn inspector<'m>(
    model: &'m Model,
    held_out: &[(PathBuf, String)],
    trained: &[(PathBuf, String)],
    printer: Printer,
) -> Result<Inspector<'m>> {
    let n = held_out.len() + trained.len();
    let counting = RefCell::new((0, Counting::new(printer, "good pictures looked at", n)));
    let read = |(path, _): &(PathBuf, String)| {
        let (done, counting) = &mut *counting.borrow_mut();
        *done += 1;
        counting.at(*done);
        PictureFile::open(path).and_then(PictureFile::read)
    };
    // Those that cannot be read were not trained on.
    let trained = trained.iter().filter_map(|picture| read(picture).ok());
    Inspector::fit(model, held_out.iter().map(read), trained)
}

/// Baselines of pictures of any size, and how many channels they take.
pub(super) fn picture_baselines(
    pictures: &[(PathBuf, String)],
    printer: Printer,
) -> Result<(Baselines, usize)> {
    let chosen = baseline_indices(pictures.len());
    let mut counting = Counting::new(printer, "good pictures read for baselines", chosen.len());
    let (mut small, mut values) = (None, Vec::new());
    for (done, index) in chosen.into_iter().enumerate() {
        // Those that cannot be read were not trained on.
        let read = PictureFile::open(&pictures[index].0).and_then(PictureFile::read);
        let Ok(picture) = read else { continue };
        let channels = *small.get_or_insert(picture.shape().channels);
        values.extend_from_slice(baseline_image(&picture, channels).values());
        counting.at(done + 1);
    }
    let channels = small.unwrap_or(1);
    let shape = Baselines::picture_shape(channels);
    Ok((Baselines::fit(&FloatImages::new(shape, values))?, channels))
}

/// Images of the model's shape: those that it was trained on, and those that it was not. Of others
/// one half takes the place of either.
pub(super) fn examples(
    model: &Model,
    args: &args::Inspect,
    printer: Printer,
) -> anyhow::Result<[Images; 2]> {
    if let Some(good) = &args.good {
        let good = [good.display().to_string()];
        let images = data::open_for(model, &good, Wanted::default(), printer)?.images;
        let half = |first| (first..images.len()).step_by(2).collect::<Vec<_>>();
        return Ok([images.select(&half(0))?, images.select(&half(1))?]);
    }
    let source = source(model, &args.model);
    if !data::is_there(&source) {
        return Err(not_there(&source).into());
    }
    let opened = opened::open_to_train(&model.recipe, &source, printer)?;
    if matches!(opened, Opened::Music(_)) {
        return Err(not_there(&source).into());
    }
    if opened.as_data().card().for_others() != model.card.for_others() {
        return Err(Error::data(format!(
            "`{source}`: expected the images that the model was trained on, found others"
        ))
        .with_hint("give good ones that it was not trained on: `--good DATA`")
        .into());
    }
    let data = opened.into_images(opened::SAMPLE, printer)?.ok_or_else(|| not_there(&source))?;
    Ok([data.train, data.valid])
}
