//! zip, read only: the files in an archive, unpacked.

use std::io::{Cursor, Read};

use ::zip::ZipArchive;

use crate::{Error, Result};

/// More files than this are refused.
pub const MAX_FILES: usize = 100_000;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The name, relative, with `/` between folders and none of them `..`.
    pub name: String,
    /// The content.
    pub data: Vec<u8>,
}

/// The files of an archive, in its order; folders are passed over.
///
/// # Errors
/// If the bytes are no zip archive, a file is corrupt (its checksum is verified) or its name leads
/// out of the folder that it is unpacked to, there are more than [`MAX_FILES`], or together they
/// unpack to more than `limit` bytes.
pub fn files(bytes: &[u8], limit: usize) -> Result<Vec<File>> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::malformed(format!("expected a zip archive, found other bytes ({error})"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MAX_FILES {
        return Err(Error::malformed(format!(
            "expected at most {MAX_FILES} files in a zip archive, found {}",
            archive.len()
        )));
    }
    let (mut files, mut left) = (Vec::new(), limit);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| broken(&error))?;
        if !entry.is_file() {
            continue;
        }
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        if !is_within(&name) {
            return Err(Error::malformed(format!(
                "expected names of files within the archive, found `{name}`"
            )));
        }
        // The size in the archive's directory may lie, so what really comes out is counted.
        let mut data = Vec::new();
        entry.take((left as u64).saturating_add(1)).read_to_end(&mut data).map_err(|error| {
            Error::malformed(format!("zip entry `{name}` is corrupt ({error})"))
        })?;
        left =
            left.checked_sub(data.len()).ok_or_else(|| Error::too_large("zip archive", limit))?;
        files.push(File { name, data });
    }
    Ok(files)
}

/// Whether a name stays in the folder that it is relative to, on any system.
fn is_within(name: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    !name.contains(['\\', ':', '\0']) && name.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Write;

    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_directory("folder/", SimpleFileOptions::default()).unwrap();
        for (name, data) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(data).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let bytes = archive(&[("folder/a.mid", b"one"), ("b", &[7; 1000])]);
        let files = files(&bytes, 1003).unwrap();
        assert_eq!(files[0], File { name: "folder/a.mid".to_owned(), data: b"one".to_vec() });
        assert_eq!((files.len(), &files[1].data[..]), (2, &[7; 1000][..]));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let bytes = archive(&[("a", &[7; 1000])]);
        assert!(files(&bytes, 999).unwrap_err().is_too_large());
        for name in ["../a", "/a", "a/../../b", "a\\b", "c:a", "a//b", "./a"] {
            let error = files(&archive(&[(name, b"")]), 9).unwrap_err().to_string();
            assert!(error.contains("names of files within the archive"), "{name}: {error}");
        }
        for end in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            assert!(files(&bytes[..end], 9999).is_err(), "{end}");
        }
        // The headers of the folder and of the file end with their names; then the file begins.
        let start = (30 + "folder/".len()) + (30 + "a".len());
        let mut damaged = bytes;
        damaged[start + 2] ^= 1;
        assert!(files(&damaged, 9999).unwrap_err().to_string().contains("`a` is corrupt"));
    }
}
