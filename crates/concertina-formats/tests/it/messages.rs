//! The exact words for files that lie.

use concertina_formats::npy::{Array, Values};
use concertina_formats::{Result, cifar, csv, gzip, idx, npy, npz, tar};

#[track_caller]
fn check<T: std::fmt::Debug>(result: Result<T>, message: &str) {
    assert_eq!(result.unwrap_err().to_string(), message);
}

fn npy_file(header: &str, data: &[u8]) -> Vec<u8> {
    let length = (header.len() as u16).to_le_bytes();
    [&b"\x93NUMPY\x01\x00"[..], &length, header.as_bytes(), data].concat()
}

#[test]
fn idx() {
    let header = |kind: u8, axes: &[u32]| {
        let axes = axes.iter().flat_map(|axis| axis.to_be_bytes());
        [0, 0, kind, (axes.clone().count() / 4) as u8].into_iter().chain(axes).collect::<Vec<u8>>()
    };
    check(idx::parse(b""), "expected 4 bytes of IDX header, found 0");
    check(idx::parse(b"PNG!"), "expected an IDX header (00 00 08 ..), found 50 4e 47 21");
    check(
        idx::parse(&header(0x0D, &[1])),
        "expected IDX values of type 0x08 (unsigned bytes), found type 0x0d (32-bit floats)",
    );
    check(idx::parse(&header(8, &[1, 2])[..9]), "expected 12 bytes of IDX header, found 9");
    check(
        idx::parse(&header(8, &[60_000, 28, 28])),
        "expected 47040000 bytes of IDX values (shape 60000x28x28), found 0",
    );
    check(
        idx::parse(&header(8, &[u32::MAX, u32::MAX])),
        "expected 18446744065119617025 bytes of IDX values (shape 4294967295x4294967295), found 0",
    );
    check(
        idx::parse(&header(8, &[u32::MAX; 5])),
        "IDX header claims more values than can be counted \
         (shape 4294967295x4294967295x4294967295x4294967295x4294967295), found 0 bytes",
    );
    check(
        idx::parse(&[header(8, &[1]), vec![1, 2]].concat()),
        "expected 1 bytes of IDX values (shape 1), found 2",
    );
    check(idx::write(&[2, 2], &[0; 3]), "shape 2x2 does not hold 3 values");
}

#[test]
fn gzip() {
    check(gzip::unpack(b"text", 9), "expected gzip (1f 8b ..), found other bytes");
    check(gzip::unpack(b"\x1f\x8b\x08", 9), "gzip data is cut short after 3 bytes");
    check(
        gzip::unpack(&[0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0], 9),
        "gzip data is corrupt (invalid gzip header)",
    );
}

#[test]
fn npy() {
    check(npy::parse(b"PK"), "expected a npy file (beginning with 93 `NUMPY`), found other bytes");
    check(npy::parse(b"\x93NUMPY\x01\x00\xff"), "npy header is cut short after 9 bytes");
    check(npy::parse(b"\x93NUMPY\x09\x00"), "expected npy format version 1, 2 or 3, found 9");
    check(
        npy::parse(&npy_file("{'shape': (3,)}", &[])),
        "expected a npy header with descr, fortran_order and shape, found `{'shape': (3,)}`",
    );
    let header = |shape: &str| {
        npy_file(
            &format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"),
            &[0; 8],
        )
    };
    check(
        npy::parse(&header("(3,)")),
        "expected 12 bytes of npy values (shape [3], type `<f4`), found 8",
    );
    check(
        npy::parse(&header("(4294967296, 4294967296)")),
        "npy header claims more values than can be counted (shape [4294967296, 4294967296])",
    );
    check(
        npy::parse(&header(&format!("({})", "1, ".repeat(65)))),
        "expected an array of at most 64 axes, found 65",
    );
    check(
        npy::write(&Array { shape: vec![2], values: Values::U8(vec![1]) }),
        "shape [2] does not hold 1 values",
    );
}

#[test]
fn npz() {
    let error = npz::parse(b"no zip at all", 100).unwrap_err().to_string();
    assert!(
        error.starts_with("expected a zip archive of npy files, found other bytes ("),
        "{error}"
    );
    let array = Array { shape: vec![100], values: Values::U8(vec![0; 100]) };
    let bytes = npz::write(&[("x".to_owned(), array)]).unwrap();
    check(
        npz::parse(&bytes, 100),
        "npz file unpacks to more than 100 bytes, the most that is accepted",
    );
}

#[test]
fn cifar() {
    check(
        cifar::parse(&[]),
        "expected whole CIFAR-10 records of 3073 bytes, found 0 bytes (0 records and 0 bytes)",
    );
    check(
        cifar::parse(&[0; 4000]),
        "expected whole CIFAR-10 records of 3073 bytes, found 4000 bytes (1 records and 927 bytes)",
    );
    check(cifar::parse(&[10; 3073]), "expected a CIFAR-10 label below 10, found 10 in record 0");
}

#[test]
fn tar() {
    check(tar::entries(&[1; 512]), "expected a tar header at byte 0, found other bytes");
    check(tar::entries(&[1; 100]), "expected 512 bytes of tar header, found 100");
}

#[test]
fn csv() {
    check(csv::parse(b""), "expected a csv file with rows of numbers, found an empty one");
    check(csv::parse(b"a,b\n"), "expected rows of numbers after the csv header, found none");
    check(
        csv::parse(b"name,label\na,b\n"),
        "expected at least one csv column of numbers, found none",
    );
    check(csv::parse(b"a,b\n1,2\n3\n"), "expected 2 fields in line 3 of the csv file, found 1");
    check(
        csv::parse(b"a,b\n1,2\n3,four\n"),
        "expected a number in column `b`, line 3 of the csv file, found `four`",
    );
    let table = |column: &str| csv::Table {
        columns: vec![column.to_owned()],
        values: vec![1.0],
        ..csv::Table::default()
    };
    check(
        csv::write(&table("1e3")),
        "expected csv columns not named `name`, `label` or as a number, found `1e3`",
    );
    check(
        csv::write(&table("label")),
        "expected csv columns not named `name`, `label` or as a number, found `label`",
    );
    check(
        csv::parse(b"1,2\n3,NaN\n"),
        "expected a number in column `z1`, line 2 of the csv file, found `NaN`",
    );
}
