//! gzip, read only, with a limit on what comes out.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::{Error, Result};

/// True if `bytes` begin as gzip does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Unpacks `bytes`, which may be several gzip members one after the other.
///
/// # Errors
/// If the bytes are no gzip, are cut short or corrupt (the checksum in the file is verified), or
/// unpack to more than `limit` bytes.
pub fn unpack(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
    if !is_gzip(bytes) {
        return Err(Error::malformed("expected gzip (1f 8b ..), found other bytes"));
    }
    let mut unpacked = Vec::new();
    let most = (limit as u64).saturating_add(1);
    // `read_to_end` grows the vector as bytes arrive: a small file never costs a large allocation
    // at once.
    MultiGzDecoder::new(bytes).take(most).read_to_end(&mut unpacked).map_err(|error| {
        Error::malformed(match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                format!("gzip data is cut short after {} bytes", bytes.len())
            }
            _ => format!("gzip data is corrupt ({error})"),
        })
    })?;
    if unpacked.len() > limit {
        return Err(Error::too_large("gzip data", limit));
    }
    Ok(unpacked)
}
