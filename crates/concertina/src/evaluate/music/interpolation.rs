//! Ways from one window to another.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::finding::missing;
use super::super::{Conventions, finding};
use super::subject::Material;
use crate::data::Examples as _;
use crate::error::Result;
use crate::math::{Codes, interpolate, spearman};
use crate::model::Draw;

/// Pairs of windows, at most.
const MOST: usize = 100;
/// Windows of a way, the ends included.
const STEPS: usize = 11;

/// How windows change on the way from one code to another.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Interpolations {
    /// The number of pairs of test windows.
    pub pairs: usize,
    /// The number of windows from end to end.
    pub steps: usize,
    /// Spearman's rank correlation of a window's place on the way and the number of its tokens that
    /// differ from the first one's: 1 if each step leads further away. Mean over the pairs.
    pub monotony: f64,
    /// The fraction of the ends that are the reconstructions of the pair, token by token.
    pub ends_reconstructed: f64,
    /// The fraction of tokens in which neighbours on the way differ, on average.
    pub step_difference: f64,
    /// The fraction in which the ends differ.
    pub end_difference: f64,
    /// Definitions of the metrics.
    pub conventions: Conventions,
}

pub(super) fn measure(material: &Material<'_>) -> Result<Interpolations> {
    let test = &material.test;
    let order = material.some(test.len(), 2 * MOST, 7);
    let (pairs, _) = order.as_chunks::<2>();
    if pairs.is_empty() {
        return Err(missing("ways between windows need at least two"));
    }
    let ends: Vec<usize> = pairs.as_flattened().to_vec();
    let codes = material.codes()?.select(&ends);
    // As the command does it: all with the chord of the first.
    let chord = |index: usize| test.chords().map(|chords| chords[index]);
    let firsts = |n: usize| -> Option<Vec<u32>> {
        pairs.iter().flat_map(|[first, _]| vec![chord(*first); n]).collect()
    };
    let mut ways = Vec::new();
    for pair in 0..pairs.len() {
        let way = interpolate(codes.row(2 * pair), codes.row(2 * pair + 1), STEPS);
        ways.extend_from_slice(way.values());
    }
    let ways = Codes::new(codes.size(), ways);
    let what = "writing what lies between pairs of windows";
    let tokens = material.decode(what, &ways, firsts(STEPS).as_deref(), Draw::MostProbable)?;
    let back = material.decode(what, &codes, firsts(2).as_deref(), Draw::MostProbable)?;

    let size = test.shape().len();
    let (mut monotony, mut defined) = (0.0, 0);
    let [mut same_ends, mut step, mut end] = [0.0; 3];
    for (way, back) in tokens.chunks(STEPS * size).zip(back.chunks(2 * size)) {
        let windows: Vec<&[u16]> = way.chunks(size).collect();
        let away: Vec<f64> = windows.iter().map(|window| difference(windows[0], window)).collect();
        let places: Vec<f64> = (0..STEPS).map(|place| place as f64).collect();
        if let Some(found) = spearman(&places, &away) {
            monotony += found;
            defined += 1;
        }
        let is_same = [windows[0] == &back[..size], windows[STEPS - 1] == &back[size..]];
        same_ends += is_same.into_iter().filter(|is_same| *is_same).count() as f64;
        let neighbours = windows.windows(2);
        step += neighbours.map(|pair| difference(pair[0], pair[1])).sum::<f64>();
        end += away[STEPS - 1];
    }
    if defined == 0 {
        return Err(missing("all pairs of windows are reconstructed as the same one"));
    }
    let n = pairs.len() as f64;
    Ok(Interpolations {
        pairs: pairs.len(),
        steps: STEPS,
        monotony: monotony / f64::from(defined),
        ends_reconstructed: same_ends / (2.0 * n),
        step_difference: step / (n * (STEPS - 1) as f64),
        end_difference: end / n,
        conventions: conventions(),
    })
}

/// The fraction of tokens that differ.
fn difference(a: &[u16], b: &[u16]) -> f64 {
    let differ = a.iter().zip(b).filter(|(a, b)| a != b).count();
    differ as f64 / a.len() as f64
}

fn conventions() -> Conventions {
    finding::conventions([
        (
            "monotony",
            "Spearman's rank correlation of the place on the way and the tokens that differ from \
             the first window's; mean over pairs whose ends differ",
        ),
        ("step_difference", "fraction of tokens in which neighbours on the way differ"),
        ("end_difference", "fraction of tokens in which the ends differ"),
    ])
}
