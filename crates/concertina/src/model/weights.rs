//! The parameters of a model, in a flat vector for each of its parts.

use crate::error::Result;

/// Something for each part of a model that may have parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts<T> {
    /// The encoder's.
    pub encoder: T,
    /// The decoder's.
    pub decoder: T,
    /// The bottleneck's own, such as an adversary's discriminator or a codebook.
    pub bottleneck: T,
    /// The reconstruction's own: a learned spread.
    pub reconstruction: T,
}

/// The parameters of each part, in the order of [`Stack::parameters`](concertina_kernels::Stack::parameters) where it is a
/// stack; empty where it has none.
pub type Weights = Parts<Vec<f32>>;

impl<T> Parts<T> {
    /// What the parts are called in files.
    pub(crate) const NAMES: Parts<&'static str> = Parts {
        encoder: "encoder",
        decoder: "decoder",
        bottleneck: "bottleneck",
        reconstruction: "reconstruction",
    };

    /// What `f` makes of each part, in the order encoder, decoder, bottleneck, reconstruction.
    pub(crate) fn map<U>(self, mut f: impl FnMut(T) -> U) -> Parts<U> {
        let [encoder, decoder, bottleneck, reconstruction] = self.into_array();
        Parts {
            encoder: f(encoder),
            decoder: f(decoder),
            bottleneck: f(bottleneck),
            reconstruction: f(reconstruction),
        }
    }

    pub(crate) fn as_ref(&self) -> Parts<&T> {
        let Self { encoder, decoder, bottleneck, reconstruction } = self;
        Parts { encoder, decoder, bottleneck, reconstruction }
    }

    pub(crate) fn as_mut(&mut self) -> Parts<&mut T> {
        let Self { encoder, decoder, bottleneck, reconstruction } = self;
        Parts { encoder, decoder, bottleneck, reconstruction }
    }

    /// Each part beside the like part of `other`.
    pub(crate) fn zip<U>(self, other: Parts<U>) -> Parts<(T, U)> {
        let mut others = other.into_array().into_iter();
        self.map(|part| (part, others.next().expect("there are as many parts")))
    }

    /// All in the order of the parts.
    pub(crate) fn into_array(self) -> [T; 4] {
        [self.encoder, self.decoder, self.bottleneck, self.reconstruction]
    }
}

impl<T> Parts<Result<T>> {
    /// All parts, or the first error.
    pub(crate) fn transpose(self) -> Result<Parts<T>> {
        Ok(Parts {
            encoder: self.encoder?,
            decoder: self.decoder?,
            bottleneck: self.bottleneck?,
            reconstruction: self.reconstruction?,
        })
    }
}
