//! The words for what a model was trained on.

use concertina::model::Model;

/// What examples and their values are called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// One example.
    pub(super) one: &'static str,
    /// Several.
    pub(super) many: &'static str,
    /// The class of an example.
    pub(super) label: &'static str,
}

const IMAGES: Words = Words { one: "image", many: "images", label: "label" };
const WINDOWS: Words = Words { one: "window", many: "windows", label: "chord" };

impl Words {
    /// Of what a model was trained on.
    pub(super) fn of(model: &Model) -> Self {
        if model.card.music().is_some() { WINDOWS } else { IMAGES }
    }
}
