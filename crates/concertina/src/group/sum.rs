//! Sums in the order of a binary tree, which is the same for any number of processes.

use super::Group;
use crate::parallel;

/// Numbers that a thread adds at a time.
const PIECE: usize = 1 << 15;

/// The sum of `n` leaves, a power of two, by pairs: `(0 + 1) + (2 + 3)`. Leaves are asked for in
/// their order, and no more sums are kept than the tree is high.
pub(crate) fn tree<T>(n: usize, leaf: &mut impl FnMut() -> T, add: &impl Fn(T, T) -> T) -> T {
    if n == 1 {
        return leaf();
    }
    let left = tree(n / 2, leaf, add);
    add(left, tree(n / 2, leaf, add))
}

/// The sum of the vectors of all processes, added as a [`tree`]; the number of processes is a power
/// of two. `len` is the length of those that there are; `None` if no process has one.
///
/// Each process adds up one slice of the vectors and gives it to the others, so that it sends and
/// receives twice the length of its vector, whatever the number of processes.
pub(crate) fn sum(group: &dyn Group, own: Option<Vec<f32>>, len: usize) -> Option<Vec<f32>> {
    let n = group.size();
    if n == 1 || len == 0 {
        return own;
    }
    let own = own.unwrap_or_default();
    let slice = |rank: usize| own.get(rank * len / n..(rank + 1) * len / n).unwrap_or_default();
    let parts: Vec<&[u8]> = (0..n).map(|rank| bytemuck::cast_slice(slice(rank))).collect();
    let mut found = group.exchange(&parts).into_iter();
    let mut next = || found.next().filter(|part| !part.is_empty()).map(|part| floats(&part));
    let of_slice = tree(n, &mut next, &added).unwrap_or_default();
    let all = group.gather(bytemuck::cast_slice(&of_slice)).concat();
    (!all.is_empty()).then(|| floats(&all))
}

/// The sum of two vectors of the same length, or the one that there is.
pub(crate) fn added(a: Option<Vec<f32>>, b: Option<Vec<f32>>) -> Option<Vec<f32>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            let pieces = a.chunks_mut(PIECE).zip(b.chunks(PIECE));
            parallel::each(pieces, |(a, b)| a.iter_mut().zip(b).for_each(|(a, b)| *a += b));
            Some(a)
        }
        (one, other) => one.or(other),
    }
}

/// Numbers from the bytes that another process, of the same kind of machine, has them in.
pub(super) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytemuck::pod_collect_to_vec(bytes)
}
