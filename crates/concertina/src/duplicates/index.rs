//! Pictures by what their descriptors are like, so that a picture is compared with few others.
//!
//! A descriptor has a key in each of several tables: bits that say which of two sums of its numbers
//! is larger (locality-sensitive hashing; Indyk and Motwani 1998, with comparisons in place of
//! projections as in BRIEF, Calonder et al. 2010). Descriptors that are alike share some of their
//! keys; others do rarely.

use super::descriptor::{Feature, SIZE};
use crate::error::Result;
use crate::memory;
use crate::rng::{Purpose, Seed, Stream};

const TABLES: usize = 8;
/// Bits of a key, which is 16 bits wide.
const BITS: usize = 16;
/// Differences of two numbers that are added up for a bit.
const TERMS: usize = 6;

/// The key of a descriptor in each table.
pub(super) type Keys = [u16; TABLES];

/// Makes keys.
pub(super) struct Hasher {
    /// For each bit of each table the numbers that are added, and those that are subtracted.
    terms: Vec<[[usize; 2]; TERMS]>,
}

impl Hasher {
    /// The same at any time.
    pub(super) fn new() -> Self {
        let bit = |number: usize| {
            let mut stream = Stream::new(Seed(0), Purpose::Keys, [number as u32, 0, 0]);
            std::array::from_fn(|_| {
                let one = stream.below(SIZE as u32) as usize;
                // Another one.
                let step = 1 + stream.below(SIZE as u32 - 1) as usize;
                [one, (one + step) % SIZE]
            })
        };
        Self { terms: (0..TABLES * BITS).map(bit).collect() }
    }

    pub(super) fn keys(&self, features: &[Feature]) -> Vec<Keys> {
        features.iter().map(|feature| self.key(&feature.descriptor)).collect()
    }

    fn key(&self, descriptor: &[u8; SIZE]) -> Keys {
        let value = |at: usize| i32::from(descriptor[at]);
        let is_set = |terms: &[[usize; 2]; TERMS]| {
            terms.iter().map(|[plus, minus]| value(*plus) - value(*minus)).sum::<i32>() > 0
        };
        std::array::from_fn(|table| {
            let bits = self.terms[table * BITS..][..BITS].iter();
            bits.fold(0, |key, terms| key << 1 | u16::from(is_set(terms)))
        })
    }
}

/// Of each table and key, whose descriptors have it.
pub(super) struct Index {
    n: usize,
    tables: Vec<Table>,
}

struct Table {
    /// Where the pictures of each key begin, and behind the last key their number.
    starts: Vec<usize>,
    /// Picture numbers, key by key, in rising order.
    pictures: Vec<u32>,
}

impl Index {
    /// Of pictures by their number.
    ///
    /// # Errors
    /// If there is not enough memory.
    pub(super) fn new(keys: &[Vec<Keys>]) -> Result<Self> {
        let tables = (0..TABLES).map(|table| Table::new(keys, table)).collect::<Result<_>>()?;
        Ok(Self { n: keys.len(), tables })
    }

    /// The `most` pictures that share most keys with those of a picture, that first; of equal ones
    /// the smaller number. Of a key that many pictures have, each counts as little as they are
    /// many. With each stands how much it counted.
    pub(super) fn candidates(&self, keys: &[Keys], most: usize) -> Vec<(usize, f32)> {
        let mut votes = vec![0.0_f32; self.n];
        for (table, key) in keys.iter().flat_map(|keys| self.tables.iter().zip(keys)) {
            let pictures = table.pictures_of(*key);
            let vote = 1.0 / pictures.len() as f32;
            for picture in pictures {
                votes[*picture as usize] += vote;
            }
        }
        let mut found: Vec<(usize, f32)> =
            votes.into_iter().enumerate().filter(|(_, votes)| *votes > 0.0).collect();
        // The sort is stable.
        found.sort_by(|one, other| other.1.total_cmp(&one.1));
        found.truncate(most);
        found
    }
}

impl Table {
    fn new(keys: &[Vec<Keys>], table: usize) -> Result<Self> {
        let all = || {
            let of_picture = |(picture, keys): (usize, &'_ Vec<Keys>)| {
                keys.iter().map(|keys| (picture, usize::from(keys[table]))).collect::<Vec<_>>()
            };
            keys.iter().enumerate().flat_map(of_picture)
        };
        let mut starts = vec![0; (1 << BITS) + 1];
        all().for_each(|(_, key)| starts[key + 1] += 1);
        for key in 0..1 << BITS {
            starts[key + 1] += starts[key];
        }
        let n = starts[1 << BITS];
        let mut pictures = memory::room_for(n, 1, "keys of descriptors")?;
        pictures.resize(n, 0);
        let mut next = starts.clone();
        for (picture, key) in all() {
            pictures[next[key]] = picture as u32;
            next[key] += 1;
        }
        Ok(Self { starts, pictures })
    }

    fn pictures_of(&self, key: u16) -> &[u32] {
        let key = usize::from(key);
        &self.pictures[self.starts[key]..self.starts[key + 1]]
    }
}
