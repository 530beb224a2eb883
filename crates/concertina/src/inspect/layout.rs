//! Pictures to inspect, in the layout of MVTec AD (Bergmann et al. 2019) if they are in it.

use std::path::{Path, PathBuf};

use crate::data::{Dataset, FloatImages, OpenOptions, is_for_inspection};
use crate::error::{Error, Result};
use crate::restore::{PictureFile, picture_files};
use crate::shape::ImageShape;

/// The name of the folder of pictures without defects.
pub const GOOD: &str = "good";

/// Pictures to inspect.
#[derive(Clone, Debug)]
pub struct InspectionSet {
    /// In the order of their names.
    pub pictures: Vec<ToInspect>,
    /// Whether their folders say what is good and which defects there are.
    pub labelled: bool,
}

/// A picture to inspect.
#[derive(Clone, Debug)]
pub struct ToInspect {
    /// Its file.
    pub path: PathBuf,
    /// Its name relative to the folder.
    pub name: String,
    /// The kind of its defect, or [`GOOD`]; `None` if that is not known.
    pub kind: Option<String>,
    /// The picture of where the defect is, white on black.
    pub mask: Option<PathBuf>,
}

impl InspectionSet {
    /// A picture, a folder of pictures, or a folder with `test/KIND/*.png`, in which `good` is a
    /// kind, and `ground_truth/KIND/NAME_mask.png`.
    ///
    /// # Errors
    /// If there is no picture, or a folder cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let picture = ToInspect { path: path.to_owned(), name, kind: None, mask: None };
            return Ok(Self { pictures: vec![picture], labelled: false });
        }
        let test = path.join("test");
        let labelled = is_for_inspection(path);
        let files = picture_files(if labelled { &test } else { path })?;
        if files.is_empty() {
            return Err(Error::data("expected pictures to inspect, found none").in_file(path));
        }
        let truth = path.join("ground_truth");
        let picture = |(file, name): (PathBuf, String)| {
            let kind = name.split_once('/').filter(|_| labelled).map(|(kind, _)| kind.to_owned());
            let mask = kind.is_some().then(|| truth.join(mask_name(&name)));
            ToInspect { path: file, name, kind, mask: mask.filter(|mask| mask.is_file()) }
        };
        Ok(Self { pictures: files.into_iter().map(picture).collect(), labelled })
    }
}

/// `kind/name.jpg` as `kind/name_mask.png`.
fn mask_name(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    format!("{stem}_mask.png")
}

impl ToInspect {
    /// The picture.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self) -> Result<FloatImages> {
        PictureFile::open(&self.path)?.read()
    }

    /// As [`ToInspect::defect`], for pictures that are fitted to squares of a model's shape, as
    /// [`Dataset::open`] fits them.
    ///
    /// # Errors
    /// If the mask cannot be read, or is of another size.
    pub fn fitted_defect(&self, shape: ImageShape) -> Result<Option<Vec<bool>>> {
        let ImageShape { height, width, .. } = shape;
        let Some(path) = &self.mask else { return self.defect([height, width]) };
        // Of another size it would be of other places after fitting.
        let layout = PictureFile::open(&self.path)?.layout();
        let own = PictureFile::open(path)?.layout();
        let mask = ImageShape::new(1, own.height, own.width);
        expect_sides(mask, [layout.height, layout.width]).map_err(|error| error.in_file(path))?;
        let options = OpenOptions {
            size: (height == width).then_some(height),
            channels: Some(1),
            valid_fraction: 0.0,
            ..OpenOptions::default()
        };
        let mask = Dataset::open(&path.to_string_lossy(), &options)?.train;
        // Pictures that are not square are kept only if all of them have the model's size.
        expect_sides(mask.shape(), [height, width]).map_err(|error| error.in_file(path))?;
        Ok(Some(mask.pixels().iter().map(|value| *value > 127).collect()))
    }

    /// Where its defect is, for a picture of this height and width: `None` without a mask; nowhere
    /// in a good picture.
    ///
    /// # Errors
    /// If the mask cannot be read, or is of another size.
    pub fn defect(&self, sides: [usize; 2]) -> Result<Option<Vec<bool>>> {
        let [height, width] = sides;
        let Some(path) = &self.mask else {
            let is_good = self.kind.as_deref() == Some(GOOD);
            return Ok(is_good.then(|| vec![false; height * width]));
        };
        let mask = PictureFile::open(path)?.read()?;
        expect_sides(mask.shape(), sides).map_err(|error| error.in_file(path))?;
        Ok(Some(mask.values()[..height * width].iter().map(|value| *value > 0.5).collect()))
    }
}

fn expect_sides(mask: ImageShape, [height, width]: [usize; 2]) -> Result<()> {
    if [mask.height, mask.width] == [height, width] {
        return Ok(());
    }
    Err(Error::data(format!(
        "expected a mask of the picture's {width} x {height} pixels, found {} x {}",
        mask.width, mask.height
    )))
}
