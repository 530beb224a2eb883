//! A page to walk through the latent space of a trained autoencoder.
//!
//! An [`Exhibit`] is what there is to see: one model or two, and the same pictures for both, as a
//! description (`page`) and blocks of numbers (`blocks`). [`Exhibit::to_html`] makes one file of it
//! that works without a server and without a network: the networks are run in the page, by scripts
//! of this crate (`web/`).

mod assets;

mod blocks;

mod atlas;

mod precision;

mod place;

mod page;

mod exhibit;

mod html;

pub use self::exhibit::{Exhibit, Options, Pictures, Shown};
pub use self::place::Method;
pub use self::precision::Precision;
