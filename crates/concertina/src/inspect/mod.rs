//! Inspection: finds defects in pictures by what a model of good ones changes in them.
//!
//! A model is trained on pictures of good parts to take away defects that are drawn on them (the
//! task `defects`). Given another picture, it changes what does not belong there. The squared
//! change, smoothed, and relative to how rough the surface is around there, is the picture's *map*;
//! nearly the largest value of the map is its *score*. Both are in units of what is usual in good
//! pictures that were held out of training, and so is the threshold: no defect is needed to find
//! it.
//!
//! Any other model that makes a small code of an image can tell, too, what is unlike the good
//! examples that it was trained on: by how far the code, and how well it could be decoded, lie from
//! theirs. That needs no drawn defects, and images of one size.
//!
//! - [`Inspector`]: fitted to good pictures, it inspects others by what is changed in them.
//! - [`OneClass`]: fitted to good examples, it inspects others by their codes and errors.
//! - [`Threshold`]: for an asked rate of false alarms, and whether that can be promised.
//! - [`InspectionSet`]: pictures in the layout of MVTec AD, with masks of their defects.
//! - [`Detection`]: how well defects were found, by kind.
//! - [`Baselines`]: how well they are found without a network.

mod baselines;
mod detection;
mod inspector;
mod layout;
mod map;
mod one_class;
#[cfg(test)]
mod tests;
mod threshold;

pub use self::baselines::{BaselineFound, Baselines, baseline_image, baseline_indices};
pub use self::detection::{Confusion, Detection, OfKind, Pixels, detection};
pub use self::inspector::{Inspection, Inspector};
pub use self::layout::{GOOD, InspectionSet, ToInspect};
pub use self::one_class::OneClass;
pub use self::threshold::Threshold;
