//! What is written reads back the same.

use concertina_formats::cifar::{self, Batch};
use concertina_formats::csv::{self, Table};
use concertina_formats::idx::{self, Idx};
use concertina_formats::npy::{self, Array, Values};
use concertina_formats::npz;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Shapes of up to four short axes, some of them empty.
fn shapes() -> impl Strategy<Value = Vec<usize>> {
    vec(0usize..6, 0..5)
}

/// Values of a random type, `n` of them.
fn values(n: usize) -> impl Strategy<Value = Values> {
    prop_oneof![
        vec(any::<bool>(), n).prop_map(Values::Bool),
        vec(any::<u8>(), n).prop_map(Values::U8),
        vec(any::<i8>(), n).prop_map(Values::I8),
        vec(any::<u16>(), n).prop_map(Values::U16),
        vec(any::<i16>(), n).prop_map(Values::I16),
        vec(any::<u32>(), n).prop_map(Values::U32),
        vec(any::<i32>(), n).prop_map(Values::I32),
        vec(any::<u64>(), n).prop_map(Values::U64),
        vec(any::<i64>(), n).prop_map(Values::I64),
        vec(any::<f32>(), n).prop_map(Values::F32),
        vec(any::<f64>(), n).prop_map(Values::F64),
    ]
}

fn arrays() -> impl Strategy<Value = Array> {
    shapes().prop_flat_map(|shape| {
        let n = shape.iter().product();
        values(n).prop_map(move |values| Array { shape: shape.clone(), values })
    })
}

/// Tables of up to 5 rows and 4 columns, whose texts may hold anything, quotes and line ends too.
fn tables() -> impl Strategy<Value = Table> {
    (1usize..6, 1usize..5).prop_flat_map(|(rows, columns)| {
        let texts = option::of(vec(".*", rows));
        (vec(-1e30f32..1e30, rows * columns), texts.clone(), texts).prop_map(
            move |(values, names, labels)| Table {
                columns: (0..columns).map(|column| format!("z{column}")).collect(),
                values,
                names,
                labels,
            },
        )
    })
}

proptest! {
    #[test]
    fn idx_comes_back(shape in shapes(), seed: u8) {
        let n: usize = shape.iter().product();
        let values: Vec<u8> = (0..n).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect();
        let bytes = idx::write(&shape, &values).unwrap();
        prop_assert_eq!(idx::parse(&bytes).unwrap(), Idx { shape, values });
    }

    #[test]
    fn npy_comes_back(array in arrays()) {
        let bytes = npy::write(&array).unwrap();
        prop_assert_eq!(npy::parse(&bytes).unwrap(), array);
    }

    #[test]
    fn npz_comes_back_and_is_always_the_same(arrays in vec(arrays(), 0..4)) {
        let arrays: Vec<_> =
            (0..).zip(arrays).map(|(i, array)| (format!("array {i}"), array)).collect();
        let bytes = npz::write(&arrays).unwrap();
        prop_assert_eq!(&npz::write(&arrays).unwrap(), &bytes);
        prop_assert_eq!(npz::parse(&bytes, 1 << 20).unwrap(), arrays);
    }

    #[test]
    fn cifar_comes_back(labels in vec(0u8..10, 1..4), seed: u8) {
        let n = labels.len() * cifar::IMAGE_BYTES;
        let pixels = (0..n).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect();
        let batch = Batch { labels, pixels };
        prop_assert_eq!(cifar::parse(&cifar::write(&batch).unwrap()).unwrap(), batch);
    }

    #[test]
    fn csv_comes_back(table in tables()) {
        let bytes = csv::write(&table).unwrap();
        prop_assert_eq!(csv::parse(&bytes).unwrap(), table);
    }
}

#[test]
fn the_big_endian_order_and_the_order_of_axes_are_undone() {
    let big = b"{'fortran_order': True, 'descr': '>u2', 'shape': (2L, 2), }\n";
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((big.len() as u16).to_le_bytes());
    bytes.extend(big);
    bytes.extend([0, 1, 0, 3, 0, 2, 0, 4]);
    let array = Array { shape: vec![2, 2], values: Values::U16(vec![1, 2, 3, 4]) };
    assert_eq!(npy::parse(&bytes).unwrap(), array);
}

#[test]
fn a_csv_of_bare_numbers_has_its_columns_numbered() {
    let table = csv::parse(b"1,2.5\n-3,4e2\n").unwrap();
    assert_eq!(table.columns, ["z0", "z1"]);
    assert_eq!(table.values, [1.0, 2.5, -3.0, 400.0]);
    assert_eq!((table.rows(), table.names, table.labels), (2, None, None));
}
