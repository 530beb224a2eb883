//! Downloaded archives become the folders of named sets.

use std::path::Path;

use concertina::artifact::AtomicFolder;
use concertina::{Error, Result};
use concertina_formats::zip;

/// The most bytes that the files of a set of music have together.
const LIMIT: usize = 256 << 20;

/// Unpacks what is in the one folder of a zip archive to `folder`, which appears when it is
/// complete.
///
/// # Errors
/// If it is no such archive, or has fewer MIDI files than `pieces`.
pub(crate) fn unpack(archive: &[u8], pieces: usize, folder: &Path) -> Result<()> {
    let files = zip::files(archive, LIMIT)?;
    let is_piece = |file: &&zip::File| {
        let ending = Path::new(&file.name).extension();
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("mid"))
    };
    let found = files.iter().filter(is_piece).count();
    if found < pieces {
        return Err(Error::data(format!(
            "expected an archive with {pieces} MIDI files, found {found}"
        )));
    }
    let mut unpacked = AtomicFolder::create(folder)?;
    for file in &files {
        if let Some((_, name)) = file.name.split_once('/') {
            unpacked.write(name, &file.data)?;
        }
    }
    unpacked.finish()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::{Cursor, Write};

    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;
    use fs_err as fs;

    use super::*;

    #[test]
    fn an_archive_becomes_a_folder_once_it_is_complete() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["set-1.0/MIDI/a.mid", "set-1.0/MIDI/b.MID", "set-1.0/LICENSE", "stray"] {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(name.as_bytes()).unwrap();
        }
        let archive = writer.finish().unwrap().into_inner();
        let cache = tempfile::tempdir().unwrap();
        let folder = cache.path().join("set");

        let error = unpack(&archive, 3, &folder).unwrap_err().to_string();
        assert!(error.contains("expected an archive with 3 MIDI files, found 2"), "{error}");
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);

        unpack(&archive, 2, &folder).unwrap();
        for name in ["MIDI/a.mid", "MIDI/b.MID", "LICENSE"] {
            let content = fs::read_to_string(folder.join(name)).unwrap();
            assert_eq!(content, format!("set-1.0/{name}"));
        }
        assert!(!folder.join("stray").exists());
    }
}
