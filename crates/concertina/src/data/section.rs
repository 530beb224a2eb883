//! A part of a file: read as if it were one, or at once.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use fs_err as fs;

/// The bytes of a file in a range. Position 0 is where the range begins.
pub(super) struct Section {
    file: fs::File,
    range: Range<u64>,
    position: u64,
}

impl Section {
    /// Of an open file. What is beyond the file's end reads as its end.
    ///
    /// # Errors
    /// If the file cannot be sought in.
    pub(super) fn new(mut file: fs::File, range: Range<u64>) -> io::Result<Self> {
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Self { file, range, position: 0 })
    }

    fn len(&self) -> u64 {
        self.range.end - self.range.start
    }
}

impl Read for Section {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(self.position);
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let n = self.file.read(&mut into[..most])?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Section {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        let at = position.and_then(|position| self.range.start.checked_add(position));
        let (Some(position), Some(at)) = (position, at) else {
            let message = "expected a position within the file, found one before or beyond it";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        self.file.seek(SeekFrom::Start(at))?;
        self.position = position;
        Ok(position)
    }
}

/// Fills `into` with the bytes of a file from `offset` on. Any number of threads can read one file.
///
/// # Errors
/// If the file cannot be read, or ends before.
#[cfg(unix)]
pub(super) fn read_exact_at(file: &fs::File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file.file(), into, offset)
}

/// As the other.
#[cfg(windows)]
pub(super) fn read_exact_at(
    file: &fs::File,
    mut into: &mut [u8],
    mut offset: u64,
) -> io::Result<()> {
    while !into.is_empty() {
        let n = std::os::windows::fs::FileExt::seek_read(file.file(), into, offset)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        (into, offset) = (&mut into[n..], offset + n as u64);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Cursor;

    use super::*;

    /// Whatever is asked of it, a section answers as its bytes in memory do.
    #[test]
    fn reads_and_seeks_as_the_bytes_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bytes");
        fs::write(&path, (0..100).collect::<Vec<u8>>()).unwrap();
        let mut section = Section::new(fs::File::open(&path).unwrap(), 30..70).unwrap();
        let mut memory = Cursor::new((30..70).collect::<Vec<u8>>());
        for to in [
            SeekFrom::Start(0),
            SeekFrom::Start(35),
            SeekFrom::Current(-3),
            SeekFrom::End(-1),
            SeekFrom::End(5),
            SeekFrom::Current(-100),
            SeekFrom::Start(u64::MAX),
            SeekFrom::Start(7),
        ] {
            let (found, expected) = (section.seek(to), memory.seek(to));
            // A position beyond any file is refused by the system, not by a cursor.
            if to == SeekFrom::Start(u64::MAX) {
                assert!(found.is_err());
                memory.seek(SeekFrom::Start(0)).unwrap();
                section.seek(SeekFrom::Start(0)).unwrap();
                continue;
            }
            assert_eq!(found.ok(), expected.ok(), "{to:?}");
            for n in [0, 4, 9] {
                let (mut some, mut same) = ([0; 9], [0; 9]);
                let found = section.read(&mut some[..n]).unwrap();
                assert_eq!(found, memory.read(&mut same[..n]).unwrap(), "{to:?}");
                assert_eq!(some, same, "{to:?}");
            }
        }
    }
}
