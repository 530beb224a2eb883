//! The fingerprint of the data that a run was started with.

use crate::artifact::{sha256, sha256_of};
use crate::data::Data;

/// The SHA-256 of a run's data: examples, labels, and the card, wherever the data lies.
pub(super) fn fingerprint(data: &dyn Data) -> String {
    let [train, valid] = [data.training(), data.validation()];
    let splits = [train.examples, valid.examples].into_iter().zip(data.content());
    let splits: Vec<String> = splits
        .map(|(examples, pieces)| {
            format!("{} {} {}", examples.shape(), examples.len(), sha256_of(&pieces))
        })
        .collect();
    let mut card = data.card().for_others();
    card.source.clear();
    let words = (train.labels, valid.labels, data.class_names(), card);
    let words = serde_json::to_string(&words).expect("a card is plain data");
    sha256(format!("{}\n{words}", splits.join("\n")).as_bytes())
}
