//! The end of every verb that writes music: codes are decoded and written.

use std::path::Path;

use concertina::model::{Draw, Model};
use concertina::text::counted;

use super::decoding::{Decoding, draw};
use super::inputs::encoding;
use super::order::Order;
use super::out::MusicOut;
use crate::answer::What;
use crate::args;
use crate::exit::Exit;
use crate::output::tell_written;
use crate::printer::Printer;

/// How and where music is written, found out before the long work begins.
pub(super) struct Writing<'a> {
    path: &'a Path,
    out: MusicOut<'a>,
    draw: Draw,
    chords: Option<&'a args::Chords>,
}

impl<'a> Writing<'a> {
    /// As the flags say. `path` must not be one of the files that are read, `inputs`; tokens are
    /// drawn with `seed`.
    pub(super) fn new(
        path: &'a Path,
        inputs: &[&Path],
        flags: &'a args::Music,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let out = MusicOut::new(path, inputs, flags)?;
        Ok(Self { path, out, draw: draw(flags, seed)?, chords: flags.chords.as_ref() })
    }

    /// Decodes, on each of the chords if some are asked for, writes, and says how many of `what`.
    pub(super) fn write(
        self,
        model: &Model,
        decoding: Decoding,
        what: &str,
        printer: Printer,
    ) -> anyhow::Result<Exit> {
        let decoding = decoding.on_each(model, self.chords)?;
        let windows = decoding.windows(model, self.draw)?;
        let pieces = decoding.order.pieces(&windows);
        self.out.write(encoding(model)?, &pieces)?;
        let n = match decoding.order {
            Order::Apart(_) => counted(windows.len(), what),
            Order::Pieces(_) => {
                format!("{} ({})", counted(pieces.len(), "piece"), counted(windows.len(), what))
            }
        };
        tell_written(self.path, What::Windows, windows.len(), n, printer)?;
        Ok(Exit::Done)
    }
}
