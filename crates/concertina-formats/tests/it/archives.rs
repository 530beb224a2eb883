//! Archives as Python's `tarfile` writes them; `archives/make.py` tells what is in them.

use concertina_formats::tar::{self, Entry};
use concertina_formats::{Error, Result};

/// The names and contents of an archive's files.
fn read(bytes: &[u8]) -> Vec<(String, String)> {
    let content = |entry: &Entry| {
        let place = entry.place.start as usize..entry.place.end as usize;
        String::from_utf8(bytes[place].to_vec()).unwrap()
    };
    let entries = tar::entries(bytes).unwrap();
    entries.iter().map(|entry| (entry.name.clone(), content(entry))).collect()
}

#[test]
fn names_of_any_length_are_read_in_all_formats() {
    let deep = format!("{}/file.txt", ["folder".repeat(5).as_str(); 4].join("/"));
    let files = [
        ("plain.txt".to_owned(), "plain".to_owned()),
        (format!("{}.txt", "n".repeat(120)), "long".repeat(200)),
        (deep, "deep".to_owned()),
        ("../outside.txt".to_owned(), "outside".to_owned()),
        ("été.txt".to_owned(), "summer".to_owned()),
    ];
    assert_eq!(read(include_bytes!("archives/gnu.tar")), files);
    assert_eq!(read(include_bytes!("archives/pax.tar")), files);
    let mut short = files.to_vec();
    short.remove(1);
    assert_eq!(read(include_bytes!("archives/ustar.tar")), short);
}

/// Of an archive that is larger than memory headers alone are read.
#[test]
fn contents_are_not_read() {
    let header = include_bytes!("archives/huge.tar");
    let (length, mut calls) = (512 + (9 << 30) + 1024, 0);
    let entries: Result<Vec<Entry>> = tar::scan(length, |at, into| {
        calls += 1;
        into.fill(0);
        if at == 0 {
            into.copy_from_slice(&header[..into.len()]);
        }
        Ok(())
    });
    let expected = Entry { name: "huge.bin".to_owned(), place: 512..512 + (9 << 30) };
    assert_eq!((entries.unwrap(), calls), (vec![expected], 2));
    let cut: Result<Vec<Entry>, Error> = tar::scan(1 << 30, |_, into| {
        into.copy_from_slice(&header[..into.len()]);
        Ok(())
    });
    let message = "expected 9663676416 bytes of tar entry `huge.bin`, found 1073741312";
    assert_eq!(cut.unwrap_err().to_string(), message);
}

#[test]
fn a_changed_or_missing_byte_does_no_harm() {
    for bytes in [
        &include_bytes!("archives/gnu.tar")[..],
        include_bytes!("archives/pax.tar"),
        include_bytes!("archives/ustar.tar"),
    ] {
        for place in 0..bytes.len() {
            for change in [0x01, 0x10, 0x80, 0xFF] {
                let mut damaged = bytes.to_vec();
                damaged[place] ^= change;
                let length = damaged.len() as u64;
                for Entry { place, .. } in tar::entries(&damaged).unwrap_or_default() {
                    assert!(place.start <= place.end && place.end <= length);
                }
            }
            let _read = tar::entries(&bytes[..place]);
        }
    }
}
