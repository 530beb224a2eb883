//! Music as files: notes and sound.

use std::path::Path;

use concertina::Result;
use concertina::artifact::write_whole;
use concertina_music::encoding::Encoding;
use concertina_music::score::Score;
use concertina_music::{synth, wav};

use crate::report::{Figure, Sound};

/// Samples of a second: notes sound up to 11 kHz, which is enough for them.
const SAMPLE_RATE: u32 = 22_050;

/// Music that a figure shows.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The name of its files, without an ending.
    pub name: String,
    /// What it is called beside its figure.
    pub label: String,
    /// Its notes.
    pub score: Score,
    /// Whether it is played on the page. Of other music only the notes are written.
    pub is_played: bool,
}

/// A figure of music, and the music that it shows.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The figure, still without sounds.
    pub figure: Figure,
    /// The music, in the order of the page.
    pub recordings: Vec<Recording>,
}

impl Heard {
    /// The figure with players for the first `most` of the music that is played on the page.
    pub fn into_figure(self, most: usize) -> Figure {
        let played = self.recordings.iter().filter(|recording| recording.is_played);
        let sounds = played.take(most).map(Recording::sound).collect();
        Figure { sounds, ..self.figure }
    }
}

impl From<Figure> for Heard {
    /// A figure without music.
    fn from(figure: Figure) -> Self {
        Self { figure, recordings: Vec::new() }
    }
}

impl Recording {
    /// Windows of tokens one after another.
    pub fn new(
        name: impl Into<String>,
        label: impl Into<String>,
        encoding: Encoding,
        windows: &[&[u16]],
    ) -> Self {
        let score = encoding.to_score(windows);
        Self { name: name.into(), label: label.into(), score, is_played: true }
    }

    /// The same, but not played on the page.
    pub(super) fn silent(self) -> Self {
        Self { is_played: false, ..self }
    }

    /// What it sounds like, to be played on a page; without bytes if it has no note.
    pub fn sound(&self) -> Sound {
        let is_silent = self.score.tracks.iter().all(|track| track.notes.is_empty());
        let render = || wav::wav(&synth::render(&self.score, SAMPLE_RATE), SAMPLE_RATE);
        Sound { label: self.label.clone(), wav: if is_silent { Vec::new() } else { render() } }
    }

    /// Writes its notes and, if it is played and not silent, its sound. Returns what is played.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(in super::super) fn write(&self, folder: &Path) -> Result<Option<Sound>> {
        write_whole(&folder.join(format!("{}.mid", self.name)), &self.score.to_midi())?;
        if !self.is_played {
            return Ok(None);
        }
        let sound = self.sound();
        if !sound.wav.is_empty() {
            write_whole(&folder.join(format!("{}.wav", self.name)), &sound.wav)?;
        }
        Ok(Some(sound))
    }
}
