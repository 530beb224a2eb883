//! Tests of groups: sums in the order of the tree, and what is told reaches whom it is meant for.

use super::threads::in_threads;
use super::*;

#[test]
fn a_tree_adds_neighbours_first() {
    for (n, expected) in
        [(1, "0"), (2, "(0+1)"), (4, "((0+1)+(2+3))"), (8, "(((0+1)+(2+3))+((4+5)+(6+7)))")]
    {
        let mut numbers = 0..;
        let mut leaf = || numbers.next().map(|number: i32| number.to_string()).unwrap_or_default();
        let found = tree(n, &mut leaf, &|a, b| format!("({a}+{b})"));
        assert_eq!(found, expected);
    }
}

#[test]
fn a_sum_has_the_bits_of_the_tree_for_any_length() {
    // In another order these do not add up to the same.
    let value = |rank: usize, i: usize| [1e8, -1e8, 1.0 + i as f32, 0.5][rank];
    for n in [2, 4] {
        for len in [1, 2, 3, 4, 7, 100] {
            let own = |rank| (0..len).map(|i| value(rank, i)).collect::<Vec<f32>>();
            let expected: Vec<f32> = (0..len)
                .map(|i| {
                    let mut ranks = 0..n;
                    tree(n, &mut || value(ranks.next().unwrap_or(0), i), &|a, b| a + b)
                })
                .collect();
            let found = in_threads(n, |group| sum(&*group, Some(own(group.rank())), len));
            assert!(
                found.iter().all(|sum| sum.as_ref() == Some(&expected)),
                "{n} {len}: {found:?}"
            );
        }
    }
}

#[test]
fn who_has_nothing_adds_nothing() {
    let own = |rank| (rank == 1).then(|| vec![-0.0, 2.0, 3.0]);
    for found in in_threads(4, |group| sum(&*group, own(group.rank()), 3)) {
        let bits: Vec<u32> = found.into_iter().flatten().map(f32::to_bits).collect();
        assert_eq!(bits, [-0.0_f32, 2.0, 3.0].map(f32::to_bits));
    }
    assert!(in_threads(2, |group| sum(&*group, None, 3)).iter().all(Option::is_none));
}

#[test]
fn parts_reach_whom_they_are_for() {
    let found = in_threads(3, |group| {
        let rank = group.rank() as u8;
        let parts: Vec<Vec<u8>> = (0..3).map(|to| vec![10 * rank + to; to as usize]).collect();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let exchanged = group.exchange(&parts);
        (exchanged, group.broadcast(&[rank + 7]), group.any(rank == 2), group.any(false))
    });
    for (rank, (exchanged, broadcast, any, none)) in found.into_iter().enumerate() {
        let expected: Vec<_> = (0..3).map(|from| vec![10 * from + rank as u8; rank]).collect();
        assert_eq!((exchanged, broadcast), (expected, vec![7]));
        assert!(any && !none);
    }
}

#[test]
fn a_message_is_read_as_it_was_written() {
    let mut message = Message::default();
    message.floats(&[1.5, f32::NAN]);
    message.doubles(&[-0.0]);
    message.bytes(b"abc");
    message.floats(&[]);
    let bytes = message.into_bytes();
    let mut reader = Reader(&bytes);
    let floats = reader.floats();
    assert!(floats[0] == 1.5 && floats[1].is_nan());
    assert_eq!(reader.doubles()[0].to_bits(), (-0.0_f64).to_bits());
    assert_eq!(reader.bytes(), b"abc");
    assert!(!reader.is_at_end());
    assert!(reader.floats().is_empty() && reader.is_at_end());
}
