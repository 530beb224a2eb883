//! Pictures of data, codes and training, as PNG bytes: [`ImageGrid`], [`Manifold`], [`Scatter`], [`Curves`] and [`Bars`].
//!
//! Each is a plain struct that is filled in and turned into a file by its `to_png`. The same struct gives the same
//! bytes. Pictures are drawn at two pixels to a point and say so in their header, so that they are sharp on dense
//! screens and on paper; [`crate::report`] shows them at their intended size.

mod axis;
mod bars;
mod block;
mod canvas;
mod classes;
mod curves;
mod font;
mod frame;
mod grid;
mod legend;
mod manifold;
mod pixels;
mod png;
mod scatter;
mod theme;

pub use bars::Bars;
pub use curves::{Curves, Series};
pub use grid::{ImageGrid, Row};
pub use manifold::Manifold;
pub use scatter::Scatter;
pub use theme::Theme;

pub(crate) use png::size_of;

#[cfg(test)]
mod tests;
