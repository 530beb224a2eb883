//! Images to a sheet, an array or a folder of pictures.

use std::ops::Range;
use std::path::Path;

use concertina::artifact::{AtomicFolder, PictureFormat};
use concertina::data::FloatImages;
use concertina::shape::ImageShape;
use concertina::{Error, Result};
use concertina_report::plot::{ImageGrid, Row, Theme};

use super::folder::{begin_folder, expect_new_folder, image_names};
use super::place::{Pieces, Place};
use super::{extension, writable};
use crate::printer::Printer;
use crate::progress::Counting;

/// Images on a sheet; more are written only to .npy or a folder.
const MOST_ON_SHEET: usize = 1000;
const COLUMNS: usize = 10;
/// The ends of names of music.
const MUSIC: [&str; 3] = ["mid", "midi", "wav"];
/// Values of all images together: 4 GiB of them in a file.
const MOST_VALUES: usize = 1 << 30;
/// Values that are computed at a time.
const VALUES_AT_ONCE: usize = 1 << 22;

/// What an OUT for images can be, found out before the long work begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImagesOut<'a> {
    Picture(&'a Path, PictureFormat),
    Npy(&'a Path),
    Folder(&'a Path),
    /// A single image as a picture, more as an array.
    Stdout,
}

impl<'a> ImagesOut<'a> {
    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        if Place::stdout(path).is_some() {
            return Ok(Self::Stdout);
        }
        let extension = extension(path);
        if let Some(format) = extension.as_deref().and_then(PictureFormat::by_extension) {
            writable("--out", path, inputs)?;
            return Ok(Self::Picture(path, format));
        }
        match extension.as_deref() {
            Some("npy") => writable("--out", path, inputs).map(|()| Self::Npy(path)),
            None => expect_new_folder(path, "images").map(|()| Self::Folder(path)),
            Some(other) => Err(unknown(other)),
        }
    }

    /// Checks the name before it is known of which kind the model is: music has other files.
    pub(crate) fn check_name(path: &Path) -> Result<()> {
        match extension(path).as_deref() {
            None | Some("npy") => Ok(()),
            Some(name) if MUSIC.contains(&name) => Ok(()),
            Some(name) if PictureFormat::by_extension(name).is_some() => Ok(()),
            Some(other) if Place::stdout(path).is_none() => Err(unknown(other)),
            Some(_) => Ok(()),
        }
    }

    /// Whether `n` images can be made and written: asked before the work.
    pub(crate) fn check(self, n: usize, shape: ImageShape) -> Result<()> {
        if matches!(self, Self::Picture(..)) && n > MOST_ON_SHEET {
            return Err(Error::config(format!(
                "`--out`: expected at most {MOST_ON_SHEET} images on a sheet, found {n}"
            ))
            .with_hint("take fewer, or write a .npy or a folder"));
        }
        check_amount(n, shape)
    }

    /// Writes images of this shape, one for each name, as `make` makes them: those in a range, and
    /// what the model saw of them, which stands above them on a sheet. `words` name the two there.
    pub(crate) fn write(
        self,
        shape: ImageShape,
        names: &[String],
        words: [&str; 2],
        printer: Printer,
        mut make: impl FnMut(Range<usize>) -> Result<Made>,
    ) -> Result<()> {
        let mut writer = self.begin(shape, names)?;
        let mut counting = Counting::new(printer, "images written", names.len());
        let at_once = (VALUES_AT_ONCE / shape.len()).max(1);
        for first in (0..names.len()).step_by(at_once) {
            let range = first..names.len().min(first + at_once);
            let end = range.end;
            writer.push(make(range)?)?;
            counting.at(end);
        }
        writer.finish(words)
    }

    /// Whether what the model saw is shown too.
    pub(crate) fn shows_inputs(self, n: usize) -> bool {
        matches!(self, Self::Picture(..)) && n > 1
    }

    fn begin(self, shape: ImageShape, names: &[String]) -> Result<ImagesWriter<'a>> {
        let n = names.len();
        let to = match self {
            Self::Npy(path) => To::npy(Place::File(path), n, shape)?,
            Self::Stdout if n > 1 => To::npy(Place::Stdout, n, shape)?,
            Self::Stdout => To::picture(Place::Stdout, PictureFormat::Png),
            Self::Picture(path, format) => To::picture(Place::File(path), format),
            Self::Folder(path) => {
                To::Folder { folder: begin_folder(path)?, names: image_names(names) }
            }
        };
        Ok(ImagesWriter { to, shape, n, written: 0 })
    }
}

fn unknown(extension: &str) -> Error {
    Error::config(format!(
        "`--out`: expected a name that ends in .png, .jpg, .webp or .npy, or the name of a folder, \
         found .{extension}"
    ))
}

/// Some images, and what the model saw of them, if that is shown.
pub(crate) type Made = (FloatImages, Option<FloatImages>);

/// Writes images a few at a time, as they are made.
struct ImagesWriter<'a> {
    to: To<'a>,
    shape: ImageShape,
    n: usize,
    written: usize,
}

enum To<'a> {
    Picture {
        place: Place<'a>,
        format: PictureFormat,
        inputs: Vec<FloatImages>,
        images: Vec<FloatImages>,
    },
    Npy(Pieces),
    Folder {
        folder: AtomicFolder,
        names: Vec<String>,
    },
}

impl<'a> To<'a> {
    fn picture(place: Place<'a>, format: PictureFormat) -> Self {
        Self::Picture { place, format, inputs: Vec::new(), images: Vec::new() }
    }

    /// An array of `n` images.
    fn npy(place: Place<'_>, n: usize, shape: ImageShape) -> Result<Self> {
        let shape = [n, shape.channels, shape.height, shape.width];
        Ok(Self::Npy(place.begin_npy(&shape)?))
    }
}

impl ImagesWriter<'_> {
    /// Writes the next images.
    fn push(&mut self, (images, inputs): Made) -> Result<()> {
        let first = self.written;
        self.written += images.len();
        match &mut self.to {
            To::Npy(file) => {
                file.write_values(images.values().iter().copied())?;
            }
            To::Picture { inputs: all_inputs, images: all, .. } => {
                all.push(images);
                all_inputs.extend(inputs);
            }
            To::Folder { folder, names } => {
                for (name, image) in names[first..].iter().zip(images.iter()) {
                    folder.write(name, &PictureFormat::Png.encode(self.shape, image)?)?;
                }
            }
        }
        Ok(())
    }

    /// Makes the file or folder appear. On a sheet, `words` name the inputs and the images.
    fn finish(self, words: [&str; 2]) -> Result<()> {
        match self.to {
            To::Npy(pieces) => pieces.finish(),
            To::Picture { place, format, images, .. } if self.n == 1 => {
                place.write(&format.encode(self.shape, images[0].values())?)
            }
            To::Picture { place, format, inputs, images } => {
                let inputs = (!inputs.is_empty()).then(|| joined(&inputs));
                place.write(&format.of_png(sheet(words, inputs.as_ref(), &joined(&images))?)?)
            }
            To::Folder { folder, .. } => folder.finish(),
        }
    }
}

fn joined(parts: &[FloatImages]) -> FloatImages {
    let values: Vec<&[f32]> = parts.iter().map(FloatImages::values).collect();
    FloatImages::new(parts[0].shape(), values.concat())
}

/// An error if `n` images are more than can be made at once.
pub(crate) fn check_amount(n: usize, shape: ImageShape) -> Result<()> {
    if n.checked_mul(shape.len()).is_none_or(|values| values > MOST_VALUES) {
        let most = MOST_VALUES / shape.len();
        return Err(Error::config(format!(
            "expected at most {most} images of {shape} at once, found {n}"
        )));
    }
    Ok(())
}

/// Ten images to a row; with inputs, pairs of rows.
fn sheet(
    [upper, lower]: [&str; 2],
    inputs: Option<&FloatImages>,
    images: &FloatImages,
) -> Result<Vec<u8>> {
    let Some(inputs) = inputs else {
        let sheet = ImageGrid::sheet("", images.shape(), images.values(), COLUMNS)?;
        return sheet.to_png(Theme::Light);
    };
    let mut grid = ImageGrid::default();
    let rows = |images: &FloatImages| COLUMNS * images.shape().len();
    let (inputs_rows, rows) =
        (inputs.values().chunks(rows(inputs)), images.values().chunks(rows(images)));
    for (input, output) in inputs_rows.zip(rows) {
        grid.rows.push(Row::new(upper, inputs.shape(), input)?);
        grid.rows.push(Row::new(lower, images.shape(), output)?);
    }
    grid.to_png(Theme::Light)
}
