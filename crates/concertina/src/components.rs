//! The parameters of a model, as one flat vector for each component.

use crate::error::Result;

/// A value for each component of a model that may have parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Components<T> {
    /// The encoder's.
    pub encoder: T,
    /// The decoder's.
    pub decoder: T,
    /// The bottleneck's own, such as an adversary's discriminator or a codebook.
    pub bottleneck: T,
    /// The reconstruction's own: a learned standard deviation.
    pub reconstruction: T,
}

/// The parameters of each component, layer by layer, weights before biases; empty for a component
/// without parameters.
pub type Weights = Components<Vec<f32>>;

impl<T> Components<T> {
    /// The names of the components in files.
    pub(crate) const NAMES: Components<&'static str> = Components {
        encoder: "encoder",
        decoder: "decoder",
        bottleneck: "bottleneck",
        reconstruction: "reconstruction",
    };

    /// Applies `f` to each component, in the order encoder, decoder, bottleneck, reconstruction.
    pub(crate) fn map<U>(self, mut f: impl FnMut(T) -> U) -> Components<U> {
        let [encoder, decoder, bottleneck, reconstruction] = self.into_array();
        Components {
            encoder: f(encoder),
            decoder: f(decoder),
            bottleneck: f(bottleneck),
            reconstruction: f(reconstruction),
        }
    }

    pub(crate) fn as_ref(&self) -> Components<&T> {
        let Self { encoder, decoder, bottleneck, reconstruction } = self;
        Components { encoder, decoder, bottleneck, reconstruction }
    }

    pub(crate) fn as_mut(&mut self) -> Components<&mut T> {
        let Self { encoder, decoder, bottleneck, reconstruction } = self;
        Components { encoder, decoder, bottleneck, reconstruction }
    }

    /// Pairs each component with the same component of `other`.
    pub(crate) fn zip<U>(self, other: Components<U>) -> Components<(T, U)> {
        let mut others = other.into_array().into_iter();
        self.map(|component| (component, others.next().expect("there are as many components")))
    }

    /// All components, in the order encoder, decoder, bottleneck, reconstruction.
    pub(crate) fn into_array(self) -> [T; 4] {
        [self.encoder, self.decoder, self.bottleneck, self.reconstruction]
    }
}

impl<T> Components<Result<T>> {
    /// All components, or the first error.
    pub(crate) fn transpose(self) -> Result<Components<T>> {
        Ok(Components {
            encoder: self.encoder?,
            decoder: self.decoder?,
            bottleneck: self.bottleneck?,
            reconstruction: self.reconstruction?,
        })
    }
}
