//! One-hot labels as additional inputs of a network.

/// One-hot labels, `[B, classes * block]`: 1 in the block of each row's class, otherwise 0.
///
/// # Panics
/// If a label is not below `classes`.
pub(crate) fn one_hot(labels: &[u32], classes: usize, block: usize) -> Vec<f32> {
    let mut hot = vec![0.0; labels.len() * classes * block];
    if hot.is_empty() {
        return hot;
    }
    for (row, &label) in hot.chunks_exact_mut(classes * block).zip(labels) {
        row[label as usize * block..][..block].fill(1.0);
    }
    hot
}

/// Concatenates rows: `[B, N + M]` from `[B, N]` and `[B, M]`.
pub(crate) fn beside(first: &[f32], second: &[f32], rows: usize) -> Vec<f32> {
    let [n, m] = [first.len() / rows.max(1), second.len() / rows.max(1)];
    let mut both = Vec::with_capacity(first.len() + second.len());
    for row in 0..rows {
        both.extend_from_slice(&first[row * n..][..n]);
        both.extend_from_slice(&second[row * m..][..m]);
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_gets_the_block_of_its_class() {
        let hot = one_hot(&[2, 0], 3, 2);
        assert_eq!(hot, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(beside(&[5.0, 6.0], &one_hot(&[1, 0], 2, 1), 2), [5.0, 0.0, 1.0, 6.0, 1.0, 0.0]);
        assert!(one_hot(&[], 3, 2).is_empty() && one_hot(&[0, 0], 0, 1).is_empty());
        assert_eq!(beside(&[5.0, 6.0], &[], 2), [5.0, 6.0]);
    }
}
