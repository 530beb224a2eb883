//! The per-region overlap of maps with regions.

use super::regions::regions;
use super::steps::{N_STEPS, step};

/// The largest rate of false positives that counts.
const MOST: f64 = 0.3;

/// Counts of the values of maps, from which the per-region overlap is computed (PRO: Bergmann et
/// al. 2019, "MVTec AD"): the part of a connected region where the map is above a threshold, mean
/// over regions, so that a small region counts as much as a large one; and the mean of that over
/// thresholds whose rate of false positives is at most 0.3, of all places outside of regions.
///
/// Memory does not grow with the number of maps: values are counted in steps of 1/2048 of their
/// size, which count as ties, as in [`Auroc`](super::Auroc). Values are at least 0; what is not a
/// number counts as 0.
#[derive(Clone, Debug)]
pub struct RegionOverlap {
    /// Of each step: the sum over regions of the part of the region that has such values, and the
    /// places outside of regions.
    steps: Vec<(f64, u64)>,
    n_regions: u64,
}

impl Default for RegionOverlap {
    fn default() -> Self {
        Self { steps: vec![(0.0, 0); N_STEPS], n_regions: 0 }
    }
}

impl RegionOverlap {
    /// Counts a map of height and width `sides`; `is_in_region` says of each place whether it lies
    /// in a region.
    ///
    /// # Panics
    /// If their sizes differ.
    pub fn add(&mut self, map: &[f32], is_in_region: &[bool], sides: [usize; 2]) {
        assert_eq!(map.len(), is_in_region.len(), "each place of a map is in a region or not");
        if !is_in_region.contains(&true) {
            for value in map {
                self.steps[step(*value)].1 += 1;
            }
            return;
        }
        let (numbers, sizes) = regions(is_in_region, sides);
        for (value, number) in map.iter().zip(numbers) {
            let (parts, outside) = &mut self.steps[step(*value)];
            match number {
                0 => *outside += 1,
                number => *parts += 1.0 / f64::from(sizes[number as usize - 1]),
            }
        }
        self.n_regions += sizes.len() as u64;
    }

    /// The mean overlap, 0 to 1; `None` unless there are regions and places outside of them.
    pub fn mean(&self) -> Option<f64> {
        let n_outside = self.steps.iter().map(|(_, outside)| outside).sum::<u64>() as f64;
        if self.n_regions == 0 || n_outside == 0.0 {
            return None;
        }
        // From the highest threshold, above which there is nothing, down. Between two thresholds
        // both rates are taken to change evenly.
        let (mut area, mut rate, mut parts) = (0.0, 0.0, 0.0);
        let mut below = 0;
        for (part, outside) in self.steps.iter().rev() {
            if *part == 0.0 && *outside == 0 {
                continue;
            }
            below += outside;
            let next_rate = below as f64 / n_outside;
            let next_parts = parts + part;
            if next_rate >= MOST {
                let share = (MOST - rate) / (next_rate - rate);
                let last = parts + share * part;
                area += (MOST - rate) * (parts + last) / 2.0;
                break;
            }
            area += (next_rate - rate) * (parts + next_parts) / 2.0;
            (rate, parts) = (next_rate, next_parts);
        }
        Some(area / (MOST * self.n_regions as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};

    type Map = (Vec<f32>, Vec<bool>, [usize; 2]);

    fn found(maps: &[Map]) -> Option<f64> {
        let mut overlap = RegionOverlap::default();
        for (map, mask, sides) in maps {
            overlap.add(map, mask, *sides);
        }
        overlap.mean()
    }

    /// By the definition: for each threshold the overlap of each region by itself.
    fn naive(maps: &[Map]) -> f64 {
        let mut thresholds: Vec<f32> = maps.iter().flat_map(|(map, ..)| map.clone()).collect();
        thresholds.push(f32::INFINITY);
        thresholds.sort_by(|a, b| b.total_cmp(a));
        thresholds.dedup();
        let mut curve = Vec::new();
        for threshold in thresholds {
            let (mut overlaps, mut alarms, mut outside) = (Vec::new(), 0, 0);
            for (map, mask, sides) in maps {
                let (numbers, sizes) = regions(mask, *sides);
                for region in 1..=sizes.len() as u32 {
                    let own = || map.iter().zip(&numbers).filter(|(_, number)| **number == region);
                    let above = own().filter(|(value, _)| **value >= threshold).count();
                    overlaps.push(above as f64 / own().count() as f64);
                }
                let others = || map.iter().zip(mask).filter(|(_, is_in_region)| !**is_in_region);
                outside += others().count();
                alarms += others().filter(|(value, _)| **value >= threshold).count();
            }
            let mean = overlaps.iter().sum::<f64>() / overlaps.len() as f64;
            curve.push((alarms as f64 / outside as f64, mean));
        }
        let cut = |from: (f64, f64), to: (f64, f64)| {
            if to.0 <= MOST {
                return to;
            }
            (MOST, from.1 + (to.1 - from.1) * (MOST - from.0) / (to.0 - from.0))
        };
        let pairs = curve.windows(2).filter(|pair| pair[0].0 < MOST);
        let area = |pair: &[(f64, f64)]| {
            let end = cut(pair[0], pair[1]);
            (end.0 - pair[0].0) * (pair[0].1 + end.1) / 2.0
        };
        pairs.map(area).sum::<f64>() / MOST
    }

    #[test]
    fn it_is_that_of_the_definition() {
        for case in 0..60 {
            let mut stream = Stream::new(Seed(7), Purpose::Sample, [case, 0, 0]);
            let maps: Vec<Map> = (0..=case % 3)
                .map(|_| {
                    let sides = [3, 4, 5, 6].map(|least| least + (stream.uniform() * 6.0) as usize);
                    let n = sides[0] * sides[1];
                    // Few values, so that there are ties, and a map that knows something.
                    let mask: Vec<bool> = (0..n).map(|_| stream.uniform() < 0.2).collect();
                    let map = mask.iter().map(|is_in_region| {
                        let known = if *is_in_region { 2.0 } else { 0.0 };
                        (stream.uniform() * 8.0).floor() / 4.0 + known * stream.uniform().round()
                    });
                    (map.collect(), mask, [sides[0], sides[1]])
                })
                .collect();
            if maps.iter().any(|(_, mask, _)| mask.contains(&true)) {
                let (found, naive) = (found(&maps).unwrap_or(-1.0), naive(&maps));
                assert!((found - naive).abs() < 1e-12, "case {case}: {found} {naive}");
            }
        }
    }

    #[test]
    fn a_small_region_counts_as_much_as_a_large_one() {
        // Of nine places in one region and one in another, only the nine are found.
        let mut map = vec![0.0; 100];
        let mut mask = vec![false; 100];
        for at in (0..3).flat_map(|y| (0..3).map(move |x| y * 10 + x)) {
            (map[at], mask[at]) = (1.0, true);
        }
        mask[99] = true;
        let all = found(&[(
            mask.iter().map(|is| f32::from(u8::from(*is))).collect(),
            mask.clone(),
            [10, 10],
        )]);
        assert_eq!(all, Some(1.0));
        // What is not above any threshold is found by chance, as a rate of 0.3 of it is.
        let half = found(&[(map, mask, [10, 10])]).unwrap_or(0.0);
        assert!((half - (0.5 + 0.5 * 0.15)).abs() < 1e-12, "{half}");
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[(vec![1.0; 4], vec![false; 4], [2, 2])]), None);
        assert_eq!(found(&[(vec![f32::NAN; 4], vec![true; 4], [2, 2])]), None);
    }
}
