//! The area under the receiver operating characteristic.

use super::steps::{N_STEPS, step};

/// Counts of scores, of what is looked for and of the rest, from which the area under the receiver
/// operating characteristic is computed (AUROC): the probability that one of the former has a
/// larger score than one of the latter, ties counted half (Fawcett 2006).
///
/// Memory does not grow with the number of scores: they are counted in steps of 1/2048 of their
/// size, which count as ties. Scores are at least 0; what is not a number counts as 0.
#[derive(Clone, Debug)]
pub struct Auroc {
    /// Of each step: what is looked for, and the rest.
    counts: Vec<[u64; 2]>,
}

impl Default for Auroc {
    fn default() -> Self {
        Self { counts: vec![[0; 2]; N_STEPS] }
    }
}

impl Auroc {
    /// Counts a score.
    pub fn add(&mut self, score: f32, is_looked_for: bool) {
        self.counts[step(score)][usize::from(!is_looked_for)] += 1;
    }

    /// The area; `None` unless there are scores of both.
    pub fn area(&self) -> Option<f64> {
        let total = |of: usize| self.counts.iter().map(|counts| counts[of]).sum::<u64>() as f64;
        let pairs = total(0) * total(1);
        let mut below = 0;
        let mut won = 0.0;
        for [looked_for, rest] in &self.counts {
            won += *looked_for as f64 * (below as f64 + *rest as f64 / 2.0);
            below += rest;
        }
        (pairs > 0.0).then(|| won / pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(scores: &[(f32, bool)]) -> Option<f64> {
        let mut auroc = Auroc::default();
        for (score, is_looked_for) in scores {
            auroc.add(*score, *is_looked_for);
        }
        auroc.area()
    }

    #[test]
    fn it_is_the_part_of_pairs_in_the_right_order() {
        assert_eq!(area(&[(1.0, false), (2.0, true), (3.0, true), (0.5, false)]), Some(1.0));
        assert_eq!(area(&[(1.0, true), (2.0, false)]), Some(0.0));
        assert_eq!(area(&[(1.0, true), (1.0, false)]), Some(0.5));
        assert_eq!(area(&[(1.0, true), (2.0, true), (1.5, false), (0.1, false)]), Some(0.75));
        assert_eq!(area(&[(1.0, true)]), None);
        assert_eq!(area(&[]), None);
        // What is not a number, or infinite, does not end the count.
        assert_eq!(area(&[(f32::NAN, false), (f32::INFINITY, true), (-1.0, false)]), Some(1.0));
    }
}
