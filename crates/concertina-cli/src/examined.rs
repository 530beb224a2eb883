//! DATA as examples for a trained model, whatever kind they are of.

use concertina::data::Examples;
use concertina::data::music::Windows;
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
    Images(Inputs),
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
            let inputs = music::open_for(model, sources, wanted, printer)?;
            let names = inputs.names();
            return Ok(Self { kind: Kind::Music(inputs.windows), names, labels: inputs.labels });
        }
        let inputs = data::open_for(model, sources, wanted, printer)?;
        let (names, labels) = (inputs.names.clone(), inputs.label_names());
        Ok(Self { kind: Kind::Images(inputs), names, labels })
    }

    pub(crate) fn examples(&self) -> &dyn Examples {
        match &self.kind {
            Kind::Images(inputs) => &inputs.images,
            Kind::Music(windows) => windows,
        }
    }

    /// What is done as they are encoded.
    pub(crate) fn encoded(&self) -> &'static str {
        match self.kind {
            Kind::Images(_) => "images encoded",
            Kind::Music(_) => "windows encoded",
        }
    }

    /// What one of them is called.
    pub(crate) fn word(&self) -> &'static str {
        match self.kind {
            Kind::Images(_) => "image",
            Kind::Music(_) => "window",
        }
    }
}
