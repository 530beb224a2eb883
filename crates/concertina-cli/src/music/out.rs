//! What an `-o OUT` for music means.

use std::path::Path;

use concertina::{Error, Result};
use concertina_music::encoding::Encoding;
use concertina_music::soundfont::SoundFont;
use concertina_music::{synth, wav};
use fs_err as fs;

use super::order::{Piece, in_turn};
use crate::args;
use crate::output::{
    Place, begin_folder, expect_new_folder, extension, file_names, told, writable,
};

/// Samples of sound in a second.
const RATE: u32 = 44_100;

/// Where music is written, and how it sounds: found out before the long work begins.
#[derive(Clone, Debug)]
pub(super) struct MusicOut<'a> {
    kind: Kind<'a>,
    /// The instruments of a .wav; the synthesiser's, if there are none.
    soundfont: Option<SoundFont>,
}

/// What an OUT for music can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// All pieces one after another.
    Midi(Place<'a>),
    /// The same as sound.
    Wav(&'a Path),
    /// The tokens, of shape N T V.
    Npy(&'a Path),
    /// A MIDI file for each piece.
    Folder(&'a Path),
}

impl<'a> MusicOut<'a> {
    /// Reads the kind from the name, which must not be one of the files that are read, `inputs`,
    /// and the SoundFont, if one is asked for.
    pub(super) fn new(path: &'a Path, inputs: &[&Path], flags: &args::Music) -> Result<Self> {
        let font = flags.soundfont.as_deref();
        let inputs: Vec<&Path> = inputs.iter().copied().chain(font).collect();
        let kind = Kind::new(path, &inputs)?;
        let soundfont = match font {
            None => None,
            Some(font) if matches!(kind, Kind::Wav(_)) => Some(read_soundfont(font)?),
            Some(_) => {
                return Err(Error::config(format!(
                    "`--soundfont`: expected an OUT that ends in .wav, found `{}`",
                    told(path)
                )));
            }
        };
        Ok(Self { kind, soundfont })
    }

    /// Writes pieces.
    pub(super) fn write(self, encoding: Encoding, pieces: &[Piece<'_>]) -> Result<()> {
        let windows = in_turn(pieces, encoding);
        match self.kind {
            Kind::Midi(place) => place.write(&encoding.to_piece(&windows).to_midi()),
            Kind::Wav(path) => {
                let score = encoding.to_piece(&windows);
                let samples = match &self.soundfont {
                    None => synth::render(&score, RATE),
                    Some(font) => {
                        font.render(&score, RATE).map_err(|error| Error::data(error.to_string()))?
                    }
                };
                Place::File(path).write(&wav::wav(&samples, RATE))
            }
            Kind::Npy(path) => {
                let shape = [windows.len(), encoding.steps(), encoding.voices().len()];
                let mut file = Place::File(path).begin_npy(&shape)?;
                let tokens = windows.iter().flat_map(|(_, window)| *window);
                file.write_values(tokens.map(|token| f32::from(*token)))?;
                file.finish()
            }
            Kind::Folder(path) => {
                let mut folder = begin_folder(path)?;
                let names: Vec<String> = pieces.iter().map(|piece| piece.name.clone()).collect();
                for (name, piece) in file_names(&names, "mid").iter().zip(pieces) {
                    folder.write(name, &encoding.to_piece(&piece.windows).to_midi())?;
                }
                folder.finish()
            }
        }
    }
}

impl<'a> Kind<'a> {
    fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        if let Some(stdout) = Place::stdout(path) {
            return Ok(Self::Midi(stdout));
        }
        let kind = match extension(path).as_deref() {
            Some("mid" | "midi") => Self::Midi(Place::File(path)),
            Some("wav") => Self::Wav(path),
            Some("npy") => Self::Npy(path),
            None => {
                expect_new_folder(path, "music")?;
                return Ok(Self::Folder(path));
            }
            Some(other) => {
                return Err(Error::config(format!(
                    "`--out`: expected a name that ends in .mid, .wav or .npy, or the name of a \
                     folder, found .{other}"
                )));
            }
        };
        writable("--out", path, inputs)?;
        Ok(kind)
    }
}

fn read_soundfont(path: &Path) -> Result<SoundFont> {
    let bytes = fs::read(path)?;
    SoundFont::read(&bytes).map_err(|error| Error::data(error.to_string()).in_file(path))
}
