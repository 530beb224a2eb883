//! A folder of image files, or a single file. Headers are read first, to decide size and channels,
//! then pixels.

mod decoder;
mod listed;
mod patched;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use self::decoder::{Decoded, Decoder, Good};
pub(super) use self::listed::{DecodedFiles, Listed};
use super::fit::{self, Fit};
use super::part::{Part, Ready};
use super::picture::{self, Header, Reason};
use super::split::{self, Split};
use super::walk::{self, Found, Walk};
use super::{Images, OpenOptions, Skipped, chosen};
use crate::error::{Error, Result};
use crate::shape::ImageShape;
use crate::text::counted;

/// What a folder of images is called.
const FOLDER: &str = "folder of images";
/// The class of images outside of any sub-folder, if other images are in sub-folders.
const NO_FOLDER: &str = "(no folder)";

/// Reads the images of a folder; the names of its first-level sub-folders are the class names.
pub(super) fn load(root: &Path, options: &OpenOptions) -> Result<Ready> {
    read(FOLDER, walk_for_images(root)?, options).map_err(|error| error.in_file(root))
}

/// The images of a folder, of which the headers alone are read.
pub(super) fn list(root: &Path, options: &OpenOptions) -> Result<Listed> {
    Listed::of(FOLDER, walk_for_images(root)?, options).map_err(|error| error.in_file(root))
}

/// The image files of a folder, of which there are some.
fn walk_for_images(root: &Path) -> Result<Walk> {
    let walk = walk::walk(&to_train_on(root), picture::is_name)?;
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
    Ok(walk)
}

/// The folder whose pictures are trained on: in the layout of MVTec AD (Bergmann et al. 2019),
/// for inspection, where defects are under `test`, that of the good ones.
fn to_train_on(root: &Path) -> PathBuf {
    if is_for_inspection(root) { root.join("train").join("good") } else { root.to_owned() }
}

/// Whether a folder has the layout of MVTec AD (Bergmann et al. 2019): pictures under `test`, good
/// ones and others, and good ones under `train`.
pub fn is_for_inspection(root: &Path) -> bool {
    root.join("test").join("good").is_dir()
}

/// The pictures of a folder as training splits them: their paths, and their names relative to the
/// folder.
#[derive(Clone, Debug, Default)]
pub struct PictureSplit {
    /// Those that are trained on.
    pub train: Vec<(PathBuf, String)>,
    /// Those that are held out, and not trained on.
    pub held_out: Vec<(PathBuf, String)>,
}

impl PictureSplit {
    /// The split of a model that was trained on a folder with these options. Only headers are read.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn of(root: &Path, options: &OpenOptions) -> Result<Self> {
        let Walk { files, mut skipped, .. } = walk::walk(&to_train_on(root), picture::is_name)?;
        let good = of_classes(headers(files, &mut skipped, options), options)?;
        if good.is_empty() {
            return Ok(Self::default());
        }
        let Split { train, valid, .. } = split::random(good.len(), options);
        let picture = |&index: &usize| {
            let Found { path, name, .. } = &good[index].found;
            (path.clone(), name.clone())
        };
        Ok(Self {
            train: train.iter().map(picture).collect(),
            held_out: valid.iter().filter(|index| !train.contains(index)).map(picture).collect(),
        })
    }
}

/// Reads a single image file.
pub(super) fn load_file(path: &Path, options: &OpenOptions) -> Result<Ready> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let found = Found { path: path.to_owned(), name, class: None };
    let walk = Walk { files: vec![found], ..Walk::default() };
    if let Err(reason) = picture::header(&path.into()) {
        return Err(Error::data(reason).in_file(path).with_hint(
            "data is an image, a folder of images or of IDX files, a .npy, .npz or CIFAR-10 \
             .bin file",
        ));
    }
    read("image", walk, options)
}

fn read(kind: &str, walk: Walk, options: &OpenOptions) -> Result<Ready> {
    let listed = Listed::of(kind, walk, options)?;
    let Listed { good, fit, shape, labels, split, .. } = &listed;
    let mut skipped = listed.skipped.clone();
    let mut decode = |indices: &[usize]| {
        let Decoded { images, files, names, animated, patches } = match options.patch {
            None => decode(good, indices, *fit, *shape, &mut skipped, options),
            Some(side) => patched::decode(good, indices, side, *fit, &mut skipped, options),
        }?;
        let labels = labels.as_ref().map(|labels| files.iter().map(|&i| labels[i]).collect());
        Ok::<_, Error>((Part { images, labels, names: Some(names) }, animated, patches))
    };
    let (train, animated, patches) = decode(&split.train)?;
    // A single image is in both splits.
    let (valid, animated) = if split.valid == split.train {
        (train.clone(), animated)
    } else {
        let (valid, more, _) = decode(&split.valid)?;
        (valid, animated + more)
    };
    let is_wanted = !split.valid.is_empty();
    let (train, valid) = match options.patch {
        Some(side) => {
            // A patch of a picture that is trained on cannot be held out.
            expect_held_out(&train, &valid, is_wanted, side)?;
            (train, valid)
        }
        None => even_out(train, valid, is_wanted)?,
    };
    if train.images.is_empty() {
        return Err(none_left(&skipped));
    }
    Ok(Ready {
        kind: listed.kind.clone(),
        train,
        valid,
        notes: listed.notes(animated, options),
        fitted: listed.described(options),
        split: listed.split.description,
        class_names: listed.class_names,
        sizes: listed.sizes,
        skipped,
        array_range: None,
        patches,
    })
}

/// An error if pictures are held out, and none of them is as large as a patch.
fn expect_held_out(train: &Part, valid: &Part, is_wanted: bool, side: usize) -> Result<()> {
    if train.images.is_empty() || !is_wanted || !valid.images.is_empty() {
        return Ok(());
    }
    Err(Error::data(format!(
        "expected pictures of at least {side} x {side} pixels to hold out, found none"
    ))
    .with_hint("ask for smaller patches"))
}

/// Reads all headers in parallel.
fn headers(pictures: Vec<Found>, skipped: &mut Skipped, options: &OpenOptions) -> Vec<Good> {
    let (done, total) = (AtomicUsize::new(0), pictures.len());
    let headers: Vec<Result<Header, Reason>> = pictures
        .par_iter()
        .map(|found| {
            let header = picture::header(&found.path.as_path().into());
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

/// Those of the classes that are asked for.
fn of_classes(good: Vec<Good>, options: &OpenOptions) -> Result<Vec<Good>> {
    if options.classes.is_empty() {
        return Ok(good);
    }
    let (names, _) = classes(&good);
    chosen::check(&options.classes, &names)?;
    let is_chosen = |good: &Good| {
        good.found.class.as_ref().is_some_and(|class| options.classes.contains(class))
    };
    Ok(good.into_iter().filter(is_chosen).collect())
}

/// Decodes and fits the images at `indices` in parallel.
fn decode(
    good: &[Good],
    indices: &[usize],
    fit: Fit,
    shape: ImageShape,
    skipped: &mut Skipped,
    options: &OpenOptions,
) -> Result<Decoded> {
    let size = shape.len();
    let mut pixels = fit::blank(indices.len(), shape)?;
    let decoder = Decoder::new(indices.len(), options);
    let outcomes: Vec<_> = indices
        .par_iter()
        .zip(pixels.par_chunks_exact_mut(size))
        .map(|(&index, planes)| decoder.decode(&good[index], |image| fit.write(image, planes)))
        .collect();
    let (mut kept, mut animated) = (Vec::with_capacity(indices.len()), 0);
    for (slot, (&index, outcome)) in indices.iter().zip(outcomes).enumerate() {
        match outcome {
            Ok(((), is_animated)) => {
                pixels.copy_within(slot * size..(slot + 1) * size, kept.len() * size);
                kept.push(index);
                animated += usize::from(is_animated);
            }
            Err(reason) => skipped.push(good[index].found.name.clone(), reason),
        }
    }
    pixels.truncate(kept.len() * size);
    let names = kept.iter().map(|&index| good[index].found.name.clone()).collect();
    let images = Images::new(shape, pixels)?;
    Ok(Decoded { images, files: kept, names, animated, patches: None })
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
