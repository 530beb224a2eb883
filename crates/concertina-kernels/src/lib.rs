//! The CPU kernels of the layers that autoencoders are made of: plain slices in, plain slices out.
//!
//! A [`Sequential`] is a checked list of [`Layer`]s with a forward and a backward pass. Layouts are
//! PyTorch's: activations `[B, C, H, W]`, convolution weights `[out, in, k, k]`, transposed ones
//! `[in, out, k, k]`, dense weights `[outputs, inputs]`. All parameters lie in one flat vector,
//! layer after layer, weights before the bias; [`Sequential::parameters`] says where.
//!
//! ```
//! use concertina_kernels::{Activation, Layer, Sequential};
//!
//! let dense = Layer::Dense { outputs: 3, activation: Activation::Relu };
//! let model = Sequential::new([1, 8, 8], &[Layer::MaxPool2d, dense])?;
//! assert_eq!(model.output(), [3, 1, 1]);
//! let parameters = vec![0.1; model.n_parameters()];
//! let x = vec![1.0; 2 * 64];
//! let (y, tape) = model.forward_taped(&parameters, &x, 2);
//! assert_eq!(y.len(), 2 * 3);
//!
//! let mut grad_parameters = vec![0.0; model.n_parameters()];
//! model.backward(&parameters, &x, &tape, &[1.0; 6], &mut grad_parameters, None);
//! assert_eq!(grad_parameters[0], 2.0);
//! # Ok::<(), concertina_kernels::SequentialError>(())
//! ```
//!
//! # How it is done
//!
//! Sixteen images travel together, one in each lane of a vector (`lanes`). Every layer is then the
//! same short loop for every image size: no vector is ever partly filled, whatever the width, and
//! no border needs a special case. Convolutions, pooling and upsampling run image by image (sixteen
//! at a time) within a core's cache (`run::local`), dense layers over the whole batch
//! (`run::dense`).
//!
//! A convolution after a nearest-neighbour upsampling, a strided one, a transposed one, and the
//! gradient of any of them with respect to its input are one operation with different tables
//! (`conv::axis`). Sums over 3x3 neighbours of sixteen channels or more take less than half the
//! products (`conv::winograd`).
//!
//! The modules are listed below in the order in which to read them: each imports only from those
//! above it.
//!
//! # Determinism
//!
//! The result depends on the arguments and the machine, never on the number of threads: every sum
//! is taken in an order fixed by the sizes alone. What a forward pass says of an example does not
//! depend on the other examples of the batch either, to the bit. All instruction sets that have a
//! fused multiply-add give the same bits.

mod divisor;
mod math;

mod layer;

mod error;
mod parameter;

mod check;

mod lanes;
mod plane;

mod simd;

mod images;
mod pool;
mod resize;
mod strips;

mod rearrange;
mod upsample;

mod enlarge;
mod join;

mod conv;
mod product;

mod run;

mod tape;

mod tiling;

mod sequential;

mod categorical;
mod loss;
mod matmul;
mod optimiser;
mod peak;
mod sigmoid;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

pub use categorical::categorical_cross_entropy;
pub use error::SequentialError;
pub use layer::{Activation, Core, Join, Layer, LstmDecoder, Padding, Shape, Voice};
pub use loss::Loss;
pub use matmul::{addmm, matmul};
pub use optimiser::{Adadelta, Adam, Rmsprop, norm};
pub use parameter::{Parameter, Role};
pub use peak::{instructions, peak_flops};
pub use product::Matrix;
pub use resize::bicubic_taps;
pub use run::next_token;
pub use sequential::Sequential;
pub use sigmoid::sigmoid;
pub use strips::STRIPS;
pub use tape::Tape;
pub use tiling::Tiling;
