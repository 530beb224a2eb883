//! SHA-256.

use sha2::{Digest, Sha256};

use crate::text::hexadecimal;

/// The SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    sha256_of(&[bytes])
}

/// The same of pieces that follow one another.
pub(crate) fn sha256_of(pieces: &[impl AsRef<[u8]>]) -> String {
    let mut digest = Sha256::new();
    for piece in pieces {
        digest.update(piece);
    }
    hexadecimal(&digest.finalize())
}
