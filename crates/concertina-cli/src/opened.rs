//! The data of a run: images or music in memory, or images on the disk; and what of it a model is
//! evaluated on.

use std::collections::BTreeSet;
use std::path::Path;

use concertina::Error;
use concertina::data::music::MusicSet;
use concertina::data::{
    Data, Dataset, OpenOptions, PackedSet, PatchSet, PictureSet, absolute_source, is_pack, named,
    source_name,
};
use concertina::evaluate::{Split, Subject};
use concertina::model::Model;
use concertina::recipe::Recipe;
use concertina::text::thousands;

use crate::data::{Wanted, numbered_by, open, open_fitted, open_music, with_progress};
use crate::printer::Printer;

/// The data of a run.
pub(crate) enum Opened {
    Images(Box<Dataset>),
    /// Images on the disk, and how some of them are opened in memory.
    Stored(Box<dyn Data>, Box<OpenOptions>),
    Music(Box<MusicSet>),
}

impl Opened {
    /// As a run sees it.
    pub(crate) fn as_data(&self) -> &dyn Data {
        match self {
            Self::Images(images) => &**images,
            Self::Stored(stored, _) => &**stored,
            Self::Music(music) => &**music,
        }
    }

    /// The images in memory, of those on the disk at most so many of each split; nothing of music.
    pub(crate) fn into_images(
        self,
        most: usize,
        printer: Printer,
    ) -> anyhow::Result<Option<Box<Dataset>>> {
        match self {
            Self::Images(images) => Ok(Some(images)),
            Self::Stored(stored, options) => {
                sample(&*stored, &options, most, printer).map(Box::new).map(Some)
            }
            Self::Music(_) => Ok(None),
        }
    }
}

/// Images on the disk that are brought into memory for figures, at most.
pub(crate) const SAMPLE: usize = 10_000;
/// Bytes of images on the disk that a model is evaluated on, at most, of each split.
const EVALUATED_BYTES: usize = 256 << 20;
/// The same of pictures that patches are cut from, in bytes.
const PICTURES_BYTES: usize = 256 << 20;

/// At most so many images of each split, in memory. Those of a pack, which is shuffled, are the
/// first.
pub(crate) fn sample(
    stored: &dyn Data,
    options: &OpenOptions,
    most: usize,
    printer: Printer,
) -> anyhow::Result<Dataset> {
    let card = stored.card();
    // Of pictures that patches are cut from, a limit is on those.
    let most = match (options.patch, card.images()) {
        (Some(_), Some(images)) => {
            let [width, height] = images.sizes.largest;
            (PICTURES_BYTES / (width * height * card.shape.channels)).clamp(1, most)
        }
        _ => most,
    };
    let limit = |n: usize, limit: Option<usize>| Some(n.clamp(1, most).min(limit.unwrap_or(n)));
    let train = limit(card.train, options.limit);
    let valid_limit = limit(card.valid, options.valid_limit);
    open(&card.source, OpenOptions { limit: train, valid_limit, ..options.clone() }, printer)
}

/// Opens DATA as a run with this recipe sees it.
pub(crate) fn open_to_train(
    recipe: &Recipe,
    source: &str,
    printer: Printer,
) -> anyhow::Result<Opened> {
    Ok(match recipe.wanted_music() {
        Some(wanted) => {
            let music = open_music(source, wanted, recipe.open_options(), printer)?;
            Opened::Music(Box::new(music))
        }
        None if is_pack(Path::new(source)) => {
            let options = recipe.open_options();
            Opened::Stored(Box::new(PackedSet::open(source, &options)?), Box::new(options))
        }
        None if recipe.data.stream => {
            let options = recipe.open_options();
            let open = |options: &OpenOptions| -> concertina::Result<Box<dyn Data>> {
                Ok(match options.patch {
                    None => Box::new(PictureSet::open(source, options)?),
                    Some(_) => Box::new(PatchSet::open(source, options)?),
                })
            };
            let set = with_progress(options.clone(), printer, open)?;
            Opened::Stored(set, Box::new(options))
        }
        None => Opened::Images(Box::new(open(source, recipe.open_options(), printer)?)),
    })
}

/// Opens DATA to evaluate a model on. Of what the model was trained on, the splits are what it was
/// trained on and what was held out: an evaluation on training images would flatter. Of a named set
/// all of the test split is used.
pub(crate) fn open_to_evaluate<'m>(
    model: &'m Model,
    source: &str,
    printer: Printer,
) -> anyhow::Result<Subject<'m>> {
    let source = absolute_source(source);
    let is_named = named::find(&source).is_some();
    if source_name(&source) == model.card.source {
        let opened = open_to_train(&model.recipe, &source, printer)?;
        // The card has the mean and the standard deviation of the training pixels: other images of
        // that name differ in it.
        let card = opened.as_data().card().for_others();
        if card == model.card {
            let most = (EVALUATED_BYTES / card.shape.len()).max(1);
            let data = opened.into_images(most, printer)?;
            let mut data = *data.ok_or_else(|| Error::data("expected images, found music"))?;
            if is_named && model.recipe.data.limit.is_some() {
                let valid_limit = Some(usize::MAX);
                let options = OpenOptions { valid_limit, ..model.recipe.open_options() };
                let whole = open(&source, options, printer)?;
                (data.valid, data.valid_labels) = (whole.valid, whole.valid_labels);
            }
            if !is_named {
                printer.say(
                    "the model was trained on this data: evaluating on the images held out of it",
                );
            }
            if data.valid.len() < card.valid {
                printer.say(format_args!(
                    "a sample of the images on the disk: {} of the {} held out",
                    thousands(data.valid.len()),
                    thousands(card.valid)
                ));
            }
            return subject(model, data, true);
        }
    }
    let told = &mut BTreeSet::new();
    subject(model, open_fitted(model, &source, Wanted::default(), printer, told)?, false)
}

/// Evaluated on the test split and compared with the training split; without a test split,
/// evaluated on all.
fn subject(model: &Model, data: Dataset, own: bool) -> anyhow::Result<Subject<'_>> {
    let name = data.card.name();
    let by_model = |labels| numbered_by(model, labels, &data.class_names);
    let train = Split { images: data.train, labels: by_model(data.train_labels)? };
    let test = Split { images: data.valid, labels: by_model(data.valid_labels)? };
    let (test, train) = if test.images.is_empty() { (train, None) } else { (test, Some(train)) };
    Ok(Subject { model, name, test, train, own })
}
