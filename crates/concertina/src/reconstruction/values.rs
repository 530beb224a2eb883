//! What the values of an example are.

/// The values of an example, as a reconstruction compares them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    /// How many there are.
    pub(crate) n: usize,
    /// If they are tokens: the number of classes of each voice. A step has one token of each, and
    /// one logit for each class.
    pub(crate) classes: &'a [usize],
}

impl Values<'_> {
    /// Values that are numbers.
    #[cfg(test)]
    pub(crate) fn numbers(n: usize) -> Self {
        Self { n, classes: &[] }
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
