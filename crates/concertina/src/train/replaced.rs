//! Files that others were read in the place of, as they cannot be decoded: that is known only once
//! they are read.

use crate::data::{Data, Skipped};
use crate::hint::Warning;
use crate::text::counted;

/// The files of both splits that this process has found so far.
fn found(data: &dyn Data) -> Skipped {
    let mut all = Skipped::default();
    for split in [data.training(), data.validation()] {
        if let Some(stored) = split.examples.stored() {
            all.append(stored.replaced());
        }
    }
    all
}

/// A warning, if there are more than the `told` that were told before. It counts them.
pub(super) fn warning(data: &dyn Data, told: &mut usize) -> Option<Warning> {
    let found = found(data);
    let is_more = found.count > *told;
    *told = found.count;
    is_more.then(|| {
        Warning::new(words(&found)).with_hint(
            "leave the files as they are until the run has ended: without them it is other data",
        )
    })
}

/// A remark on them, if there are any.
pub(super) fn remark(data: &dyn Data) -> Option<String> {
    let found = found(data);
    (found.count > 0).then(|| words(&found))
}

fn words(found: &Skipped) -> String {
    format!(
        "{} cannot be decoded, and the one before each was read in its place: {}",
        counted(found.count, "file"),
        found.in_words()
    )
}
