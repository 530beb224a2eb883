//! DATA as examples for a trained model, whatever kind they are of.

use concertina::Error;
use concertina::data::music::Windows;
use concertina::data::{Examples, Images};
use concertina::model::Model;

use crate::data::{self, Inputs, Wanted};
use crate::music;
use crate::printer::Printer;

/// Examples with what is known of them.
pub(crate) struct Examined {
    pub(crate) kind: Kind,
    /// A file name, a number, or a piece and a bar for each.
    pub(crate) names: Vec<String>,
    /// The name of each one's class.
    pub(crate) labels: Option<Vec<String>>,
}

/// What the examples are.
pub(crate) enum Kind {
    Images {
        images: Images,
        /// The number of each one's class.
        labels: Option<Vec<u32>>,
        /// By number.
        class_names: Vec<String>,
    },
    Music(Windows),
}

impl Examined {
    /// Opens DATA as the model takes it: of each source that has a test split this, otherwise all.
    pub(crate) fn open(
        model: &Model,
        sources: &[String],
        wanted: Wanted,
        printer: Printer,
    ) -> anyhow::Result<Self> {
        if model.card.music().is_some() {
            if wanted.share.is_some() {
                return Err(Error::config("`--shard`: expected images, found music").into());
            }
            let inputs = music::open_for(model, sources, wanted, printer)?;
            let names = inputs.names();
            return Ok(Self { kind: Kind::Music(inputs.windows), names, labels: inputs.labels });
        }
        let inputs = data::open_for(model, sources, wanted, printer)?;
        let label_names = inputs.label_names();
        let Inputs { images, names, labels, class_names } = inputs;
        let kind = Kind::Images { images, labels, class_names };
        Ok(Self { kind, names, labels: label_names })
    }

    pub(crate) fn examples(&self) -> &dyn Examples {
        match &self.kind {
            Kind::Images { images, .. } => images,
            Kind::Music(windows) => windows,
        }
    }

    /// What one of them is called.
    pub(crate) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Images { .. } => "image",
            Kind::Music(_) => "window",
        }
    }
}
