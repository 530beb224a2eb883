//! Patches of image files.

use super::decoder::{Decoded, Decoder, Good};
use crate::data::fit::Fit;
use crate::data::patches::{Picture, Place};
use crate::data::{OpenOptions, Patches, Skipped};
use crate::error::Result;
use crate::memory;
use crate::parallel;
use crate::shape::ImageShape;

/// Those of the images at `indices` that are as large as a patch; the others are skipped.
pub(super) fn large_enough(
    good: &[Good],
    indices: &[usize],
    side: usize,
    skipped: &mut Skipped,
) -> Vec<usize> {
    let is_small = |index: &usize| good[*index].header.size.iter().any(|length| *length < side);
    let (small, large): (Vec<usize>, Vec<usize>) =
        indices.iter().partition(|index| is_small(index));
    for index in small {
        let Good { found, header } = &good[index];
        let [width, height] = header.size;
        let reason = format!("{width} x {height} pixels, smaller than patches of {side}");
        skipped.push(found.name.clone(), reason);
    }
    large
}

/// Patches of side `side` of the images at `indices`, which are decoded in parallel.
pub(super) fn decode(
    good: &[Good],
    indices: &[usize],
    side: usize,
    fit: Fit,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Result<Decoded> {
    let large = large_enough(good, indices, side, skipped);
    let shape = |index: usize| {
        let [width, height] = good[index].header.size;
        ImageShape::new(fit.channels, height, width)
    };
    let bytes = large.iter().map(|&index| shape(index).len()).sum();
    memory::expect_room(1, bytes, "folder of pictures at their own size")?;
    let decoder = Decoder::new(large.len(), options);
    let picture = |&index: &usize| {
        decoder.decode(&good[index], |image| {
            let shape = shape(index);
            let mut pixels = vec![0; shape.len()];
            fit.write(image, &mut pixels);
            Picture { shape, pixels }
        })
    };
    let decoded = parallel::map(&large, picture);
    let (mut kept, mut pictures, mut animated) = (Vec::new(), Vec::new(), 0);
    for (index, outcome) in large.into_iter().zip(decoded) {
        match outcome {
            Ok((picture, is_animated)) => {
                kept.push(index);
                pictures.push(picture);
                animated += usize::from(is_animated);
            }
            Err(reason) => skipped.push(good[index].found.name.clone(), reason),
        }
    }
    let patches = Patches::new(side, fit.channels, pictures);
    let of = |place: &Place| kept[place.picture];
    let name = |place: &Place| {
        let ([top, left], name) = (place.corner, &good[of(place)].found.name);
        format!("{name}, patch at {left}, {top}")
    };
    Ok(Decoded {
        images: patches.images()?,
        files: patches.places().iter().map(of).collect(),
        names: patches.places().iter().map(name).collect(),
        animated,
        patches: Some(patches),
    })
}
