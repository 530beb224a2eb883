//! Palettes: windows of music on a grid, to look at and to play.
//!
//! ```
//! use concertina_music::encoding::Encoding;
//! use concertina_report::palette::Palette;
//! use concertina_report::plot::Theme;
//!
//! // One bar with a C, once as it is and three times higher.
//! let encoding = Encoding::Melody { bars: 1 };
//! let windows: Vec<Vec<u16>> = (0..4).map(|i| [vec![41 + i], vec![0; 15]].concat()).collect();
//! let palette =
//!     Palette { title: "four notes", encoding, windows: &windows, columns: 2, note: "" };
//! assert!(palette.to_png(Theme::Light)?.starts_with(b"\x89PNG"));
//! assert!(palette.to_html()?.contains("<h1>four notes</h1>"));
//! # Ok::<(), concertina::Error>(())
//! ```

mod page;

use concertina::{Error, Result};
use concertina_music::encoding::Encoding;

use crate::gallery::{TokenRow, piano_rolls, untitled};
use crate::plot::{PianoRolls, Theme};

/// Windows of tokens on a grid.
#[derive(Clone, Copy, Debug)]
pub struct Palette<'a> {
    /// Above the grid.
    pub title: &'a str,
    /// How the music became tokens.
    pub encoding: Encoding,
    /// The windows, row by row from the upper left.
    pub windows: &'a [Vec<u16>],
    /// Windows in a row.
    pub columns: usize,
    /// Below the grid; may be empty.
    pub note: &'a str,
}

impl Palette<'_> {
    /// Draws the windows as piano rolls.
    ///
    /// # Errors
    /// If there is no window, or not the same number in every row.
    pub fn to_png(&self, theme: Theme) -> Result<Vec<u8>> {
        let (title, note) = (self.title.to_owned(), self.note.to_owned());
        PianoRolls { title, note, ..self.rolls()? }.to_png(theme)
    }

    /// The rolls of all windows.
    fn rolls(&self) -> Result<PianoRolls> {
        let n = self.windows.len();
        if n == 0 || self.columns == 0 || !n.is_multiple_of(self.columns) {
            return Err(Error::data(format!(
                "expected rows of {} windows, found {n} windows",
                self.columns
            )));
        }
        let rows = self.windows.chunks(self.columns).map(|row| untitled("", row.to_vec()));
        Ok(piano_rolls(self.encoding, rows.collect::<Vec<TokenRow>>()))
    }
}
