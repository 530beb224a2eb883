//! K-means clustering, and the purity of clusters.

use concertina_kernels::{Matrix, addmm};

use crate::error::{Error, Result};
use crate::math::Points;
use crate::math::covariance::mean;
use crate::math::distances::shifted;
use crate::math::vectors::{add_scaled, argmax, sample_index, squared_distance};
use crate::parallel;
use crate::rng::{Purpose, Seed, Stream};

/// The number of runs with different initial centres, of which the best is kept.
const RESTARTS: u32 = 10;
const MAX_STEPS: usize = 100;
/// The number of shards of the points. Their sums are added in order, for any number of threads.
const SHARDS: usize = 16;
/// Points per matrix product.
const BLOCK: usize = 256;

/// A k-means clustering: each point belongs to its nearest centre.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// The centres, `[K, D]`.
    pub centres: Vec<f32>,
    /// The cluster of each point.
    pub members: Vec<u32>,
    /// The sum of the squared distances of all points from their centres.
    pub inertia: f64,
}

/// Finds `k` clusters: k-means++ initialisation (Arthur and Vassilvitskii, 2007), then Lloyd's
/// algorithm until no point changes its cluster. The result is the one of the smallest inertia out
/// of ten runs. An empty cluster keeps its centre.
///
/// The same points and seed give the same bits for any number of threads.
///
/// # Errors
/// If `k` is 0 or there are fewer than `k` points.
pub fn k_means(points: Points<'_>, k: usize, seed: Seed) -> Result<Clusters> {
    if k == 0 {
        return Err(Error::config("expected at least 1 cluster, found 0"));
    }
    points.expect_at_least(k, &format!("{k} clusters"))?;
    let search = Search { points, k, mean: mean(points) };
    let mut best: Option<Clusters> = None;
    for restart in 0..RESTARTS {
        let mut stream = Stream::new(seed, Purpose::Fit, [3, restart, 0]);
        let found = search.run(&mut stream);
        if best.as_ref().is_none_or(|best| found.inertia < best.inertia) {
            best = Some(found);
        }
    }
    Ok(best.expect("there is at least one restart"))
}

/// The fraction of points that belong to the most frequent class of their cluster: 1 if no cluster
/// contains several classes. It grows with the number of clusters, so compare it only for the same
/// number.
///
/// # Errors
/// If there is no point, or the number of labels is not that of the points.
pub fn purity(members: &[u32], labels: &[u32]) -> Result<f64> {
    if members.is_empty() || members.len() != labels.len() {
        return Err(Error::data(format!(
            "expected a label for each of at least one clustered point, found {} points and {} \
             labels",
            members.len(),
            labels.len()
        )));
    }
    let mut pairs: Vec<(u32, u32)> = members.iter().copied().zip(labels.iter().copied()).collect();
    pairs.sort_unstable();
    let largest_class = |cluster: &[(u32, u32)]| {
        cluster.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or_default()
    };
    let agreeing: usize = pairs.chunk_by(|a, b| a.0 == b.0).map(largest_class).sum();
    Ok(agreeing as f64 / members.len() as f64)
}

struct Search<'a> {
    points: Points<'a>,
    k: usize,
    mean: Vec<f64>,
}

/// The assignment of some points in a step of Lloyd's algorithm.
struct Shard {
    members: Vec<u32>,
    sums: Vec<f64>,
    counts: Vec<usize>,
}

impl Search<'_> {
    fn run(&self, stream: &mut Stream) -> Clusters {
        let mut centres = self.initial_centres(stream);
        let mut members = Vec::new();
        for _ in 0..MAX_STEPS {
            let shards = self.step(&centres);
            let next: Vec<u32> =
                shards.iter().flat_map(|shard| shard.members.iter().copied()).collect();
            if next == members {
                break;
            }
            members = next;
            self.move_centres(&shards, &mut centres);
        }
        Clusters { inertia: self.inertia(&centres, &members), centres, members }
    }

    /// Initial centres by k-means++: each is chosen with a probability proportional to its squared
    /// distance from the nearest one chosen before.
    fn initial_centres(&self, stream: &mut Stream) -> Vec<f32> {
        let n = self.points.n_points();
        let first = stream.below(u32::try_from(n).unwrap_or(u32::MAX)) as usize;
        let mut centres = self.points.row(first).to_vec();
        let mut distances = vec![f64::INFINITY; n];
        while centres.len() < self.k * self.points.size() {
            let newest = &centres[centres.len() - self.points.size()..];
            distances = parallel::map_indices(n, |index| {
                distances[index].min(squared_distance(self.points.row(index), newest))
            });
            let u = f64::from(stream.uniform()) * distances.iter().sum::<f64>();
            let chosen = sample_index(u, distances.iter().copied());
            centres.extend_from_slice(self.points.row(chosen));
        }
        centres
    }

    /// Assigns each point to its nearest centre, and sums the points of each cluster.
    fn step(&self, centres: &[f32]) -> Vec<Shard> {
        let size = self.points.size();
        // |x - c|^2 is smallest where xc - |c|^2 / 2 is largest.
        let centres = shifted(centres, &self.mean);
        let biases: Vec<f32> = centres
            .chunks_exact(size)
            .map(|centre| (-0.5 * centre.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>()) as f32)
            .collect();
        let shard = self.points.n_points().div_ceil(SHARDS);
        let shards = self.points.values().chunks(shard * size);
        parallel::map(shards, |points| self.shard(&centres, &biases, points))
    }

    fn shard(&self, centres: &[f32], biases: &[f32], points: &[f32]) -> Shard {
        let size = self.points.size();
        let centres = Matrix::new(centres, self.k, size);
        let mut members = Vec::with_capacity(points.len() / size);
        let (mut sums, mut counts) = (vec![0.0; self.k * size], vec![0; self.k]);
        for points in points.chunks(BLOCK * size) {
            let deviations = shifted(points, &self.mean);
            let deviations = Matrix::new(&deviations, points.len() / size, size);
            // The largest score is that of the nearest centre.
            let scores = addmm(biases, deviations, centres.transposed());
            for (point, scores) in points.chunks_exact(size).zip(scores.chunks_exact(self.k)) {
                let nearest = argmax(scores);
                members.push(nearest as u32);
                counts[nearest] += 1;
                let sum = &mut sums[nearest * size..][..size];
                sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += f64::from(*x));
            }
        }
        Shard { members, sums, counts }
    }

    fn move_centres(&self, shards: &[Shard], centres: &mut [f32]) {
        let size = self.points.size();
        let mut sums = vec![0.0; centres.len()];
        for shard in shards {
            add_scaled(&mut sums, 1.0, &shard.sums);
        }
        for (k, (centre, sum)) in
            centres.chunks_exact_mut(size).zip(sums.chunks_exact(size)).enumerate()
        {
            let count: usize = shards.iter().map(|shard| shard.counts[k]).sum();
            if count > 0 {
                centre.iter_mut().zip(sum).for_each(|(x, sum)| *x = (sum / count as f64) as f32);
            }
        }
    }

    fn inertia(&self, centres: &[f32], members: &[u32]) -> f64 {
        let size = self.points.size();
        let squares: Vec<f64> = parallel::map_indices(members.len(), |index| {
            let centre = &centres[members[index] as usize * size..][..size];
            squared_distance(self.points.row(index), centre)
        });
        squares.iter().sum()
    }
}

#[cfg(test)]
mod tests;
