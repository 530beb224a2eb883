//! Matrix products on several threads.
//!
//! Four methods compute them. `strip` packs part of the right factor and multiplies it with many
//! rows; `deep` packs both, for the gradient of a weight over many steps; `few_rows` adds in the
//! same order without packing; `dots` takes dot products of vectors where there are few columns.
//! `packed` keeps a right factor for many products. Which of the orders an element's products are
//! added in depends on the depth and the columns of a product, not on how many rows there are.

mod columns;
mod deep;
mod dots;
mod factors;
mod few_rows;
mod matrix;
mod multiply;
mod pack;
mod packed;
mod strip;
mod target;

pub(crate) use self::factors::Product;
pub use self::matrix::Matrix;
pub(crate) use self::packed::Packed;
