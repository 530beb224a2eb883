//! Inspection: finds defects in pictures by what a model of good ones changes in them.
//!
//! A model is trained on pictures of good parts to take away defects that are drawn on them (the
//! task `defects`). Given another picture, it changes what does not belong there. The squared
//! change, smoothed, and relative to how rough the surface is around there, is the picture's *map*;
//! nearly the largest value of the map is its *score*. Both are in units of what is usual in good
//! pictures that were held out of training, and so is the threshold: no defect is needed to find
//! it.
//!
//! - [`Inspector`]: fitted to good pictures, it inspects others.
//! - [`Threshold`]: for an asked rate of false alarms, and whether that can be promised.
//! - [`InspectionSet`]: pictures in the layout of MVTec AD, with masks of their defects.
//! - [`Detection`]: how well defects were found, by kind.

mod detection;
mod inspector;
mod layout;
mod map;
mod threshold;

pub use self::detection::{Detection, OfKind, detection};
pub use self::inspector::{Inspection, Inspector};
pub use self::layout::{GOOD, InspectionSet, ToInspect};
pub use self::threshold::Threshold;
