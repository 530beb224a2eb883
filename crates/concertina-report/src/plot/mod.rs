//! Figures of data, codes and training, as PNG bytes: [`ImageGrid`], [`Manifold`], [`Scatter`],
//! [`Curves`], [`Bars`] and [`PianoRolls`].
//!
//! Each is a plain struct: fill it in and call its `to_png`. The same struct gives the same bytes.
//! Figures are drawn at two pixels to a point and say so in their header, so that they are sharp on
//! high-resolution screens and on paper; [`crate::report`] shows them at their intended size.
//!
//! ```
//! use concertina_report::plot::{Curves, Series, Theme};
//!
//! # fn main() -> concertina::Result<()> {
//! let series = [
//!     Series::by_epoch("training", [0.213, 0.135, 0.123]),
//!     Series::by_epoch("validation", [0.145, 0.126, 0.118]),
//! ];
//! let curves =
//!     Curves { x_name: "epoch", y_name: "loss", series: &series, ..Curves::default() };
//! let png = curves.to_png(Theme::Light)?;
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok(())
//! # }
//! ```

mod axis;
mod bars;
mod block;
mod canvas;
mod classes;
mod curves;
mod font;
mod frame;
mod grid;
mod heat;
mod lanes;
mod legend;
mod manifold;
mod piano_roll;
mod pixels;
mod png;
mod scatter;
mod theme;
mod thumbnails;

pub use bars::Bars;
pub use curves::{Curves, Series};
pub use grid::{ImageGrid, Row};
pub use heat::{DrawnMap, HeatMap, Thumbnails};
pub use lanes::RollNote;
pub use manifold::Manifold;
pub use piano_roll::{PianoRolls, Roll, RollRow};
pub use scatter::Scatter;
pub use theme::Theme;

pub(crate) use png::size_of;

#[cfg(test)]
mod tests;
