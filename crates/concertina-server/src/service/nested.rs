//! Nested lists of numbers, in JSON.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

/// The most axes: example, channel, row, column, and one to be told of.
const DEEPEST: usize = 5;

/// An array, which is nested lists in JSON: all of them of one length where they are equally deep.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Nested {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut nested = Reading::default();
        Level { nested: &mut nested, depth: 0 }.deserialize(deserializer)?;
        let shape = nested.shape.into_iter().map(Option::unwrap_or_default).collect();
        Ok(Self { shape, values: nested.values })
    }
}

#[derive(Default)]
struct Reading {
    /// The length of lists at each depth, once one has ended.
    shape: Vec<Option<usize>>,
    values: Vec<f32>,
}

struct Level<'a> {
    nested: &'a mut Reading,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Level<'_> {
    fn number<E: Error>(self, value: f64) -> Result<(), E> {
        if self.depth == 0 || self.nested.shape.len() > self.depth {
            return Err(E::custom("expected a list, found a number: lists are not equally deep"));
        }
        self.nested.values.push(value as f32);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a list of numbers")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.number(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.number(value as f64)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.number(value as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { nested, depth } = self;
        if depth == DEEPEST {
            return Err(A::Error::custom(format!("expected at most {DEEPEST} axes, found more")));
        }
        if nested.shape.len() == depth {
            if !nested.values.is_empty() {
                return Err(A::Error::custom(
                    "expected a number, found a list: lists are not equally deep",
                ));
            }
            nested.shape.push(None);
        }
        let mut length = 0;
        while list.next_element_seed(Level { nested, depth: depth + 1 })?.is_some() {
            length += 1;
        }
        match nested.shape[depth] {
            Some(expected) if expected != length => Err(A::Error::custom(format!(
                "expected lists of one length, found one of {expected} and one of {length}"
            ))),
            _ => {
                nested.shape[depth] = Some(length);
                Ok(())
            }
        }
    }
}

/// An array to be written as nested lists.
pub(crate) struct Lists<'a> {
    pub(crate) shape: &'a [usize],
    pub(crate) values: &'a [f32],
}

impl Serialize for Lists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { shape, values } = *self;
        let Some((&n, inner)) = shape.split_first() else {
            return serializer.serialize_f32(values[0]);
        };
        let mut list = serializer.serialize_seq(Some(n))?;
        let width = inner.iter().product::<usize>();
        for index in 0..n {
            let values = &values[index * width..(index + 1) * width];
            list.serialize_element(&Lists { shape: inner, values })?;
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Result<Nested, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn lists_have_one_length_and_one_depth() {
        let nested = |shape: &[usize], values: &[f32]| {
            Ok(Nested { shape: shape.to_vec(), values: values.to_vec() })
        };
        assert_eq!(read("[1, 2.5, -3]"), nested(&[3], &[1.0, 2.5, -3.0]));
        assert_eq!(read("[[1, 2], [3, 4]]"), nested(&[2, 2], &[1.0, 2.0, 3.0, 4.0]));
        assert_eq!(read("[]"), nested(&[0], &[]));
        assert_eq!(read("[[], []]"), nested(&[2, 0], &[]));
        for (json, told) in [
            ("1", "expected a list"),
            ("[[1, 2], [3]]", "lists of one length"),
            ("[[1], []]", "lists of one length"),
            ("[1, [2]]", "not equally deep"),
            ("[[1], 2]", "not equally deep"),
            ("[\"1\"]", "a number or a list"),
            ("[null]", "a number or a list"),
            ("[[[[[[1]]]]]]", "at most 5 axes"),
            ("[1", "EOF"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(told), "{json}: {error}");
        }
    }

    proptest! {
        #[test]
        fn numbers_come_back_to_the_bit(
            values in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::ZERO, 12),
        ) {
            let shape = [2, 3, 2];
            let json = serde_json::to_string(&Lists { shape: &shape, values: &values }).unwrap();
            let back = read(&json).unwrap();
            prop_assert_eq!(back.shape, shape);
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&back.values), bits(&values));
        }
    }
}
