//! Files cut short at every length and with every byte changed: an error or other values, never a
//! panic.

use std::io::Write;

use concertina_formats::cifar::{self, Batch};
use concertina_formats::csv::{self, Table};
use concertina_formats::npy::{self, Array, Values};
use concertina_formats::{gzip, idx, npz, tar};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

const LIMIT: usize = 1 << 20;

/// A good file, and whether it can be read.
type Sample = (&'static str, Vec<u8>, fn(&[u8]) -> bool);

fn samples() -> Vec<Sample> {
    let array = |values| Array { shape: vec![2, 3], values };
    let arrays = [
        ("a".to_owned(), array(Values::F32(vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5]))),
        ("b".to_owned(), array(Values::I64(vec![1, 2, 3, 4, 5, 6]))),
    ];
    let batch = Batch { labels: vec![3], pixels: vec![7; cifar::IMAGE_BYTES] };
    let table = Table {
        columns: vec!["z0".to_owned(), "z1".to_owned()],
        values: vec![1.0, 2.0, 3.0, 4.5],
        names: Some(vec!["a \"b\"".to_owned(), "c,d".to_owned()]),
        labels: None,
    };
    vec![
        ("idx", idx::write(&[2, 2, 3], &[5; 12]).unwrap(), |bytes| idx::parse(bytes).is_ok()),
        ("gzip", pack(&[5; 100]), |bytes| gzip::unpack(bytes, LIMIT).is_ok()),
        ("tar", archive("folder/a.bin", &[5; 700]), |bytes| tar::entries(bytes).is_ok()),
        ("npy", npy::write(&arrays[0].1).unwrap(), |bytes| npy::parse(bytes).is_ok()),
        ("npz", npz::write(&arrays).unwrap(), |bytes| npz::parse(bytes, LIMIT).is_ok()),
        ("cifar", cifar::write(&batch).unwrap(), |bytes| cifar::parse(bytes).is_ok()),
        ("csv", csv::write(&table).unwrap(), |bytes| csv::parse(bytes).is_ok()),
    ]
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar archive of one file, with the two zero blocks at its end.
fn archive(name: &str, data: &[u8]) -> Vec<u8> {
    let mut header = [0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", data.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = b'0';
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = header.to_vec();
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
    bytes
}

#[test]
fn the_samples_are_good() {
    for (name, bytes, reads) in samples() {
        assert!(reads(&bytes), "{name}");
    }
    assert_eq!(gzip::unpack(&pack(&[5; 100]), 100).unwrap(), [5; 100]);
    let bytes = archive("folder/a.bin", &[5; 700]);
    let entries = tar::entries(&bytes).unwrap();
    assert_eq!(entries, [tar::Entry { name: "folder/a.bin".to_owned(), place: 512..1212 }]);
}

#[test]
fn a_file_cut_short_is_an_error() {
    for (name, bytes, reads) in samples() {
        for length in 0..bytes.len() {
            let read = reads(&bytes[..length]);
            // A csv may end anywhere, and a tar archive after the content of its last file.
            let may_read = name == "csv" || (name == "tar" && (length == 0 || length >= 512 + 700));
            assert!(!read || may_read, "{name} cut to {length} of {} bytes", bytes.len());
        }
    }
}

#[test]
fn a_changed_byte_does_no_harm() {
    for (_, bytes, reads) in samples() {
        for place in 0..bytes.len() {
            for change in [0x01, 0x80, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[place] ^= change;
                reads(&damaged);
            }
        }
    }
}

#[test]
fn a_changed_byte_of_gzip_is_noticed() {
    let content = [5; 100];
    let bytes = pack(&content);
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x10;
        // Time, operating system and the like stand in the header without a checksum.
        let unpacked = gzip::unpack(&damaged, LIMIT);
        assert!(unpacked.is_err() || unpacked.unwrap() == content, "byte {place}");
    }
}

proptest! {
    #[test]
    fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for (_, _, reads) in samples() {
            reads(&bytes);
        }
    }

    #[test]
    fn any_npy_header_does_no_harm(
        text in concat!(
            "\\{('(descr|fortran_order|shape)': ?('[<>|][a-zA-Z][0-9]'|True|",
            "\\([0-9, L]{0,9}\\)|\\[.{0,9}\\]?),? ?){0,4}\\}? ?"
        ),
        data: [u8; 8],
    ) {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.bytes());
        bytes.extend(data);
        let _ = npy::parse(&bytes);
    }
}
