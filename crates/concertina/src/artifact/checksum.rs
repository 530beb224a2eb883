//! SHA-256.

use sha2::{Digest, Sha256};

use crate::text::hexadecimal;

/// The SHA-256 of `bytes`, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
