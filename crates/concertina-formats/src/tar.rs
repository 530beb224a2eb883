//! tar, read only: the plain files in an archive, without copying them.
//!
//! An archive is a row of 512-byte blocks: a header block for each file with its name and its size
//! in octal digits, then the content, padded to whole blocks. What is not a plain file (folders,
//! links, extension records) is passed over.

use crate::{Error, Result};

const BLOCK: usize = 512;

/// A plain file in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The name as stored, with `/` between folders; what is not UTF-8 makes the archive malformed.
    pub name: &'a str,
    /// The content.
    pub data: &'a [u8],
}

/// The plain files of an archive, in their order.
///
/// # Errors
/// If a header's checksum is wrong, or an entry is cut short.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    // The archive ends with zero blocks, or, from careless writers, with the last entry.
    while let Some((header, after)) = rest.split_first_chunk::<BLOCK>() {
        if header.iter().all(|&byte| byte == 0) {
            return Ok(entries);
        }
        check_sum(header, bytes.len() - rest.len())?;
        let name = text(&header[..100])?;
        let size = octal(&header[124..136]).ok_or_else(|| {
            Error::malformed(format!("tar entry `{name}` has an unreadable size"))
        })?;
        let data = after.get(..size).ok_or_else(|| {
            Error::length(format!("tar entry `{name}`"), size as u128, after.len())
        })?;
        if matches!(header[156], b'0' | 0) {
            entries.push(Entry { name, data });
        }
        rest = &after[size.next_multiple_of(BLOCK).min(after.len())..];
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(Error::length("tar header", BLOCK as u128, rest.len()))
    }
}

/// The sum of a header's bytes, the sum's own field counted as spaces, stands in the header.
fn check_sum(header: &[u8; BLOCK], offset: usize) -> Result<()> {
    let sum: usize = header
        .iter()
        .enumerate()
        .map(|(i, &byte)| usize::from(if (148..156).contains(&i) { b' ' } else { byte }))
        .sum();
    if octal(&header[148..156]) == Some(sum) {
        Ok(())
    } else {
        Err(Error::malformed(format!("expected a tar header at byte {offset}, found other bytes")))
    }
}

/// A number in octal digits, with spaces before and a space or zero byte after.
fn octal(field: &[u8]) -> Option<usize> {
    let field = field.trim_ascii_start();
    let digits = field.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (digits, end) = field.split_at(digits);
    if digits.is_empty() || !end.iter().all(|byte| matches!(byte, b' ' | 0)) {
        return None;
    }
    digits.iter().try_fold(0usize, |n, digit| n.checked_mul(8)?.checked_add((digit - b'0').into()))
}

/// A text that ends with the first zero byte.
fn text(field: &[u8]) -> Result<&str> {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    std::str::from_utf8(&field[..end])
        .map_err(|_| Error::malformed("tar entry's name is not UTF-8"))
}
