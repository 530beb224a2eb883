//! What all projections to two dimensions share: checks, initial positions and results.

use super::Pca;
use crate::error::{Error, Result};
use crate::math::Codes;
use crate::math::Points;
use crate::math::vectors::dot;
use crate::rng::{Purpose, Seed, Stream};

/// The position of a point on a map.
pub(super) type Place = [f64; 2];

/// The progress of fitting a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapProgress {
    /// Steps done; 0 after the neighbours were found.
    pub done: usize,
    /// Total steps.
    pub total: usize,
    /// The KL divergence that is minimised, in nats, when it was last computed; `None` if the
    /// method does not compute it.
    pub kl_nats: Option<f64>,
}

/// Checks that there are enough points for a map, and that they are not all equal.
pub(super) fn expect_a_map(points: Points<'_>, at_least: usize) -> Result<()> {
    points.expect_at_least(at_least, "a map")?;
    if points.rows().all(|point| point == points.row(0)) {
        return Err(Error::insufficient(format!(
            "expected {} that differ to make a map of, found {} equal ones",
            points.name(),
            points.n_points()
        )));
    }
    Ok(())
}

/// A projection of points to their first two principal components.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalMap {
    /// The first two principal components of each point, `[N, 2]`, in the unit of the points.
    pub places: Codes,
    /// The fraction of the points' variance that each of the two explains.
    pub explained_variance_ratio: [f64; 2],
}

/// Projects points to their first two principal components. The second is 0 for points of one
/// dimension.
///
/// # Errors
/// If there are fewer than 2 points, or they are all equal.
pub fn principal_map(points: Points<'_>) -> Result<PrincipalMap> {
    expect_a_map(points, 2)?;
    let pca = principal_axes(points)?;
    let shares = pca.explained_variance_ratio();
    let explained_variance_ratio = [shares[0], shares.get(1).copied().unwrap_or(0.0)];
    Ok(PrincipalMap { places: finished(&along(points, &pca))?, explained_variance_ratio })
}

/// Two principal axes, or one for points of one dimension.
fn principal_axes(points: Points<'_>) -> Result<Pca> {
    Pca::fit(points, 2.min(points.size()))
}

/// The projection of each point to the first two axes.
fn along(points: Points<'_>, pca: &Pca) -> Vec<Place> {
    let place = |point: &[f32]| {
        let from_mean: Vec<f64> =
            point.iter().zip(pca.mean()).map(|(x, mean)| f64::from(*x) - mean).collect();
        let mut place = [0.0; 2];
        for (x, axis) in place.iter_mut().zip(pca.axes().chunks_exact(points.size())) {
            *x = dot(axis, &from_mean);
        }
        place
    };
    points.rows().map(place).collect()
}

/// The initial positions of a map: the first two principal components, scaled so that the first has
/// the standard deviation `sigma`, plus Gaussian noise of a hundredth of that, which separates
/// duplicates.
///
/// Starting from principal components rather than at random preserves the global structure (Kobak
/// and Linderman, "Initialization is critical for preserving global data structure in both t-SNE
/// and UMAP", 2021).
pub(super) fn start(points: Points<'_>, sigma: f64, seed: Seed) -> Result<Vec<Place>> {
    let pca = principal_axes(points)?;
    let deviation = pca.explained_variance()[0].sqrt();
    let scale = if deviation > 0.0 { sigma / deviation } else { 0.0 };
    let moved = |(index, place): (u32, Place)| {
        let mut stream = Stream::new(seed, Purpose::Map, [0, index, 0]);
        place.map(|x| scale * x + 0.01 * sigma * f64::from(stream.normal()))
    };
    Ok((0..).zip(along(points, &pca)).map(moved).collect())
}

/// The positions as codes, `[N, 2]`.
///
/// # Errors
/// If one is not finite.
pub(super) fn finished(places: &[Place]) -> Result<Codes> {
    let values: Vec<f32> = places.as_flattened().iter().map(|&x| x as f32).collect();
    if let Some(place) = values.iter().position(|x| !x.is_finite()) {
        return Err(Error::failed(format!(
            "expected a map of finite numbers, found {} as the place of point {} of {}",
            values[place],
            place / 2 + 1,
            places.len()
        )));
    }
    Ok(Codes::new(2, values))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::testing::normal;

    #[test]
    fn a_map_starts_from_principal_components() {
        let values: Vec<f32> =
            normal(300, 1).chunks(3).flat_map(|p| [p[0], 9.0 * p[1], p[2]]).collect();
        let points = Points::new("codes", 3, &values).unwrap();
        let places = start(points, 1e-4, Seed(1)).unwrap();
        let along: f64 = places.iter().map(|place| place[0] * place[0]).sum::<f64>() / 99.0;
        assert!((along.sqrt() / 1e-4 - 1.0).abs() < 0.01, "{along:e}");
        assert_eq!(places, start(points, 1e-4, Seed(1)).unwrap());
        assert_ne!(places, start(points, 1e-4, Seed(2)).unwrap());
        // Of one dimension, the other is all chance.
        let line = Points::new("codes", 1, &values[..30]).unwrap();
        assert!(start(line, 1.0, Seed(1)).unwrap().iter().all(|place| place[1].abs() < 0.06));
    }

    #[test]
    fn principal_places_are_those_of_the_axes() {
        let values = normal(60, 2);
        let points = Points::new("codes", 3, &values).unwrap();
        let (map, pca) = (principal_map(points).unwrap(), Pca::fit(points, 2).unwrap());
        assert_eq!(map.places, pca.encode(points).unwrap());
        assert_eq!(map.explained_variance_ratio[..], pca.explained_variance_ratio());
        let line = principal_map(Points::new("codes", 1, &[1.0, 4.0]).unwrap()).unwrap();
        assert_eq!(line.places.values(), [-1.5, 0.0, 1.5, 0.0]);
        assert_eq!(line.explained_variance_ratio, [1.0, 0.0]);
        for (values, words) in [
            (&[1.0][..], "expected at least 2 codes for a map, found 1"),
            (&[1.0; 3], "expected codes that differ to make a map of, found 3 equal ones"),
        ] {
            let error = principal_map(Points::new("codes", 1, values).unwrap()).unwrap_err();
            assert_eq!((error.is_data(), error.to_string().as_str()), (true, words));
        }
    }

    #[test]
    fn a_place_that_is_not_finite_is_told() {
        let error = finished(&[[0.0, 1.0], [2.0, f64::NAN]]).unwrap_err();
        assert!(error.is_failed());
        assert_eq!(
            error.to_string(),
            "expected a map of finite numbers, found NaN as the place of point 2 of 2"
        );
    }
}
