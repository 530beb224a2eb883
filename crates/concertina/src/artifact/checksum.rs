//! SHA-256.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use crate::text::hexadecimal;

/// The SHA-256 of what is written to it.
#[derive(Default)]
pub(crate) struct Digest(Sha256);

impl Digest {
    /// In hexadecimal.
    pub(crate) fn finish(self) -> String {
        hexadecimal(&self.0.finalize())
    }
}

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

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
