//! Files as `NumPy` itself writes them; `numpy/make.py` tells which.

use concertina_formats::npy::{self, Array, Values};
use concertina_formats::npz;

#[track_caller]
fn check(bytes: &[u8], shape: &[usize], values: Values) {
    assert_eq!(npy::parse(bytes).unwrap(), Array { shape: shape.to_vec(), values });
}

#[test]
fn plain_arrays_are_read() {
    let quarters = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25];
    let around_zero = [-3, -2, -1, 0, 1, 2];
    let even = vec![true, false, true, false, true, false];
    let half = quarters.map(|value| value as f32).to_vec();
    check(include_bytes!("numpy/uint8.npy"), &[2, 3], Values::U8((0..6).collect()));
    check(include_bytes!("numpy/bool.npy"), &[2, 3], Values::Bool(even));
    check(include_bytes!("numpy/int64.npy"), &[2, 3], Values::I64(around_zero.to_vec()));
    check(
        include_bytes!("numpy/big-endian-int16.npy"),
        &[2, 3],
        Values::I16(around_zero.map(|value| value as i16).to_vec()),
    );
    check(include_bytes!("numpy/half.npy"), &[2, 3], Values::F32(half));
    check(include_bytes!("numpy/fortran-float64.npy"), &[2, 3], Values::F64(quarters.to_vec()));
    check(include_bytes!("numpy/number.npy"), &[], Values::F32(vec![2.5]));
}

#[test]
fn what_numpy_reads_it_would_have_written() {
    // In C order and little-endian there is one way to write an array, so the bytes are the same.
    for bytes in [
        &include_bytes!("numpy/uint8.npy")[..],
        include_bytes!("numpy/bool.npy"),
        include_bytes!("numpy/int64.npy"),
        include_bytes!("numpy/number.npy"),
    ] {
        assert_eq!(npy::write(&npy::parse(bytes).unwrap()).unwrap(), bytes);
    }
}

#[test]
fn other_arrays_are_refused_by_name() {
    let message = |bytes: &[u8]| npy::parse(bytes).unwrap_err().to_string();
    assert_eq!(
        message(include_bytes!("numpy/text.npy")),
        "expected an array of plain numbers, found type `<U10` (text)"
    );
    assert_eq!(
        message(include_bytes!("numpy/object.npy")),
        "expected an array of plain numbers, found type `|O` (Python objects)"
    );
    assert_eq!(
        message(include_bytes!("numpy/complex.npy")),
        "expected an array of plain numbers, found type `<c8` (complex numbers)"
    );
    assert_eq!(
        message(include_bytes!("numpy/structured.npy")),
        "expected an array of plain numbers, found the structured type `[('a', '<f4'), ('b', \
         '|u1')]`"
    );
}

#[test]
fn large_entries_are_read_up_to_the_limit() {
    let array = Array { shape: vec![200_000], values: Values::U8(vec![7; 200_000]) };
    let arrays = [("x".to_owned(), array)];
    let bytes = npz::write(&arrays).unwrap();
    // The header of an array takes 128 bytes.
    assert_eq!(npz::parse(&bytes, 200_128).unwrap(), arrays);
    assert!(npz::parse(&bytes, 200_127).unwrap_err().is_too_large());
}

#[test]
fn archives_are_read_stored_and_deflated() {
    for bytes in [&include_bytes!("numpy/stored.npz")[..], include_bytes!("numpy/deflated.npz")] {
        let arrays = npz::parse(bytes, 1 << 20).unwrap();
        assert_eq!(
            arrays,
            [
                (
                    "x_train".to_owned(),
                    Array { shape: vec![2, 3], values: Values::U8((0..6).collect()) }
                ),
                ("y_train".to_owned(), Array { shape: vec![2], values: Values::I64(vec![0, 1]) }),
            ]
        );
        assert!(npz::parse(bytes, 100).unwrap_err().is_too_large());
    }
}
