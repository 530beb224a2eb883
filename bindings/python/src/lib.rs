//! The compiled part of the Python package `concertina`: data, recipes, training and models, on
//! NumPy arrays.
//!
//! What Python sees is described where Python looks for it: in
//! `py_src/concertina/_concertina.pyi`.

mod error;

mod process;

mod array;

mod labels;

mod plain;

mod recipe;

mod source;

mod dataset;

mod model;

mod event;

mod train;

use pyo3::prelude::*;

/// Autoencoders: train on unlabelled images or music, encode, decode, sample.
#[pymodule]
mod _concertina {
    #[pymodule_export]
    use super::dataset::Dataset;
    #[pymodule_export]
    use super::model::Model;
    #[pymodule_export]
    use super::recipe::Recipe;
    #[pymodule_export]
    use super::train::{resume, train};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
