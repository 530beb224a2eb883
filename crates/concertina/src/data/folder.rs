//! A folder of image files, or a single file. Headers are read first, to decide size and channels,
//! then pixels.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::fit::{self, Fit};
use super::part::{Part, Ready};
use super::patches::{Picture, Place};
use super::picture::{self, Header, Reason};
use super::walk::{self, Found, Walk};
use super::{Images, OpenOptions, Patches, SizeRange, Skipped, split};
use crate::error::{Error, Result};
use crate::memory;
use crate::shape::ImageShape;
use crate::text::counted;

/// The side to which images are fitted by default.
const DEFAULT_SIDE: usize = 64;
/// Images of one size are not resized if their shorter side is at most this, and their longer side
/// at most [`LONGEST_KEPT`].
const LARGEST_KEPT: usize = 128;
/// See [`LARGEST_KEPT`].
const LONGEST_KEPT: usize = 512;
/// The class of images outside of any sub-folder, if other images are in sub-folders.
const NO_FOLDER: &str = "(no folder)";

/// An image file with a valid header.
struct Good {
    found: Found,
    header: Header,
}

/// Reads the images of a folder; the names of its first-level sub-folders are the class names.
pub(super) fn load(root: &Path, options: &OpenOptions) -> Result<Ready> {
    let walk = walk::walk(root, picture::is_name)?;
    if walk.files.is_empty() {
        let found = match walk.others {
            0 => "found no file".to_owned(),
            others => format!("found only {}", counted(others, "other file")),
        };
        return Err(Error::data(format!(
            "expected images (png, jpg, jpeg, webp, bmp, tif, tiff, gif), {found}"
        ))
        .in_file(root));
    }
    read("folder of images", walk, options).map_err(|error| error.in_file(root))
}

/// Reads a single image file.
pub(super) fn load_file(path: &Path, options: &OpenOptions) -> Result<Ready> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = Found { path: path.to_owned(), name, class: None };
    let walk = Walk { files: vec![found], ..Walk::default() };
    if let Err(reason) = picture::header(path) {
        return Err(Error::data(reason).in_file(path).with_hint(
            "data is an image, a folder of images or of IDX files, a .npy, .npz or CIFAR-10 \
             .bin file",
        ));
    }
    read("image", walk, options)
}

fn read(kind: &str, walk: Walk, options: &OpenOptions) -> Result<Ready> {
    let Walk { files, others, runs, mut skipped } = walk;
    let good = headers(files, &mut skipped, options);
    let range = SizeRange::of(good.iter().map(|good| good.header.size));
    let Some(sizes) = range else { return Err(none_left(&skipped)) };
    let grey = good.iter().all(|good| good.header.grey);
    let fit = choose_fit(sizes, grey, options);
    let [width, height] = fit.side.map_or(sizes.smallest, |side| [side, side]);
    let shape = ImageShape::new(fit.channels, height, width);

    let split = split::random(good.len(), options);
    let (class_names, labels) = classes(&good);
    if let Some(side) = options.patch {
        let fit = Fit { side: None, ..fit };
        let notes = notes(&good, [others, runs], 0, fit, options);
        let pictures = Pictures { good, labels, class_names, notes };
        return read_patches(kind, pictures, split, side, skipped, options);
    }
    let mut decode = |indices: &[usize]| -> Result<(Part, usize)> {
        let (kept, images, animated) = decode(&good, indices, fit, shape, &mut skipped, options)?;
        let labels = labels.as_ref().map(|labels| kept.iter().map(|&i| labels[i]).collect());
        let names = kept.iter().map(|&i| good[i].found.name.clone()).collect();
        Ok((Part { images, labels, names: Some(names) }, animated))
    };
    let (train, animated) = decode(&split.train)?;
    // A single image is in both splits.
    let (valid, animated) = if split.valid == split.train {
        (train.clone(), animated)
    } else {
        let (valid, more) = decode(&split.valid)?;
        (valid, animated + more)
    };
    let (train, valid) = even_out(train, valid, !split.valid.is_empty())?;
    if train.images.is_empty() {
        return Err(none_left(&skipped));
    }
    let notes = notes(&good, [others, runs], animated, fit, options);
    let (kind, fitted) = (kind.to_owned(), fit.describe(!grey));
    let split = split.description;
    Ok(Ready {
        kind,
        train,
        valid,
        class_names,
        notes,
        split,
        fitted,
        sizes,
        skipped,
        array_range: None,
        patches: None,
    })
}

/// Pictures with valid headers, and what is known of them.
struct Pictures {
    good: Vec<Good>,
    labels: Option<Vec<u32>>,
    class_names: Vec<String>,
    notes: Vec<String>,
}

/// Patches of the pictures, split by picture.
fn read_patches(
    kind: &str,
    pictures: Pictures,
    split: split::Split,
    side: usize,
    mut skipped: Skipped,
    options: &OpenOptions,
) -> Result<Ready> {
    let Pictures { good, labels, class_names, notes } = pictures;
    let grey = good.iter().all(|good| good.header.grey);
    let fit = Fit { side: None, channels: options.channels.unwrap_or(if grey { 1 } else { 3 }) };
    let is_small = |index: &usize| good[*index].header.size.iter().any(|length| *length < side);
    let mut part = |indices: &[usize]| -> Result<(Part, Patches)> {
        let (small, large): (Vec<usize>, Vec<usize>) = indices.iter().copied().partition(is_small);
        for index in small {
            let Good { found, header } = &good[index];
            let [width, height] = header.size;
            let reason = format!("{width} x {height} pixels, smaller than patches of {side}");
            skipped.push(found.name.clone(), reason);
        }
        let (kept, pictures) = whole(&good, &large, fit, &mut skipped, options)?;
        let patches = Patches::new(side, fit.channels, pictures);
        let of = |place: &Place| kept[place.picture];
        let name = |place: &Place| {
            let ([top, left], name) = (place.corner, &good[of(place)].found.name);
            format!("{name}, patch at {left}, {top}")
        };
        let part = Part {
            images: patches.images()?,
            labels: labels
                .as_ref()
                .map(|labels| patches.places().iter().map(|place| labels[of(place)]).collect()),
            names: Some(patches.places().iter().map(name).collect()),
        };
        Ok((part, patches))
    };
    let (train, patches) = part(&split.train)?;
    let (valid, _) = if split.valid == split.train {
        (train.clone(), None)
    } else {
        let (valid, patches) = part(&split.valid)?;
        (valid, Some(patches))
    };
    let sizes = SizeRange::of(good.iter().map(|good| good.header.size));
    let Some(sizes) = sizes.filter(|_| !train.images.is_empty()) else {
        return Err(none_left(&skipped));
    };
    if valid.images.is_empty() && !split.valid.is_empty() {
        return Err(Error::data(format!(
            "expected pictures of at least {side} x {side} pixels to hold out, found none"
        ))
        .with_hint("ask for smaller patches"));
    }
    let fitted = format!(
        "cut into patches of {side} x {side}{}",
        if grey || fit.channels == 3 { "" } else { ", colours turned to grey" }
    );
    Ok(Ready {
        kind: kind.to_owned(),
        train,
        valid,
        class_names,
        notes,
        split: split.description,
        fitted,
        sizes,
        skipped,
        array_range: None,
        patches: Some(patches),
    })
}

/// Decodes the pictures at `indices` in parallel, at their own size. Returns the indices of those
/// that could be decoded, and these pictures.
fn whole(
    good: &[Good],
    indices: &[usize],
    fit: Fit,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Result<(Vec<usize>, Vec<Picture>)> {
    let shape = |header: &Header| {
        let [width, height] = header.size;
        ImageShape::new(fit.channels, height, width)
    };
    let bytes = indices.iter().map(|&index| shape(&good[index].header).len()).sum();
    memory::expect_room(1, bytes, "folder of pictures at their own size")?;
    let done = AtomicUsize::new(0);
    let decoded: Vec<Result<Picture, Reason>> = indices
        .par_iter()
        .map(|&index| {
            let Good { found, header } = &good[index];
            let picture = picture::decode(&found.path, header).map(|image| {
                let shape = shape(header);
                let mut pixels = vec![0; shape.len()];
                fit.write(image, &mut pixels);
                Picture { shape, pixels }
            });
            options.report(
                "reading images",
                done.fetch_add(1, Ordering::Relaxed) + 1,
                indices.len(),
            );
            picture
        })
        .collect();
    let (mut kept, mut pictures) = (Vec::new(), Vec::new());
    for (&index, picture) in indices.iter().zip(decoded) {
        match picture {
            Ok(picture) => {
                kept.push(index);
                pictures.push(picture);
            }
            Err(reason) => skipped.push(good[index].found.name.clone(), reason),
        }
    }
    Ok((kept, pictures))
}

/// Reads all headers in parallel.
fn headers(pictures: Vec<Found>, skipped: &mut Skipped, options: &OpenOptions) -> Vec<Good> {
    let (done, total) = (AtomicUsize::new(0), pictures.len());
    let headers: Vec<Result<Header, Reason>> = pictures
        .par_iter()
        .map(|found| {
            let header = picture::header(&found.path);
            options.report("reading headers", done.fetch_add(1, Ordering::Relaxed) + 1, total);
            header
        })
        .collect();
    let mut good = Vec::new();
    for (found, header) in pictures.into_iter().zip(headers) {
        match header {
            Ok(header) => good.push(Good { found, header }),
            Err(reason) => skipped.push(found.name, reason),
        }
    }
    good
}

/// Small images of one size are kept as they are; all others become squares.
fn choose_fit(sizes: SizeRange, all_grey: bool, options: &OpenOptions) -> Fit {
    let [width, height] = sizes.smallest;
    let same = sizes.smallest == sizes.largest;
    let small = width.min(height) <= LARGEST_KEPT && width.max(height) <= LONGEST_KEPT;
    let side = match options.size {
        Some(size) if same && (width, height) == (size, size) => None,
        Some(size) => Some(size),
        None if same && small => None,
        None => Some(DEFAULT_SIDE),
    };
    Fit { side, channels: options.channels.unwrap_or(if all_grey { 1 } else { 3 }) }
}

/// The names of the classes, sorted, and the class of each image; neither if no image is in a
/// sub-folder.
fn classes(good: &[Good]) -> (Vec<String>, Option<Vec<u32>>) {
    if good.iter().all(|good| good.found.class.is_none()) {
        return (Vec::new(), None);
    }
    let class = |good: &Good| good.found.class.clone().unwrap_or_else(|| NO_FOLDER.to_owned());
    let mut names: Vec<String> = good.iter().map(class).collect();
    names.sort();
    names.dedup();
    let label = |good| names.partition_point(|name| *name < class(good)) as u32;
    let labels = good.iter().map(label).collect();
    (names, Some(labels))
}

/// Decodes and fits the images at `indices` in parallel. Returns the indices of those that could be
/// decoded, their pixels, and how many of them are animations.
fn decode(
    good: &[Good],
    indices: &[usize],
    fit: Fit,
    shape: ImageShape,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Result<(Vec<usize>, Images, usize)> {
    let size = shape.len();
    let mut pixels = fit::blank(indices.len(), shape)?;
    let done = AtomicUsize::new(0);
    let outcomes: Vec<Result<bool, Reason>> = indices
        .par_iter()
        .zip(pixels.par_chunks_exact_mut(size))
        .map(|(&index, planes)| {
            let Good { found, header } = &good[index];
            let outcome = picture::decode(&found.path, header).map(|image| {
                fit.write(image, planes);
                picture::is_animated(&found.path)
            });
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            options.report("reading images", done, indices.len());
            outcome
        })
        .collect();
    let (mut kept, mut animated) = (Vec::with_capacity(indices.len()), 0);
    for (slot, (&index, outcome)) in indices.iter().zip(outcomes).enumerate() {
        match outcome {
            Ok(is_animated) => {
                pixels.copy_within(slot * size..(slot + 1) * size, kept.len() * size);
                kept.push(index);
                animated += usize::from(is_animated);
            }
            Err(reason) => skipped.push(good[index].found.name.clone(), reason),
        }
    }
    pixels.truncate(kept.len() * size);
    Ok((kept, Images::new(shape, pixels)?, animated))
}

/// Moves images so that neither split is empty if images could not be decoded, as long as there are
/// any.
fn even_out(train: Part, valid: Part, valid_wanted: bool) -> Result<(Part, Part)> {
    let (train, valid) = if train.images.is_empty() { (valid, train) } else { (train, valid) };
    let n = train.images.len();
    if !valid_wanted || n == 0 || !valid.images.is_empty() {
        return Ok((train, valid));
    }
    let last = train.select(&[n - 1])?;
    Ok((if n > 1 { train.take(n - 1) } else { train }, last))
}

/// The notes for the data card.
fn notes(
    good: &[Good],
    [others, runs]: [usize; 2],
    animated: usize,
    fit: Fit,
    options: &OpenOptions,
) -> Vec<String> {
    let n = good.len();
    let count = |test: fn(&Header) -> bool| good.iter().filter(|good| test(&good.header)).count();
    let (alpha, deep, grey) = (count(|h| h.alpha), count(|h| h.deep), count(|h| h.grey));
    let side = fit.side.unwrap_or(0);
    let small = good.iter().filter(|good| good.header.size.into_iter().min() < Some(side)).count();
    let is_split = |good: &Good| {
        good.found
            .class
            .as_ref()
            .is_some_and(|class| matches!(class.as_str(), "train" | "test" | "valid" | "val"))
    };
    let some = |what: &str, k: usize| (k > 0).then(|| format!("{what}: {k} of {n} images"));
    let unasked = fit.side.is_some() && options.size.is_none();
    let notes = [
        unasked.then(|| format!("fitted to {side} x {side} since no size was asked for")),
        some("upscaled, being smaller than that", small),
        some("transparency was dropped", alpha),
        some("more than 8 bits a channel were reduced to 8", deep),
        some("grey among coloured ones", if fit.channels == 3 && grey < n { grey } else { 0 }),
        some("animations of which only the first frame was taken", animated),
        (others > 0).then(|| {
            format!("passed over, being no images by their names: {}", counted(others, "file"))
        }),
        (runs > 0).then(|| {
            format!("passed over, being runs of this program: {}", counted(runs, "folder"))
        }),
        good.iter().any(is_split).then(|| {
            "sub-folders are classes, even if they are named `train`, `test`, `valid` or `val`"
                .to_owned()
        }),
    ];
    notes.into_iter().flatten().collect()
}

/// The error for a folder in which no image can be used.
#[cold]
fn none_left(skipped: &Skipped) -> Error {
    let first = skipped.shown.iter().take(3);
    let reasons: Vec<String> =
        first.map(|skip| format!("`{}` {}", skip.name, skip.reason)).collect();
    let more = skipped.count.saturating_sub(reasons.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Error::data(format!(
        "expected at least one image that can be used, found none: {}{more}",
        reasons.join("; ")
    ))
}
