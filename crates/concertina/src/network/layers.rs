//! Custom lists of layers.

use concertina_kernels::Layer;
use serde::{Deserialize, Serialize};

use super::family::{self, CodeLayer, Family, LESSON_SHAPE};
use super::layer_spec::{LayerSpec, layers};
use crate::error::{Error, Result};
use crate::shape::ImageShape;

/// Encoder and decoder as lists of layers.
///
/// With a number of latent dimensions D, a dense layer to the bottleneck's features (D, or 2 D for
/// a Gaussian) is added after the encoder's list, and the decoder's input is the code, `[D, 1, 1]`.
/// With `latent-dim = "feature-map"` the decoder's input is the output of the encoder's list. The
/// decoder's last layer gives the raw output: as many values as the images have, without an
/// activation, since the reconstruction applies its own.
///
/// ```
/// use concertina::recipe::Recipe;
///
/// let recipe = Recipe::from_toml(
///     r#"
///     name = "my-own"
///     task = { kind = "identity" }
///     bottleneck = { latent-dim = 16, kind = "gaussian" }
///     reconstruction = { kind = "bernoulli" }
///
///     [network]
///     kind = "layers"
///     encoder = [
///         { kind = "conv2d", out-channels = 8, kernel-size = 3, stride = 2, activation = "relu" },
///         { kind = "dense", outputs = 64, activation = { leaky-relu = 0.1 } },
///     ]
///     decoder = [
///         { kind = "dense", outputs = 1568, activation = "relu" },
///         { kind = "reshape", shape = [8, 14, 14] },
///         { kind = "conv-transpose2d", out-channels = 1, kernel-size = 4 },
///     ]
///     "#,
/// )?;
/// let shape = concertina::ImageShape::new(1, 28, 28);
/// let architecture = concertina::model::Architecture::new(&recipe, shape, 0)?;
/// assert_eq!(architecture.latent_dim, 16);
/// # Ok::<(), concertina::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Layers {
    /// From the input to the last feature map; may be empty if `latent-dim` is a number.
    pub encoder: Vec<LayerSpec>,
    /// From the code to the raw output.
    pub decoder: Vec<LayerSpec>,
}

impl Family for Layers {
    fn layers(
        &self,
        input: ImageShape,
        target: ImageShape,
        code: CodeLayer,
    ) -> Result<family::Layers> {
        let (mut encoder, end) = layers("network.encoder", &self.encoder, input)?;
        let start = match code.latent_dim {
            Some(latent_dim) => {
                let outputs = latent_dim.saturating_mul(code.heads);
                encoder.push(Layer::Dense { outputs, activation: code.activation });
                ImageShape::new(latent_dim, 1, 1)
            }
            None if encoder.is_empty() || code.heads != 1 => {
                return Err(Error::config(
                    "`bottleneck.latent-dim`: expected a number for this network and bottleneck, \
                     found \
                     \"feature-map\"",
                ));
            }
            None => end,
        };
        let (decoder, output) = layers("network.decoder", &self.decoder, start)?;
        if output.len() != target.len() {
            return Err(Error::config(format!(
                "`network.decoder`: expected {} values at its end, those of images of {target}, \
                 found {output}",
                target.len()
            )));
        }
        Ok(family::Layers { encoder, decoder })
    }

    fn usual_shape(&self, _: Option<usize>) -> ImageShape {
        LESSON_SHAPE
    }
}
