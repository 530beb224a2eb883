//! Sources of data by name or path, and where named sets are looked for.

use std::path::PathBuf;

use concertina::data::music::{self, MusicSet};
use concertina::data::{Data, Dataset, FloatSet, named};
use concertina::recipe::Recipe;
use concertina::{Hint, Result};
use etcetera::BaseStrategy;

/// The data of a run, of any kind.
pub(crate) enum Opened {
    Images(Dataset),
    Floats(FloatSet),
    Music(MusicSet),
}

impl Opened {
    pub(crate) fn as_data(&self) -> &dyn Data {
        match self {
            Self::Images(images) => images,
            Self::Floats(floats) => floats,
            Self::Music(music) => music,
        }
    }

    /// The recipe for such data where none is asked for, as the command takes it.
    pub(crate) fn suited(&self) -> Result<Recipe> {
        match self {
            Self::Music(music) => Recipe::suited_to_music(&music.card.source),
            _ => Recipe::suited_to(self.as_data().card().shape),
        }
    }
}

/// Opens a source as a run of this recipe sees it.
pub(crate) fn open(recipe: &Recipe, source: &str) -> Result<Opened> {
    let mut options = recipe.open_options();
    options.data_dirs = data_dirs();
    let opened = match recipe.wanted_music() {
        Some(wanted) => MusicSet::open(source, wanted, &options).map(Opened::Music),
        None => Dataset::open(source, &options).map(Opened::Images),
    };
    opened.map_err(|error| {
        // Its hint says which files go where; the command does that.
        let can_be_fetched = named::find(source).is_some() || music::named::find(source).is_some();
        let Some(hint) = error.hint().filter(|_| can_be_fetched).cloned() else { return error };
        error.with_hint(with_download(hint, source))
    })
}

/// The recipe for a source where none is asked for: what decides is seen when it is open.
pub(crate) fn provisional(source: &str) -> Result<Recipe> {
    if music::is_music(source) {
        return Recipe::suited_to_music(source);
    }
    Recipe::named("image-vae")
}

fn with_download(hint: Hint, source: &str) -> Hint {
    hint.then(format!(
        "; or let the command fetch it (`concertina data inspect {source}`), or name the folder \
         that has the set's folder in the environment variable CONCERTINA_DATA"
    ))
}

/// Where named sets are looked for: `$CONCERTINA_DATA`, then the command's cache.
fn data_dirs() -> Vec<PathBuf> {
    let own = std::env::var_os("CONCERTINA_DATA").map(PathBuf::from);
    let cache =
        etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("concertina"));
    own.into_iter().chain(cache).collect()
}
