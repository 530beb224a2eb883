//! The card of a source of any size, which is read piece by piece.

use super::tally::{Tally, at_once};
use crate::data::{DataCard, OpenOptions, Progress, Supply, Whole};
use crate::error::Result;

/// What a source holds, as [`Dataset::open`](crate::data::Dataset::open) would find, but of
/// pictures in files only some at a time are in memory.
///
/// # Errors
/// If the source cannot be opened, is not one of images, or has none that can be used.
pub fn survey(source: &str, options: &OpenOptions) -> Result<DataCard> {
    let supply = Supply::open(source, options)?;
    let n_classes = supply.class_names().len();
    let asked = supply.counts();
    let total = asked.iter().sum();
    let mut done = 0;
    let mut tallies = [Tally::new(n_classes), Tally::new(n_classes)];
    let mut counts = [0, 0];
    for (split, tally) in tallies.iter_mut().enumerate() {
        let places: Vec<u32> = (0..asked[split] as u32).collect();
        for places in places.chunks(at_once(supply.shape())) {
            let piece = supply.piece(split, places)?;
            counts[split] += piece.pixels.len() / supply.shape().len();
            tally.add(&piece);
            done += places.len();
            if let Some(progress) = &options.progress {
                progress(Progress { done, total, what: "reading images" });
            }
        }
    }
    let [train, valid] = tallies;
    let (mut animated, mut skipped) = (train.animated, train.skipped);
    if !supply.is_one_image() {
        animated += valid.animated;
        skipped.append(valid.skipped);
    }
    let classes = [train.classes, valid.classes];
    let histogram = train.histogram;
    let card = supply.card(Whole { counts, histogram, classes, animated, skipped });
    supply.expect_some(counts[0], &card.skipped)?;
    Ok(card)
}
