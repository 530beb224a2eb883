//! The second choice: the layers of encoder and decoder.
//!
//! ```
//! use concertina::ImageShape;
//! use concertina::model::Architecture;
//! use concertina::network::Dense;
//! use concertina::recipe::Recipe;
//!
//! let network = Dense { hidden: vec![128, 64], activation: Default::default() };
//! let recipe = Recipe { network: network.into(), ..Recipe::named("dense-ae")? };
//! let architecture = Architecture::new(&recipe, ImageShape::new(1, 28, 28), 0)?;
//! println!("{}", architecture.table());
//! # Ok::<(), concertina::Error>(())
//! ```
//!
//! A network is two lists of layers, made for the shape of the images and the number of latent
//! dimensions. The decoder's output is one unbounded value per pixel and channel; its meaning is
//! defined by the reconstruction. The `sequential` module runs the lists, forward and backward.
//!
//! Each kind of network has a file here and a line in the list below; [`Layers`] takes custom
//! lists.

mod conv;
mod dense;
mod family;
mod fully_convolutional;
mod layer_spec;
mod layers;
mod lesson;
mod lstm;
mod pooled;
mod recurrent;
mod residual;

use serde::{Deserialize, Serialize};

pub use self::conv::Conv;
pub use self::dense::{Dense, HiddenActivation};
pub(crate) use self::family::{CodeLayer, Family, Sequences};
pub use self::fully_convolutional::FullyConvolutional;
pub use self::layer_spec::{ActivationSpec, LayerSpec, PaddingSpec};
pub use self::layers::Layers;
pub use self::lesson::Lesson;
pub use self::lstm::Lstm;
pub use self::pooled::Pooled;
pub use self::recurrent::Recurrent;
pub use self::residual::Residual;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// The layers of encoder and decoder.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Network { $($(#[$doc])* $kind($kind),)* }

        impl Network {
            pub(crate) fn family(&self) -> &dyn Family {
                match self { $(Self::$kind(family) => family,)* }
            }
        }

        $(impl From<$kind> for Network {
            fn from(family: $kind) -> Self {
                Self::$kind(family)
            }
        })*
    };
}

kinds! {
    /// The convolutional network of the lesson.
    Lesson,
    /// Dense layers, mirrored.
    Dense,
    /// Convolutions of stride 2, mirrored; for images of any size.
    Conv,
    /// Convolutions that preserve the resolution.
    FullyConvolutional,
    /// Residual blocks that keep the resolution, added to the image.
    Residual,
    /// Convolutions and max pooling, mirrored.
    Pooled,
    /// LSTMs that process images row by row.
    Lstm,
    /// LSTMs that read and write music.
    Recurrent,
    /// Custom lists of layers.
    Layers,
}

#[cfg(test)]
mod tests;
