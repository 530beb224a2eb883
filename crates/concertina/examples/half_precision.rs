//! Writes a trained model with numbers of 16 bits: half the size, nearly the same answers.
//!
//! ```text
//! cargo run --release --example half_precision -- runs/photo-2x photo-2x.safetensors
//! ```

use std::path::Path;

use concertina::artifact::{Precision, write_whole};
use concertina::prelude::*;

fn main() -> Result<()> {
    let [run, to] = std::env::args()
        .skip(1)
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| Error::config("expected a run folder and the name of a file"))?;
    let bytes = Model::open(run)?.to_bytes_of(Precision::Half);
    // What cannot be held by 16 bits is infinite, and an error here.
    Model::from_bytes(&bytes)?;
    write_whole(Path::new(&to), &bytes)
}
