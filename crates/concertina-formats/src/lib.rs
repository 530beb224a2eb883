//! Bytes to plain arrays and back: the file formats in which images, codes and networks come and
//! go.
//!
//! Every module takes the bytes of a whole file and returns plain vectors, or the other way round.
//! There is no reading of files here, no tensor and no unsafe code. Input may be hostile: what a
//! header claims is checked against the bytes that are there before anything is allocated for it,
//! and whatever is wrong becomes an [`Error`], never a panic.
//!
//! | module | format | read | write |
//! |---|---|---|---|
//! | [`idx`] | IDX, the format of MNIST | unsigned bytes, any rank | the same |
//! | [`gzip`] | gzip | up to a limit | - |
//! | [`tar`] | tar | plain files | - |
//! | [`zip`] | zip | files, up to a limit | - |
//! | [`npy`] | `NumPy` array | all plain number types | the same |
//! | [`npz`] | zip of `NumPy` arrays | stored or deflated | stored |
//! | [`cifar`] | CIFAR-10 binary batch | yes | yes |
//! | [`onnx`] | networks as ONNX | - | yes |
//! | [`tensorboard`] | curves for TensorBoard | - | yes |
//! | [`csv`] | matrix of numbers with names and labels | yes | yes |

#![forbid(unsafe_code)]

mod error;
mod protobuf;

pub mod cifar;
pub mod csv;
pub mod gzip;
pub mod idx;
pub mod npy;
pub mod npz;
pub mod onnx;
pub mod tar;
pub mod tensorboard;
pub mod zip;

pub use error::{Error, Result};
