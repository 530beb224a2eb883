//! Model files: any bytes do no harm, nor does any content under a right checksum, and a model that
//! reads comes back.
//!
//! Few mutations of nothing are a model file: put a small one into `fuzz/corpus/model` first, as
//! `concertina train` writes it.

#![cfg_attr(fuzzing, no_main)]

use concertina::model::Model;
use sha2::{Digest as _, Sha256};

const MARK: &[u8] = b"sha256:";
const N_DIGITS: usize = 64;

concertina_fuzz::target!(|bytes| {
    let _ = Model::from_bytes(bytes);
    let mut summed = bytes.to_vec();
    set_checksum(&mut summed);
    if let Ok(model) = Model::from_bytes(&summed) {
        let written = model.to_bytes();
        let again = Model::from_bytes(&written).expect("what was written can be read");
        // Bytes are compared, since NaN is not equal to itself.
        assert_eq!(again.to_bytes(), written);
    }
});

/// Writes the file's right checksum where its own stands; without one, a change would never get
/// past the check of it.
fn set_checksum(bytes: &mut [u8]) {
    let mark = bytes.windows(MARK.len()).position(|window| window == MARK);
    let Some(start) = mark.map(|at| at + MARK.len()) else { return };
    let Some(place) = bytes.get_mut(start..start + N_DIGITS) else { return };
    place.fill(b'0');
    let sum = Sha256::digest(&*bytes);
    let pairs = bytes[start..start + N_DIGITS].chunks_exact_mut(2);
    for (pair, byte) in pairs.zip(sum) {
        pair.copy_from_slice(format!("{byte:02x}").as_bytes());
    }
}
