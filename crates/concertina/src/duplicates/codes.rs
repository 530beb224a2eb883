//! Pictures whose codes by a trained model are near one another.

use crate::error::Result;
use crate::math::{Codes, Points, code_variances, nearest_others};

/// Neighbours of a code that are looked at.
const NEIGHBOURS: usize = 16;

/// Codes of pictures, and their distances as parts of that of two codes taken at random.
#[derive(Clone, Debug)]
pub struct CodeDistances {
    codes: Codes,
    /// The number of each one's picture, rising.
    pictures: Vec<usize>,
    /// Root mean square distance of two codes.
    typical: f64,
}

impl CodeDistances {
    /// Of codes of pictures with these numbers.
    ///
    /// # Panics
    /// If there is not one number for each code, or they do not rise.
    pub fn new(codes: Codes, pictures: Vec<usize>) -> Self {
        assert_eq!(codes.len(), pictures.len(), "each code is of one picture");
        assert!(pictures.is_sorted_by(|one, next| one < next), "numbers rise");
        // The mean squared distance of two independent points is twice the sum of variances.
        let typical = (2.0 * code_variances(&codes).iter().sum::<f64>()).sqrt();
        Self { codes, pictures, typical }
    }

    /// The distance of two pictures: 0 for equal codes, about 1 for those of unrelated pictures.
    /// `None` if one has no code.
    pub fn between(&self, one: usize, other: usize) -> Option<f64> {
        let place = |picture: usize| self.pictures.binary_search(&picture).ok();
        let [one, other] = [place(one)?, place(other)?].map(|place| self.codes.row(place));
        let squares = one.iter().zip(other).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
        Some(squares.sum::<f64>().sqrt() / self.typical)
    }
}

/// Pairs of pictures of which one's code is among the 16 nearest of the other's, and not further
/// than `limit`, in rising order. No pairs if all codes are one.
///
/// # Errors
/// If a code is not finite, or there is not enough memory.
pub fn near_codes(distances: &CodeDistances, limit: f64) -> Result<Vec<[usize; 2]>> {
    let CodeDistances { codes, pictures, typical } = distances;
    if codes.len() < 2 || *typical == 0.0 {
        return Ok(Vec::new());
    }
    let points = Points::of_codes("codes", codes)?;
    let neighbours = nearest_others(points, NEIGHBOURS.min(codes.len() - 1))?;
    let near = neighbours.iter().enumerate().flat_map(|(one, neighbours)| {
        let near = neighbours.iter().filter(|near| near.distance <= limit * typical);
        near.map(move |near| [one.min(near.index), one.max(near.index)])
    });
    let mut pairs: Vec<[usize; 2]> = near.map(|pair| pair.map(|place| pictures[place])).collect();
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
