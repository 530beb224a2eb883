//! Which pictures belong together, pair by pair.

use std::collections::BTreeMap;

use super::alignment::Alignment;
use super::fingerprint::Fingerprint;
use super::index::{Hasher, Index, Keys};
use crate::error::Result;
use crate::parallel;

/// A picture is compared with at most so many others, on its own account.
const CANDIDATES: usize = 16;
/// Pairs between two calls of who is told of the progress.
const AT_ONCE: usize = 256;

/// Each picture whose pixels an earlier one has too, with the first that has them.
pub fn equal_pairs(prints: &[Fingerprint]) -> Vec<[usize; 2]> {
    let mut first = BTreeMap::new();
    let pair = |(number, print): (usize, &Fingerprint)| {
        let earlier = *first.entry(*print.digest()).or_insert(number);
        (earlier != number).then_some([earlier, number])
    };
    prints.iter().enumerate().filter_map(pair).collect()
}

/// The pairs that have an [`Alignment`], in rising order; of pictures with the same pixels only the
/// first is looked at. Each picture is compared with the 16 others that share most keys of
/// descriptors with it or its mirror image. `on_progress` is told how many comparisons are done,
/// and of how many.
///
/// # Errors
/// If there is not enough memory.
pub fn similar_pairs(
    prints: &[Fingerprint],
    mut on_progress: impl FnMut(usize, usize),
) -> Result<Vec<[usize; 2]>> {
    let candidates = candidates(prints)?;
    let mut similar = Vec::new();
    for (number, some) in candidates.chunks(AT_ONCE).enumerate() {
        let compared = parallel::map(some, |&([one, other], mirrored)| {
            Alignment::with_mirror(&prints[one], &prints[other], mirrored).is_some()
        });
        let found = some.iter().zip(compared).filter(|(_, is_similar)| *is_similar);
        similar.extend(found.map(|((pair, _), _)| *pair));
        on_progress(number * AT_ONCE + some.len(), candidates.len());
    }
    similar.dedup();
    Ok(similar)
}

/// Pairs worth a comparison, and whether with the mirror image, each once and in rising order.
fn candidates(prints: &[Fingerprint]) -> Result<Vec<([usize; 2], bool)>> {
    let mut is_first = vec![true; prints.len()];
    for [_, later] in equal_pairs(prints) {
        is_first[later] = false;
    }
    let hasher = Hasher::new();
    let of_print = |(print, is_first): (&Fingerprint, &bool)| {
        if *is_first { hasher.keys(print.features()) } else { Vec::new() }
    };
    let keys: Vec<Vec<Keys>> = parallel::map(prints.iter().zip(&is_first), of_print);
    let index = Index::new(&keys)?;
    let of_picture = |number: usize| {
        if !is_first[number] {
            return Vec::new();
        }
        // One more, since a picture is the first candidate for itself.
        let own = index.candidates(&keys[number], CANDIDATES + 1);
        let mirrored = hasher.keys(&prints[number].mirrored());
        let mirrored = index.candidates(&mirrored, CANDIDATES + 1);
        let tagged = |found: Vec<(usize, f32)>, is_mirrored: bool| {
            found.into_iter().map(move |(other, votes)| (other, votes, is_mirrored))
        };
        let mut all: Vec<(usize, f32, bool)> =
            tagged(own, false).chain(tagged(mirrored, true)).collect();
        all.retain(|(other, ..)| *other != number);
        all.sort_by(|one, other| other.1.total_cmp(&one.1));
        all.truncate(CANDIDATES);
        let pair = |(other, _, is_mirrored)| ([number.min(other), number.max(other)], is_mirrored);
        all.into_iter().map(pair).collect()
    };
    let found: Vec<Vec<([usize; 2], bool)>> = parallel::map(0..prints.len(), of_picture);
    let mut found = found.concat();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
