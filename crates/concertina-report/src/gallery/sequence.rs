//! The figures of a run one after the other, then its report.

use std::collections::VecDeque;
use std::path::PathBuf;

use concertina::Result;
use concertina::artifact::write_whole;
use concertina::model::Model;
use concertina::text::counted;
use concertina::train::Trained;
use concertina::validate::{Validation, validate};
use fs_err as fs;

use super::figures::Figures;
use super::kind::{Drawn, Kind, LeftOut};
use super::music::{Accuracies, Heard, Recording};
use super::of::Of;
use super::summary::summarise;
use crate::report::Sound;

/// The bytes of all sounds of a page. In the page they take a third more.
const MAX_SOUND_BYTES: usize = 7_600_000;

/// Draws the figures of a run one after the other, then the report.
///
/// The figures are written to the run folder's `figures`, the music that they show to `sounds`, the
/// report to `report.html`.
pub struct Gallery {
    trained: Trained,
    /// Made when the first figure is drawn.
    validation: Option<Validation>,
    queue: VecDeque<Kind>,
    drawn: Vec<Drawn>,
    left_out: Vec<LeftOut>,
    /// The bytes of the sounds so far, and how many sounds have no room on the page.
    sound_bytes: usize,
    unheard: usize,
    reported: bool,
}

impl Gallery {
    /// The gallery of a run. Nothing is drawn yet.
    pub fn new(trained: Trained) -> Self {
        let queue = Kind::fitting(&trained.model).collect();
        Self {
            trained,
            validation: None,
            queue,
            drawn: Vec::new(),
            left_out: Vec::new(),
            sound_bytes: 0,
            unheard: 0,
            reported: false,
        }
    }

    /// Draws the next figure, or at last the report, writes it, and returns where. `None` when
    /// everything is written. A figure that cannot be drawn is left out: what a run has learned is
    /// not lost to it. `data` is what the model was trained on.
    ///
    /// # Errors
    /// If a file cannot be written, or the data is music and the model of images or the other way
    /// round.
    pub fn next<'a>(&mut self, data: impl Into<Of<'a>>) -> Result<Option<PathBuf>> {
        let data = data.into();
        data.check(&self.trained.model)?;
        while let Some(kind) = self.queue.pop_front() {
            match self.draw(kind, data) {
                Ok(Heard { mut figure, recordings }) => {
                    let folder = self.trained.folder().figures();
                    fs::create_dir_all(&folder)?;
                    let path = folder.join(kind.file_name());
                    write_whole(&path, &figure.png)?;
                    figure.sounds = self.record(&recordings)?;
                    self.drawn.push(Drawn { kind, figure });
                    return Ok(Some(path));
                }
                Err(error) => self.left_out.push(LeftOut { file_name: kind.file_name(), error }),
            }
        }
        if self.reported {
            return Ok(None);
        }
        let accuracies = self.accuracies(data)?;
        let drawn = std::mem::take(&mut self.drawn);
        let mut report = summarise(&self.trained, drawn, accuracies.as_ref(), &self.left_out);
        if self.unheard > 0 {
            let what = counted(self.unheard, "more sound");
            report.remarks.push(format!(
                "The page has no room for {what}. The run folder's `sounds` has them all."
            ));
        }
        let path = self.trained.folder().report();
        write_whole(&path, report.to_html().as_bytes())?;
        self.reported = true;
        Ok(Some(path))
    }

    fn draw(&mut self, kind: Kind, data: Of<'_>) -> Result<Heard> {
        let Trained { model, history, .. } = &self.trained;
        let validation = match self.validation.take() {
            Some(validation) => validation,
            None => validate(model, data.data().validation())?,
        };
        let validation = &*self.validation.insert(validation);
        match data {
            Of::Images(data) => {
                kind.of_images(Figures { model, data, validation, history }).map(Heard::from)
            }
            Of::Music(data) => kind.of_music(Figures { model, data, validation, history }),
        }
    }

    /// Writes music to the run folder. Returns the sounds that have room on the page.
    fn record(&mut self, recordings: &[Recording]) -> Result<Vec<Sound>> {
        let folder = self.trained.folder().path().join("sounds");
        let mut sounds = Vec::new();
        for recording in recordings {
            fs::create_dir_all(&folder)?;
            let Some(sound) = recording.write(&folder)? else { continue };
            if self.sound_bytes + sound.wav.len() > MAX_SOUND_BYTES {
                self.unheard += 1;
                continue;
            }
            self.sound_bytes += sound.wav.len();
            sounds.push(sound);
        }
        Ok(sounds)
    }

    /// How much of held-out music comes back; nothing for images, or if none is held out.
    fn accuracies(&self, data: Of<'_>) -> Result<Option<Accuracies>> {
        let (Of::Music(data), Some(validation)) = (data, &self.validation) else {
            return Ok(None);
        };
        if data.valid.is_empty() {
            return Ok(None);
        }
        let Trained { model, history, .. } = &self.trained;
        Accuracies::of(Figures { model, data, validation, history }).map(Some)
    }

    /// The figures that could not be drawn.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The model that the figures are of.
    pub fn into_model(self) -> Model {
        self.trained.model
    }
}
