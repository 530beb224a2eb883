//! What can be had without a model.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::Conventions;
use super::super::finding::{conventions, missing};
use super::agreement::Agreement;
use super::subject::Material;
use crate::data::Examples as _;
use crate::data::music::Windows;
use crate::error::Result;
use crate::parallel;

/// The baselines section of an evaluation.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct MusicBaselines {
    /// The agreement of what each baseline says with the test windows.
    pub agreements: Vec<Agreement>,
    /// Definitions of the baselines.
    pub conventions: Conventions,
}

pub(super) fn measure(material: &Material<'_>) -> Result<MusicBaselines> {
    let Some(train) = &material.train else {
        return Err(missing("the data has no training split to compare with"));
    };
    let test = &material.test;
    material.working("looking for the nearest training window of each");
    let nearest = nearest(train, test);
    let bigrams = Bigrams::of(train);
    let agreements = vec![
        Agreement::new("most frequent token", test, &bigrams.frequent.said(test)),
        Agreement::new("bigram and position, teacher-forced", test, &bigrams.said(test)),
        Agreement::new("nearest training window", test, &nearest),
    ];
    let conventions = conventions([
        ("most frequent token", "of each voice in the training windows"),
        (
            "bigram and position, teacher-forced",
            "the most frequent token of the training windows at the same step behind the same \
             token of the voice; where that never occurred, behind the same token; else the most \
             frequent",
        ),
        (
            "nearest training window",
            "the one with the most tokens in common, found by looking at the whole test window",
        ),
    ]);
    Ok(MusicBaselines { agreements, conventions })
}

/// How often each token occurred in a place.
#[derive(Default)]
struct Counts(HashMap<u16, usize>);

impl Counts {
    fn add(&mut self, token: u16) {
        *self.0.entry(token).or_default() += 1;
    }

    /// The most frequent; of several the smallest.
    fn best(&self) -> u16 {
        let best = self.0.iter().max_by_key(|&(&token, &count)| (count, std::cmp::Reverse(token)));
        best.map_or(0, |(&token, _)| token)
    }
}

/// The most frequent token of each voice. Padding does not count.
struct Frequent(Vec<u16>);

impl Frequent {
    fn of(train: &Windows) -> Self {
        let voices = train.encoding().voices();
        let mut counts: Vec<Counts> = voices.iter().map(|_| Counts::default()).collect();
        for (place, &token) in train.tokens().iter().enumerate() {
            let voice = place % voices.len();
            if usize::from(token) < voices[voice].classes {
                counts[voice].add(token);
            }
        }
        Self(counts.iter().map(Counts::best).collect())
    }

    fn said(&self, test: &Windows) -> Vec<u16> {
        self.0.iter().copied().cycle().take(test.tokens().len()).collect()
    }
}

/// What follows a token of a voice: at a step, and anywhere.
struct Bigrams {
    at: HashMap<(usize, u16), u16>,
    anywhere: HashMap<(usize, u16), u16>,
    frequent: Frequent,
}

impl Bigrams {
    fn of(train: &Windows) -> Self {
        let mut at: HashMap<(usize, u16), Counts> = HashMap::new();
        let mut anywhere: HashMap<(usize, u16), Counts> = HashMap::new();
        let voices = train.encoding().voices();
        for tokens in train.iter() {
            for (place, &token) in tokens.iter().enumerate() {
                let voice = place % voices.len();
                if usize::from(token) < voices[voice].classes {
                    let before = before(tokens, place, voices.len());
                    at.entry((place, before)).or_default().add(token);
                    anywhere.entry((voice, before)).or_default().add(token);
                }
            }
        }
        let best = |counts: HashMap<_, Counts>| {
            counts.into_iter().map(|(key, counts)| (key, counts.best())).collect()
        };
        Self { at: best(at), anywhere: best(anywhere), frequent: Frequent::of(train) }
    }

    fn said(&self, test: &Windows) -> Vec<u16> {
        let voices = test.encoding().voices().len();
        let said = test.iter().flat_map(|tokens| {
            (0..tokens.len()).map(move |place| {
                let (voice, before) = (place % voices, before(tokens, place, voices));
                let found = self.at.get(&(place, before));
                let found = found.or_else(|| self.anywhere.get(&(voice, before)));
                found.copied().unwrap_or(self.frequent.0[voice])
            })
        });
        said.collect()
    }
}

/// The token before, of the same voice; at the first step one that does not occur.
fn before(tokens: &[u16], place: usize, voices: usize) -> u16 {
    place.checked_sub(voices).map_or(u16::MAX, |place| tokens[place])
}

/// The training window with the most tokens in common with each test window; of several the first.
fn nearest(train: &Windows, test: &Windows) -> Vec<u16> {
    let size = test.shape().len();
    let common = |a: &[u16], b: &[u16]| a.iter().zip(b).filter(|(a, b)| a == b).count();
    let nearest = |test: &[u16]| {
        let nearest = train.iter().rev().max_by_key(|train| common(train, test));
        nearest.map_or_else(Vec::new, <[u16]>::to_vec)
    };
    parallel::map(test.tokens().chunks(size), nearest).concat()
}
