//! gzip, read only, with a limit on what comes out.

use std::io::{ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use crate::{Error, Result};

/// Bytes that are unpacked first, to read a header.
pub const BEGINNING: usize = 1 << 16;

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
    unpack_as_told(bytes, limit, |_| Ok(limit as u128 + 1))
}

/// As [`unpack`], of data that begins with a header: `length` is given the first [`BEGINNING`]
/// unpacked bytes, and says how many there are in all. Not more than one byte beyond that is
/// unpacked, which is left for the format's own check to find.
///
/// # Errors
/// As [`unpack`], or that of `length`.
pub fn unpack_as_told(
    bytes: &[u8],
    limit: usize,
    length: impl FnOnce(&[u8]) -> Result<u128>,
) -> Result<Vec<u8>> {
    if !is_gzip(bytes) {
        return Err(Error::malformed("expected gzip (1f 8b ..), found other bytes"));
    }
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::UnexpectedEof => {
            Error::malformed(format!("gzip data is cut short after {} bytes", bytes.len()))
        }
        ErrorKind::OutOfMemory => {
            Error::malformed("gzip data unpacks to more than there is memory for")
        }
        _ => Error::malformed(format!("gzip data is corrupt ({error})")),
    };
    let mut unpacked = Vec::new();
    let mut data = MultiGzDecoder::new(bytes);
    // `read_to_end` grows the vector as bytes arrive: a small file never costs a large allocation
    // at once.
    data.by_ref().take(BEGINNING as u64).read_to_end(&mut unpacked).map_err(failed)?;
    let length = length(&unpacked)?;
    if length > limit as u128 + 1 {
        return Err(Error::too_large("gzip data", limit));
    }
    let rest = (length as u64 + 1).min(limit as u64 + 1).saturating_sub(unpacked.len() as u64);
    data.take(rest).read_to_end(&mut unpacked).map_err(failed)?;
    if unpacked.len() > limit {
        return Err(Error::too_large("gzip data", limit));
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn no_more_is_unpacked_than_a_header_tells_of() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&vec![0; 20 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        let unpacked = unpack_as_told(&packed, 1 << 30, |beginning| {
            assert_eq!(beginning.len(), BEGINNING);
            Ok(100_000)
        });
        assert_eq!(unpacked.unwrap().len(), 100_001);
        let refused = unpack_as_told(&packed, 1 << 30, |_| Err(Error::malformed("no header")));
        assert_eq!(refused.unwrap_err().to_string(), "no header");
        assert_eq!(unpack(&packed, 20 << 20).unwrap().len(), 20 << 20);
        assert!(unpack(&packed, (20 << 20) - 1).unwrap_err().is_too_large());
        assert!(unpack_as_told(&packed, 100, |_| Ok(200)).unwrap_err().is_too_large());
    }
}
