//! DATA as windows for a trained model.

use concertina::data::music::{Augmentation, Place, Wanted as WantedMusic, Windows};
use concertina::data::{Data, OpenOptions};
use concertina::model::Model;
use concertina::{Error, Result};
use concertina_music::encoding::Encoding;

use crate::data::{self, Wanted, warn_of_skipped};
use crate::printer::Printer;

/// Windows with what is known of them.
pub(crate) struct Inputs {
    pub(crate) windows: Windows,
    pub(super) places: Vec<Place>,
    /// The name of each one's chord, where windows have one.
    pub(crate) labels: Option<Vec<String>>,
}

impl Inputs {
    /// The piece and the bar of each.
    pub(crate) fn names(&self) -> Vec<String> {
        self.places.iter().map(ToString::to_string).collect()
    }
}

/// How the model's music is encoded.
///
/// # Errors
/// If the model is one of images.
pub(super) fn encoding(model: &Model) -> Result<Encoding> {
    model.recipe.encoding()?.ok_or_else(|| Error::config("expected a model of music"))
}

/// The windows that the model takes, as they are in their pieces.
///
/// # Errors
/// If the model is one of images.
pub(super) fn windows(model: &Model) -> Result<WantedMusic> {
    let wanted =
        model.recipe.wanted_music().ok_or_else(|| Error::config("expected a model of music"))?;
    Ok(WantedMusic { augmentation: Augmentation::default(), ..wanted })
}

/// Opens windows for a trained model: of each source that has a test split this, otherwise all.
pub(crate) fn open_for(
    model: &Model,
    sources: &[String],
    wanted: Wanted,
    printer: Printer,
) -> anyhow::Result<Inputs> {
    open(self::windows(model)?, model, sources, wanted, printer)
}

/// As [`open_for`], but as few windows as cover the pieces, in their order, also where they recur.
pub(super) fn open_pieces(
    model: &Model,
    sources: &[String],
    wanted: Wanted,
    printer: Printer,
) -> anyhow::Result<Inputs> {
    open(WantedMusic { whole: true, ..windows(model)? }, model, sources, wanted, printer)
}

fn open(
    music: WantedMusic,
    model: &Model,
    sources: &[String],
    wanted: Wanted,
    printer: Printer,
) -> anyhow::Result<Inputs> {
    let (mut tokens, mut places, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for source in sources {
        let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
        let set = data::open_music(source, music, options, printer)?;
        warn_of_skipped(&set.card, printer);
        for note in &set.card.notes {
            printer.detail(note);
        }
        let is_train = wanted.train || set.valid.is_empty();
        let split = if is_train { set.training() } else { set.validation() };
        let chords = split.labels.into_iter().flatten();
        labels.extend(chords.map(|&chord| set.class_names[chord as usize].clone()));
        let (windows, own) =
            if is_train { (set.train, set.train_places) } else { (set.valid, set.valid_places) };
        tokens.extend_from_slice(windows.tokens());
        places.extend(own);
    }
    let size = tokens.len() / places.len().max(1);
    if let Some(limit) = wanted.limit {
        tokens.truncate(limit * size);
        places.truncate(limit);
        labels.truncate(limit);
    }
    Ok(Inputs {
        windows: Windows::new(encoding(model)?, tokens),
        places,
        labels: (!labels.is_empty()).then_some(labels),
    })
}
