//! Pictures that belong together, and which of them to keep.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::path::Path;

use fs_err as fs;

use super::alignment::Alignment;
use super::codes::CodeDistances;
use super::fingerprint::Fingerprint;
use crate::error::Result;
use crate::parallel;

/// Bytes of two files that are compared at a time.
const AT_ONCE: usize = 1 << 16;

/// All groups of a folder.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// In the order of the pictures to keep.
    pub groups: Vec<Group>,
}

/// Pictures that belong together, by their number.
#[derive(Clone, Debug)]
pub struct Group {
    /// That of most pixels; of those the largest file; of those the first by name.
    pub keep: usize,
    /// The others, in the order of their names.
    pub others: Vec<Member>,
}

/// A picture that belongs to another.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its number.
    pub index: usize,
    /// How it is like the one to keep.
    pub likeness: Likeness,
    /// If its pixels are not those of the one to keep, but those of an earlier member: its number.
    pub copy_of: Option<usize>,
}

/// How a picture is like the one to keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Likeness {
    /// The files have the same bytes.
    SameFile,
    /// The pictures have the same size, channels and pixels.
    SamePixels,
    /// It shows the same.
    Aligned(Alignment),
    /// Its code is near, at this distance (see [`CodeDistances::between`]).
    Code(f64),
    /// It is like another of the group, which is like the one to keep or like another in turn.
    Linked,
}

impl Groups {
    /// Joins pairs; of equal pixels they are equal, otherwise similar by their codes if these are
    /// given, or by their alignment.
    ///
    /// # Errors
    /// If a file cannot be read again.
    pub fn of(
        prints: &[Fingerprint],
        pairs: &[[usize; 2]],
        codes: Option<&CodeDistances>,
    ) -> Result<Self> {
        let joined: Vec<Vec<usize>> = joined(prints.len(), pairs);
        let group = |mut members: Vec<usize>| {
            let best = |index: &usize| {
                let print = &prints[*index];
                (Reverse(print.pixels()), Reverse(print.bytes), *index)
            };
            let keep = *members.iter().min_by_key(|index| best(index)).expect("no group is empty");
            members.retain(|index| *index != keep);
            let member = |index: usize| {
                let likeness = likeness(&prints[keep], &prints[index])?;
                let similar = || match codes {
                    Some(codes) => codes.between(keep, index).map(Likeness::Code),
                    None => Alignment::of(&prints[keep], &prints[index]).map(Likeness::Aligned),
                };
                let mut earlier = members.iter().copied().take_while(|earlier| *earlier < index);
                let copy_of = if likeness.is_some() {
                    None
                } else {
                    earlier.find(|earlier| prints[*earlier].has_pixels_of(&prints[index]))
                };
                let likeness = likeness.or_else(similar).unwrap_or(Likeness::Linked);
                Ok(Member { index, likeness, copy_of })
            };
            let others = parallel::try_map(&members, |index| member(*index))?;
            Ok(Group { keep, others })
        };
        let mut groups: Vec<Group> = joined.into_iter().map(group).collect::<Result<_>>()?;
        groups.sort_by_key(|group| group.keep);
        Ok(Self { groups })
    }
}

/// Whether two pictures are equal, and how.
fn likeness(one: &Fingerprint, other: &Fingerprint) -> Result<Option<Likeness>> {
    if !one.has_pixels_of(other) {
        return Ok(None);
    }
    let same = one.bytes == other.bytes && same_bytes(&one.path, &other.path)?;
    Ok(Some(if same { Likeness::SameFile } else { Likeness::SamePixels }))
}

fn same_bytes(one: &Path, other: &Path) -> Result<bool> {
    let mut one = BufReader::new(fs::File::open(one)?);
    let mut other = BufReader::new(fs::File::open(other)?);
    let (mut block, mut other_block) = (Vec::new(), Vec::new());
    loop {
        block.clear();
        other_block.clear();
        one.by_ref().take(AT_ONCE as u64).read_to_end(&mut block)?;
        other.by_ref().take(AT_ONCE as u64).read_to_end(&mut other_block)?;
        if block != other_block {
            return Ok(false);
        }
        if block.is_empty() {
            return Ok(true);
        }
    }
}

/// The sets of two or more of 0..n that pairs connect (union-find, with the smallest of a set as
/// its root).
fn joined(n: usize, pairs: &[[usize; 2]]) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..n).collect();
    for pair in pairs {
        let [one, other] = pair.map(|index| root(&mut parents, index));
        parents[one.max(other)] = one.min(other);
    }
    let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in 0..n {
        sets.entry(root(&mut parents, index)).or_default().push(index);
    }
    sets.into_values().filter(|set| set.len() > 1).collect()
}

/// The root of a set; whatever is passed on the way gets nearer to it.
fn root(parents: &mut [usize], mut index: usize) -> usize {
    while parents[index] != index {
        parents[index] = parents[parents[index]];
        index = parents[index];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_sets() {
        assert_eq!(joined(3, &[]), Vec::<Vec<usize>>::new());
        let pairs = [[5, 6], [0, 3], [3, 5], [1, 2], [2, 1]];
        assert_eq!(joined(8, &pairs), [vec![0, 3, 5, 6], vec![1, 2]]);
    }
}
