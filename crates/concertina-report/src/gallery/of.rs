//! What a model was trained on: images or music.

use concertina::data::music::MusicSet;
use concertina::data::{Data, Dataset};
use concertina::model::Model;
use concertina::{Error, Result};

/// What figures are drawn of.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// Images.
    Images(&'a Dataset),
    /// Windows of music.
    Music(&'a MusicSet),
}

impl<'a> From<&'a Dataset> for Of<'a> {
    fn from(data: &'a Dataset) -> Self {
        Self::Images(data)
    }
}

impl<'a> From<&'a MusicSet> for Of<'a> {
    fn from(data: &'a MusicSet) -> Self {
        Self::Music(data)
    }
}

impl<'a> Of<'a> {
    /// As what a run needs of its data.
    pub fn data(self) -> &'a dyn Data {
        match self {
            Self::Images(data) => data,
            Self::Music(data) => data,
        }
    }

    /// Checks that these are examples as the model was trained on.
    pub(super) fn check(self, model: &Model) -> Result<()> {
        let word = |is_music| if is_music { "music" } else { "images" };
        let expected = model.card.music().is_some();
        let found = matches!(self, Self::Music(_));
        if expected == found {
            return Ok(());
        }
        Err(Error::data(format!(
            "expected {}, on which the model was trained, found {}",
            word(expected),
            word(found)
        )))
    }
}
