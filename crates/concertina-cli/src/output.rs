//! Images and codes to files: what an `-o OUT` means.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use concertina::artifact::{picture_png, publish_folder, write_whole};
use concertina::data::FloatImages;
use concertina::math::Codes;
use concertina::shape::ImageShape;
use concertina::{Error, Result};
use concertina_formats::{csv, npy};
use concertina_report::plot::{ImageGrid, Row, Theme};
use fs_err as fs;

/// Images on a sheet; more are written only to .npy or a folder.
const MOST_ON_SHEET: usize = 1000;
const COLUMNS: usize = 10;
/// Values computed at once: 4 GiB of them.
const MOST_VALUES: usize = 1 << 30;

/// What an OUT for images can be, found out before the long work begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImagesOut<'a> {
    Png(&'a Path),
    Npy(&'a Path),
    Folder(&'a Path),
}

impl<'a> ImagesOut<'a> {
    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        match extension(path).as_deref() {
            Some("png") => writable(path, inputs).map(|()| Self::Png(path)),
            Some("npy") => writable(path, inputs).map(|()| Self::Npy(path)),
            None => {
                let is_new = !path.exists()
                    || path.is_dir()
                        && path.file_name().is_some()
                        && fs::read_dir(path)?.next().is_none();
                if !is_new {
                    return Err(Error::data(format!(
                        "expected a new folder for the images, found `{}`, which exists already",
                        path.display()
                    )));
                }
                Ok(Self::Folder(path))
            }
            Some(other) => Err(Error::config(format!(
                "`--out`: expected a name that ends in .png or .npy, or the name of a folder, \
                 found .{other}"
            ))),
        }
    }

    /// Whether `n` images can be made and written: asked before the work.
    pub(crate) fn check(self, n: usize, shape: ImageShape) -> Result<()> {
        if matches!(self, Self::Png(_)) && n > MOST_ON_SHEET {
            return Err(Error::config(format!(
                "`--out`: expected at most {MOST_ON_SHEET} images on a sheet, found {n}"
            ))
            .with_hint("take fewer, or write a .npy or a folder"));
        }
        check_amount(n, shape)
    }

    /// Writes the images. On a sheet, `above` (of the same number) stand over them, row by row.
    pub(crate) fn write(
        self,
        images: &FloatImages,
        names: &[String],
        above: Option<(&str, &FloatImages, &str)>,
    ) -> Result<()> {
        match self {
            Self::Npy(path) => {
                let shape = images.shape();
                let axes = [images.len(), shape.channels, shape.height, shape.width];
                write_whole(path, &npy_bytes(&axes, images.values())?)
            }
            Self::Png(path) if images.len() == 1 => {
                write_whole(path, &picture_png(images.shape(), images.values())?)
            }
            Self::Png(path) => write_whole(path, &sheet(images, above)?),
            Self::Folder(path) => {
                let names = file_names(names);
                let files: Vec<(&str, Vec<u8>)> = (names.iter().zip(images.iter()))
                    .map(|(name, image)| Ok((name.as_str(), picture_png(images.shape(), image)?)))
                    .collect::<Result<_>>()?;
                if path.exists() {
                    // Fails if something has come into it by now.
                    fs::remove_dir(path)?;
                }
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                publish_folder(path, &files)
            }
        }
    }
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

/// A file for each image, called as the image was; `a.jpg` and `a.png` become `a.jpg.png` and
/// `a.png.png`, and of two that would still be called alike the second gets a number.
fn file_names(names: &[String]) -> Vec<String> {
    let names: Vec<String> = names.iter().map(|name| name.replace(['/', '\\'], "-")).collect();
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    // Some file systems take upper and lower case for the same.
    let mut same = BTreeMap::new();
    for name in &names {
        *same.entry(stem(name).to_lowercase()).or_insert(0) += 1;
    }
    let mut taken = BTreeSet::new();
    let mut file_name = |name: &String| {
        let stem = stem(name);
        let stem = if same[&stem.to_lowercase()] == 1 { &stem } else { name };
        let mut file = format!("{stem}.png");
        let mut number = 1;
        while !taken.insert(file.to_lowercase()) {
            number += 1;
            file = format!("{stem}-{number}.png");
        }
        file
    };
    names.iter().map(&mut file_name).collect()
}

/// Ten images to a row; with `above`, pairs of rows.
fn sheet(images: &FloatImages, above: Option<(&str, &FloatImages, &str)>) -> Result<Vec<u8>> {
    let Some((upper, inputs, lower)) = above else {
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

/// What an OUT for codes can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodesOut<'a> {
    Npy(&'a Path),
    Csv(&'a Path),
}

impl<'a> CodesOut<'a> {
    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        by_extension(path, inputs, [("npy", Self::Npy), ("csv", Self::Csv)])
    }

    /// Writes the codes; a .csv gets names and labels too.
    pub(crate) fn write(
        self,
        codes: &Codes,
        names: &[String],
        labels: Option<&[String]>,
    ) -> Result<()> {
        match self {
            Self::Npy(path) => {
                write_whole(path, &npy_bytes(&[codes.len(), codes.size()], codes.values())?)
            }
            Self::Csv(path) => {
                let columns = (1..=codes.size()).map(|i| format!("z{i}")).collect();
                write_whole(path, &csv_bytes(columns, codes.values(), names, labels)?)
            }
        }
    }
}

/// What an OUT for a map can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MapOut<'a> {
    Png(&'a Path),
    Csv(&'a Path),
}

impl<'a> MapOut<'a> {
    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        by_extension(path, inputs, [("png", Self::Png), ("csv", Self::Csv)])
    }

    /// Where it is.
    pub(crate) fn path(self) -> &'a Path {
        let (Self::Png(path) | Self::Csv(path)) = self;
        path
    }
}

/// Numbers for each image, with its name and its label, as a .csv.
pub(crate) fn csv_bytes(
    columns: Vec<String>,
    values: &[f32],
    names: &[String],
    labels: Option<&[String]>,
) -> Result<Vec<u8>> {
    Ok(csv::write(&csv::Table {
        columns,
        values: values.to_vec(),
        names: Some(names.to_vec()),
        labels: labels.map(<[String]>::to_vec),
    })?)
}

/// The bytes of an .npy file of this shape.
fn npy_bytes(shape: &[usize], values: &[f32]) -> Result<Vec<u8>> {
    let values = npy::Values::F32(values.to_vec());
    Ok(npy::write(&npy::Array { shape: shape.to_vec(), values })?)
}

/// The .png of a single figure, which is none of the files that are read.
pub(crate) fn png_path<'a>(path: &'a Path, inputs: &[&Path]) -> Result<&'a Path> {
    by_extension(path, inputs, [("png", |path| path)])
}

/// The end of a name, without its dot, and what it makes of a path.
type Kind<'a, T> = (&'static str, fn(&'a Path) -> T);

/// What an OUT is by the end of its name, which is one of those of `kinds`; in a folder that is
/// there, and none of the `inputs`.
pub(crate) fn by_extension<'a, T, const N: usize>(
    path: &'a Path,
    inputs: &[&Path],
    kinds: [Kind<'a, T>; N],
) -> Result<T> {
    let found = extension(path);
    if let Some((_, kind)) = kinds.iter().find(|(name, _)| found.as_deref() == Some(*name)) {
        return writable(path, inputs).map(|()| kind(path));
    }
    let names = kinds.map(|(name, _)| format!(".{name}")).join(" or ");
    Err(Error::config(format!(
        "`--out`: expected a name that ends in {names}, found `{}`",
        path.display()
    )))
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// An error now, rather than after the work, if `path` is a file that is read, or its folder does
/// not exist.
fn writable(path: &Path, inputs: &[&Path]) -> Result<()> {
    // What is not there yet is no input.
    if let Ok(real) = fs::canonicalize(path)
        && inputs.iter().any(|input| fs::canonicalize(input).is_ok_and(|input| input == real))
    {
        return Err(Error::config(format!(
            "`--out`: expected another file than the input, found `{}`",
            path.display()
        )));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Error::data(format!(
            "expected a folder `{}` to write `{}` into, found none",
            folder.display(),
            path.display()
        ))),
        _ if path.is_dir() => Err(Error::data(format!(
            "expected a file to write, found the folder `{}`",
            path.display()
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_images_get_one_file() {
        let (mut names, mut expected) = (Vec::new(), Vec::new());
        for (name, file) in [
            ("a.png", "a.png.png"),
            ("a.jpg", "a.jpg.png"),
            ("A.gif", "A.gif.png"),
            ("x/a.png", "x-a.png.png"),
            ("x-a.png", "x-a.png-2.png"),
            ("y/a.jpg", "y-a.png"),
            ("7", "7.png"),
            ("a.b.png", "a.b.png"),
            ("", ".png"),
        ] {
            names.push(name.to_owned());
            expected.push(file);
        }
        assert_eq!(file_names(&names), expected);
    }
}
