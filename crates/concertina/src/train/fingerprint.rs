//! The fingerprint of the data that a run was started with.

use crate::artifact::sha256;
use crate::data::Dataset;

/// The SHA-256 of a run's data: images, labels, and the card, wherever the data lies.
pub(super) fn fingerprint(data: &Dataset) -> String {
    let Dataset { train, valid, train_labels, valid_labels, class_names, card, .. } = data;
    let splits = [train, valid]
        .map(|images| format!("{} {} {}", images.shape(), images.len(), sha256(images.pixels())));
    let mut card = card.for_others();
    card.source.clear();
    let words = (train_labels, valid_labels, class_names, card);
    let words = serde_json::to_string(&words).expect("a card is plain data");
    sha256(format!("{}\n{words}", splits.join("\n")).as_bytes())
}
