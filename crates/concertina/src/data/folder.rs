//! A folder of image files, tar archives of them, or a single file. Headers are read first, to
//! decide size and channels, then pixels.

mod decoder;
mod files;
mod listed;
mod patched;
mod picture_patches;
mod pictures;

use std::path::{Path, PathBuf};

use self::decoder::Decoded;
pub(super) use self::listed::none_left;
pub(super) use self::listed::{DecodedFiles, Listed};
use self::listed::{decode, headers, of_classes};
pub use self::picture_patches::{PatchSet, PicturePatches};
pub use self::pictures::{PictureSet, Pictures};
use super::part::{Part, Ready};
use super::split::{self, Split};
use super::walk::{self, Found, Walk};
use super::{OpenOptions, archive, picture};
use crate::error::{Error, Result};
use crate::text::counted;

/// What a folder of images is called.
const FOLDER: &str = "folder of images";
/// What one tar archive of images is called, and a folder of them.
const ARCHIVE: &str = "tar archive of images";
const ARCHIVES: &str = "folder of tar archives of images";

/// Reads the images of a folder or of tar archives; the names of the first-level sub-folders are
/// the class names.
pub(super) fn load(root: &Path, options: &OpenOptions) -> Result<Ready> {
    let (kind, walk) = walk_for_images(root)?;
    read(kind, walk, options).map_err(|error| error.in_file(root))
}

/// The images of a folder or of tar archives, of which the headers alone are read.
pub(super) fn list(root: &Path, options: &OpenOptions) -> Result<Listed> {
    let (kind, walk) = walk_for_images(root)?;
    Listed::of(kind, walk, options).map_err(|error| error.in_file(root))
}

/// What a source is called, and its image files, of which there are some.
fn walk_for_images(root: &Path) -> Result<(&'static str, Walk)> {
    let (kind, walk) = walk_in(root)?;
    if walk.files.is_empty() && walk.skipped.count == 0 {
        let found = match walk.others {
            0 => "found no file".to_owned(),
            others => format!("found only {}", counted(others, "other file")),
        };
        return Err(Error::data(format!(
            "expected images (png, jpg, jpeg, webp, bmp, tif, tiff, gif), {found}"
        ))
        .in_file(root));
    }
    Ok((kind, walk))
}

/// The image files of an archive or of a folder; where it has none, those of the archives in it.
fn walk_in(root: &Path) -> Result<(&'static str, Walk)> {
    if root.is_file() {
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok((ARCHIVE, archive::walk(&[(name, root.to_owned())])?));
    }
    let loose = walk::walk(&to_train_on(root), picture::is_name)?;
    if loose.files.is_empty() {
        let archives = walk::walk(root, archive::is_name)?.files;
        let archives: Vec<_> = archives.into_iter().map(|file| (file.name, file.path)).collect();
        if !archives.is_empty() {
            return Ok((ARCHIVES, archive::walk(&archives)?));
        }
    }
    Ok((FOLDER, loose))
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
    let found = Found { path: path.to_owned(), within: None, name, class: None };
    let walk = Walk { files: vec![found], ..Walk::default() };
    if let Err(reason) = picture::header(&path.into()) {
        return Err(Error::data(reason).in_file(path).with_hint(
            "data is an image, a folder of images or of IDX files, a .npy, .npz or CIFAR-10 \
             .bin file, or a .tar of images",
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
            expect_held_out([train.images.len(), valid.images.len()], is_wanted, side)?;
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
fn expect_held_out([train, valid]: [usize; 2], is_wanted: bool, side: usize) -> Result<()> {
    if train == 0 || !is_wanted || valid > 0 {
        return Ok(());
    }
    Err(Error::data(format!(
        "expected pictures of at least {side} x {side} pixels to hold out, found none"
    ))
    .with_hint("ask for smaller patches"))
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
