//! What the values of an example are.

use crate::shape::ImageShape;

/// The values of an example, as a reconstruction compares them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    /// Of an image; of music, the steps and the voices.
    pub(crate) shape: ImageShape,
    /// If they are tokens: the number of classes of each voice. A step has one token of each, and
    /// one logit for each class.
    pub(crate) classes: &'a [usize],
}

impl Values<'_> {
    /// How many there are.
    pub(crate) fn n(&self) -> usize {
        self.shape.len()
    }

    /// Values that are numbers.
    #[cfg(test)]
    pub(crate) fn numbers(n: usize) -> Self {
        Self { shape: ImageShape::new(1, 1, n), classes: &[] }
    }

    /// The logits of each voice, from those of a step.
    pub(crate) fn by_voice<'l>(&self, step: &'l [f32]) -> impl Iterator<Item = &'l [f32]> {
        self.classes.iter().scan(step, |rest, &classes| {
            let (own, after) = rest.split_at(classes);
            *rest = after;
            Some(own)
        })
    }
}
