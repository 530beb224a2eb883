//! Trustworthiness: whether neighbours on a map are neighbours in the original space.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::math::Points;
use crate::math::distances::{Distances, Row};
use crate::math::nearest_others_of;
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};

/// Points per block; each thread holds the distances of one block to all points in memory.
const BLOCK: usize = 64;

/// The trustworthiness of `map`, a low-dimensional point for each of `original` (Venna and Kaski,
/// "Neighborhood Preservation in Nonlinear Projection Methods", 2001; scikit-learn's
/// `manifold.trustworthiness`).
///
/// It is 1 if all of the `k` nearest neighbours of every point on the map are among its `k` nearest
/// neighbours in the original space, and about 0.5 for a random map. A false neighbour is penalised
/// by its rank in the original space. Of points at equal distances the one of the smaller index has
/// the smaller rank.
///
/// Time grows with the square of the number of points; [`sampled_trustworthiness`] is for tens of
/// thousands.
///
/// # Errors
/// If the numbers of points differ, `k` is 0, or `k` is not below half the number of points, where
/// the measure is undefined.
pub fn trustworthiness(original: Points<'_>, map: Points<'_>, k: usize) -> Result<f64> {
    let all: Vec<usize> = (0..original.n_points()).collect();
    of_chosen(original, map, k, &all)
}

/// As [`trustworthiness`], estimated by the neighbours of at most `n_sampled` points, chosen at
/// random, among all points. The same points are chosen each time.
///
/// # Errors
/// As [`trustworthiness`].
pub fn sampled_trustworthiness(
    original: Points<'_>,
    map: Points<'_>,
    k: usize,
    n_sampled: usize,
) -> Result<f64> {
    let n = original.n_points();
    if n <= n_sampled {
        return trustworthiness(original, map, k);
    }
    let order = Stream::new(Seed(0), Purpose::Fit, [4, 0, 0]).permutation(n);
    let mut chosen: Vec<usize> = order[..n_sampled].iter().map(|&index| index as usize).collect();
    chosen.sort_unstable();
    of_chosen(original, map, k, &chosen)
}

/// Neighbours on a map of data that should be neighbours in the original space too.
const MAP_NEIGHBOURS: usize = 12;
/// Points whose neighbours are looked at: all pairs of 60,000 would take a minute.
const MAP_POINTS: usize = 3000;

/// How far a map can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, JsonSchema, Serialize)]
pub struct MapTrust {
    /// The [`trustworthiness`].
    pub value: f64,
    /// Neighbours that it is of: 12, or fewer if there are few points.
    pub neighbours: usize,
    /// Points whose neighbours were looked at, at most 3,000.
    pub points: usize,
}

impl MapTrust {
    /// Of a map of `original`; `None` for too few points to define it.
    ///
    /// # Errors
    /// If the numbers of points differ.
    pub fn of(original: Points<'_>, map: Points<'_>) -> Result<Option<Self>> {
        let n = original.n_points();
        let neighbours = MAP_NEIGHBOURS.min((n - 1) / 2);
        if neighbours == 0 {
            return Ok(None);
        }
        let value = sampled_trustworthiness(original, map, neighbours, MAP_POINTS)?;
        Ok(Some(Self { value, neighbours, points: n.min(MAP_POINTS) }))
    }
}

fn of_chosen(original: Points<'_>, map: Points<'_>, k: usize, chosen: &[usize]) -> Result<f64> {
    let n = original.n_points();
    if map.n_points() != n {
        return Err(Error::data(format!(
            "expected one of the {} for each of {n} {}, found {}",
            map.name(),
            original.name(),
            map.n_points()
        )));
    }
    if k == 0 {
        return Err(Error::config("expected at least 1 neighbour on the map, found 0"));
    }
    original.expect_at_least(2 * k + 1, &format!("the trustworthiness of {k} neighbours"))?;
    let on_map = nearest_others_of(map, chosen, k)?;
    let distances = Distances::to(original)?;
    let blocks = chosen.chunks(BLOCK).zip(on_map.chunks(BLOCK));
    let excess: Vec<usize> = parallel::map(blocks, |(chosen, on_map)| {
        let points: Vec<f32> =
            chosen.iter().flat_map(|&index| original.row(index).to_vec()).collect();
        let rows = distances.rows(&points).zip(points.chunks_exact(original.size()));
        let mut excess = 0;
        for (((row, point), neighbours), &own) in rows.zip(on_map).zip(chosen) {
            let ranks = Ranks { distances: &distances, row: &row, point, own };
            for neighbour in neighbours {
                excess += ranks.of(neighbour.index).saturating_sub(k);
            }
        }
        excess
    });
    let excess = excess.iter().sum::<usize>() as f64;
    let (n, k) = (n as f64, k as f64);
    Ok(1.0 - excess * 2.0 / (chosen.len() as f64 * k * (2.0 * n - 3.0 * k - 1.0)))
}

/// The ranks of all points by their distance from one point.
struct Ranks<'a> {
    distances: &'a Distances<'a>,
    row: &'a Row,
    point: &'a [f32],
    own: usize,
}

impl Ranks<'_> {
    /// The rank of the point at index `other`, from 1; the point itself is not counted.
    fn of(&self, other: usize) -> usize {
        let exact = self.distances.exact(self.point, other);
        let is_before = |index: usize, square: f64| {
            if index == self.own || index == other {
                return false;
            }
            if (square - exact).abs() > self.row.error {
                return square < exact;
            }
            // Within the error bound: compare exactly.
            let square = self.distances.exact(self.point, index);
            square < exact || (square == exact && index < other)
        };
        let squares = self.row.squares.iter().enumerate();
        1 + squares.filter(|&(index, &square)| is_before(index, square)).count()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::fixture::{METRICS, cases, clustered, number, tensor};
    use crate::testing::normal;

    #[test]
    fn maps_are_trusted_as_by_scikit_learn() {
        for (name, case) in cases(METRICS, |case| case["kind"] == "trustworthiness") {
            let ([_, size], values, _) = clustered(&case["points"]);
            let original = Points::new("points", size, &values).unwrap();
            let map: Vec<f32> = if case["map_of"] == "columns" {
                original.rows().flat_map(|point| point[..2].to_vec()).collect()
            } else {
                tensor(&case["noise_map"]).1
            };
            let map = Points::new("map", 2, &map).unwrap();
            let k = case["k"].as_u64().unwrap() as usize;
            let found = trustworthiness(original, map, k).unwrap();
            assert!((found - number(&case["trustworthiness"])).abs() < 1e-9, "{name}: {found}");
            assert_eq!(trustworthiness(original, original, k).unwrap(), 1.0);
        }
    }

    #[test]
    fn a_sample_estimates_the_whole() {
        let (n, size) = (2000, 5);
        let values = normal(n * size, 3);
        let original = Points::new("points", size, &values).unwrap();
        let map: Vec<f32> = original.rows().flat_map(|point| point[..2].to_vec()).collect();
        let map = Points::new("map", 2, &map).unwrap();
        let whole = trustworthiness(original, map, 10).unwrap();
        assert!(whole < 0.9, "{whole}");
        let sampled = sampled_trustworthiness(original, map, 10, 400).unwrap();
        assert!(sampled != whole && (sampled - whole).abs() < 0.01, "{sampled}, {whole}");
        assert_eq!(sampled_trustworthiness(original, map, 10, n).unwrap(), whole);
    }

    #[test]
    fn points_in_one_place_have_ranks() {
        let original = Points::new("codes", 1, &[0.0; 9]).unwrap();
        assert_eq!(trustworthiness(original, original, 3).unwrap(), 1.0);
    }

    #[test]
    fn equal_distances_are_ranked_by_index() {
        let points = Points::new("codes", 1, &[0.0, -1.0, 1.0, 5.0, 1.0]).unwrap();
        let distances = Distances::to(points).unwrap();
        let row = distances.rows(points.row(0)).next().unwrap();
        let ranks = Ranks { distances: &distances, row: &row, point: points.row(0), own: 0 };
        assert_eq!([1, 2, 3, 4].map(|other| ranks.of(other)), [1, 2, 4, 3]);
    }

    /// Two places far from their mean, in each of which points differ by less than the errors of
    /// distances in f32.
    #[test]
    fn ranks_are_exact_where_approximate_distances_are_not() {
        let values: Vec<f32> = normal(60, 4)
            .iter()
            .enumerate()
            .map(|(i, x)| 1000.0 * (i % 2) as f32 + 0.01 * x)
            .collect();
        let points = Points::new("codes", 1, &values).unwrap();
        let distances = Distances::to(points).unwrap();
        for (own, row) in distances.rows(&values).enumerate() {
            let ranks = Ranks { distances: &distances, row: &row, point: points.row(own), own };
            let mut others: Vec<usize> = (0..values.len()).filter(|&other| other != own).collect();
            others.sort_by(|&a, &b| {
                let [a, b] = [a, b].map(|other| f64::from(values[other]) - f64::from(values[own]));
                a.abs().total_cmp(&b.abs())
            });
            for (before, &other) in others.iter().enumerate() {
                assert_eq!(ranks.of(other), before + 1);
            }
        }
    }

    #[test]
    fn what_has_no_trustworthiness_is_refused() {
        let original = Points::new("codes", 2, &[0.0; 12]).unwrap();
        let map = Points::new("places on the map", 1, &[0.0; 5]).unwrap();
        assert_eq!(
            trustworthiness(original, map, 2).unwrap_err().to_string(),
            "expected one of the places on the map for each of 6 codes, found 5"
        );
        assert_eq!(
            trustworthiness(original, original, 3).unwrap_err().to_string(),
            "expected at least 7 codes for the trustworthiness of 3 neighbours, found 6"
        );
        assert!(trustworthiness(original, original, 0).unwrap_err().is_config());
    }
}
