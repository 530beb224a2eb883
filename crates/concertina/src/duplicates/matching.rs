//! Which features of two pictures are alike, and agree.

use super::descriptor::{Feature, SIZE};
use super::similarity::Similarity;

/// The most that a descriptor's squared distance to the nearest may be of that to the next nearest
/// (0.8 of the distance; Lowe 2004, section 7.1).
const RATIO: f32 = 0.64;
/// Pixels of a plane that keypoints may be apart where they should coincide, for a transformation
/// that many agree on; twice that for one by a single pair.
const APART: f32 = 4.0;
/// Times that a keypoint may be larger or smaller than it should be.
const SCALE: f32 = 1.5;
/// Radians by which a keypoint may point elsewhere than it should.
const TURN: f32 = 0.45;
/// Improvements of a transformation, each by those that agree on the one before.
const ROUNDS: usize = 3;
/// A transformation is fitted to at least so many.
const LEAST: usize = 3;

/// A feature of one picture and the one of another that is like it.
type Pair<'a> = (&'a Feature, &'a Feature);

/// The transformation of one picture to another that most features agree on, and how many do; none
/// if fewer than three. Keypoints count once.
pub(super) fn agreed(from: &[Feature], to: &[Feature]) -> Option<(Similarity, usize)> {
    let pairs = alike(from, to);
    let mut most = Vec::new();
    for (one, other) in &pairs {
        let found = agreeing(&Similarity::of_features(one, other), &pairs, 2.0 * APART);
        // Of equally many the first, which is of the largest contrast.
        if found.len() > most.len() {
            most = found;
        }
    }
    let mut agreed = None;
    for _ in 0..ROUNDS {
        if most.len() < LEAST {
            return None;
        }
        let similarity = Similarity::fitted(&most)?;
        most = agreeing(&similarity, &pairs, APART);
        agreed = Some((similarity, most.len()));
    }
    agreed
}

/// For each feature the nearest of the others, if it is by far the nearest.
fn alike<'a>(from: &'a [Feature], to: &'a [Feature]) -> Vec<Pair<'a>> {
    let nearest = |feature: &'a Feature| {
        let mut nearest: Option<(i32, &Feature)> = None;
        let mut next = i32::MAX;
        for other in to {
            let distance = distance(&feature.descriptor, &other.descriptor);
            // The same keypoint in another direction is no other keypoint.
            let is_other = nearest.is_some_and(|(_, nearest)| !nearest.is_at(other));
            match nearest {
                Some((least, _)) if distance >= least => {
                    if is_other {
                        next = next.min(distance);
                    }
                }
                Some((least, _)) => {
                    if is_other {
                        next = least;
                    }
                    nearest = Some((distance, other));
                }
                None => nearest = Some((distance, other)),
            }
        }
        let (distance, other) = nearest?;
        let is_distinct = next < i32::MAX && (distance as f32) < RATIO * next as f32;
        is_distinct.then_some((feature, other))
    };
    from.iter().filter_map(nearest).collect()
}

/// The squared distance of two descriptors. In 16 bits, as vector code multiplies them.
fn distance(one: &[u8; SIZE], other: &[u8; SIZE]) -> i32 {
    let square = |(one, other): (&u8, &u8)| {
        let difference = i16::from(*one) - i16::from(*other);
        i32::from(difference) * i32::from(difference)
    };
    one.iter().zip(other).map(square).sum()
}

/// The pairs that a transformation takes to one another, of each keypoint one.
fn agreeing<'a>(similarity: &Similarity, pairs: &[Pair<'a>], apart: f32) -> Vec<Pair<'a>> {
    let mut kept: Vec<Pair<'a>> = Vec::new();
    for &(one, other) in pairs {
        let [x, y] = similarity.apply([one.x, one.y]);
        let scale = similarity.scale() * one.sigma / other.sigma;
        let turn = similarity.angle() + one.angle - other.angle;
        if (x - other.x).hypot(y - other.y) <= apart
            && (1.0 / SCALE..SCALE).contains(&scale)
            && turn.cos() >= TURN.cos()
            && !kept.iter().any(|kept| kept.0.is_at(one) || kept.1.is_at(other))
        {
            kept.push((one, other));
        }
    }
    kept
}
