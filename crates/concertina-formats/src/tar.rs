//! tar, read only: the plain files in an archive, where they lie.
//!
//! An archive is a row of 512-byte blocks: a header block for each file with its name and its size
//! in octal digits, then the content, padded to whole blocks. A name that is too long for its field
//! stands in a record of its own before the header, as GNU's tar writes it or as POSIX's pax does.
//! What is not a plain file (folders, links, other records) is passed over.

use std::ops::Range;

use crate::{Error, Result};

const BLOCK: usize = 512;
/// Bytes of a record beside a header, at most: it has a name, and times and owners.
const MOST_RECORD: u64 = 1 << 20;

/// A plain file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name as stored, with `/` between folders. It may lead anywhere: nothing is to be written
    /// there without a look at it.
    pub name: String,
    /// The bytes of the archive that are its content.
    pub place: Range<u64>,
}

/// The plain files of an archive in memory, in their order.
///
/// # Errors
/// If a header's checksum is wrong, a name is not UTF-8, or an entry is cut short.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>> {
    scan(bytes.len() as u64, |at, into| {
        into.copy_from_slice(&bytes[at as usize..][..into.len()]);
        Ok(())
    })
}

/// The plain files of an archive of `length` bytes, in their order, of which headers alone are
/// read: by `read`, which fills a buffer with what begins at an offset. It is never asked for more
/// than there is.
///
/// # Errors
/// As [`entries`], or what `read` returns.
pub fn scan<E: From<Error>>(
    length: u64,
    mut read: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<Vec<Entry>, E> {
    let mut entries = Vec::new();
    // What records said of the file whose header comes next.
    let mut ahead = Ahead::default();
    let mut at = 0;
    // The archive ends with zero blocks, or, from careless writers, with the last entry.
    while at < length {
        if length - at < BLOCK as u64 {
            return Err(Error::length("tar header", BLOCK as u128, (length - at) as usize).into());
        }
        let mut block = [0; BLOCK];
        read(at, &mut block)?;
        if block.iter().all(|&byte| byte == 0) {
            break;
        }
        check_sum(&block, at)?;
        let kind = block[156];
        let own = match kind {
            b'x' | b'g' | b'L' | b'K' => Ahead::default(),
            _ => std::mem::take(&mut ahead),
        };
        let name = match own.name {
            Some(name) => name,
            None => name(&block)?,
        };
        let size = own.size.or_else(|| number(&block[124..136])).ok_or_else(|| {
            Error::malformed(format!("tar entry `{name}` has an unreadable size"))
        })?;
        let start = at + BLOCK as u64;
        let end = start.checked_add(size).filter(|&end| end <= length).ok_or_else(|| {
            let found = usize::try_from(length - start).unwrap_or(usize::MAX);
            Error::length(format!("tar entry `{name}`"), size.into(), found)
        })?;
        match kind {
            b'0' | 0 => entries.push(Entry { name, place: start..end }),
            b'x' | b'L' if size > MOST_RECORD => {
                let message = format!("tar record `{name}` has {size} bytes, more than a name");
                return Err(Error::malformed(message).into());
            }
            b'x' | b'L' => {
                let mut record = vec![0; size as usize];
                read(start, &mut record)?;
                match kind {
                    b'x' => ahead.pax(&record)?,
                    _ => ahead.name = Some(text(&record)?.to_owned()),
                }
            }
            _ => {}
        }
        at = end.next_multiple_of(BLOCK as u64).min(length);
    }
    Ok(entries)
}

/// What records before a header say instead of it.
#[derive(Default)]
struct Ahead {
    name: Option<String>,
    size: Option<u64>,
}

impl Ahead {
    /// Takes the lines of a pax record, `LENGTH KEY=VALUE`; the length is that of the whole line.
    fn pax(&mut self, mut record: &[u8]) -> Result<()> {
        let malformed = || Error::malformed("expected lines `LENGTH KEY=VALUE` in a tar record");
        while !record.is_empty() && record[0] != 0 {
            let space = record.iter().position(|&byte| byte == b' ').ok_or_else(malformed)?;
            let length = decimal(&record[..space]).ok_or_else(malformed)? as usize;
            let line = record.get(space + 1..length).ok_or_else(malformed)?;
            let line = line.strip_suffix(b"\n").ok_or_else(malformed)?;
            let equals = line.iter().position(|&byte| byte == b'=').ok_or_else(malformed)?;
            let (key, value) = (&line[..equals], &line[equals + 1..]);
            match key {
                b"path" => self.name = Some(text(value)?.to_owned()),
                b"size" => self.size = Some(decimal(value).ok_or_else(malformed)?),
                _ => {}
            }
            record = &record[length..];
        }
        Ok(())
    }
}

/// The name in a header; in the format of POSIX its first part may stand in a field of its own.
fn name(block: &[u8; BLOCK]) -> Result<String> {
    let name = text(&block[..100])?;
    let is_posix = &block[257..263] == b"ustar\0";
    let prefix = if is_posix { text(&block[345..500])? } else { "" };
    Ok(if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") })
}

/// The sum of a header's bytes, the sum's own field counted as spaces, stands in the header.
fn check_sum(header: &[u8; BLOCK], offset: u64) -> Result<()> {
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(i, &byte)| u64::from(if (148..156).contains(&i) { b' ' } else { byte }))
        .sum();
    if number(&header[148..156]) == Some(sum) {
        Ok(())
    } else {
        Err(Error::malformed(format!("expected a tar header at byte {offset}, found other bytes")))
    }
}

/// A number in octal digits, with spaces before and a space or zero byte after; or, in GNU's tar
/// for those that have too many, in bytes after one that is 128.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((128, bytes)) = field.split_first() {
        return bytes.iter().try_fold(0u64, |n, &byte| Some(n.checked_mul(256)? + u64::from(byte)));
    }
    let field = field.trim_ascii_start();
    let digits = field.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let (digits, end) = field.split_at(digits);
    if digits.is_empty() || !end.iter().all(|byte| matches!(byte, b' ' | 0)) {
        return None;
    }
    digits.iter().try_fold(0u64, |n, digit| n.checked_mul(8)?.checked_add((digit - b'0').into()))
}

/// A number in decimal digits.
fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A text that ends with the first zero byte.
fn text(field: &[u8]) -> Result<&str> {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    std::str::from_utf8(&field[..end])
        .map_err(|_| Error::malformed("tar entry's name is not UTF-8"))
}
