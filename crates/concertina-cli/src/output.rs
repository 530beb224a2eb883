//! Pictures and codes to files: what an `-o OUT` means.

use std::path::Path;

use concertina::artifact::{picture_png, write_whole};
use concertina::model::{Codes, Pictures};
use concertina::plot::{ImageGrid, Row, Theme};
use concertina::{Error, Result};
use concertina_formats::{csv, npy};
use fs_err as fs;

/// Pictures on a sheet; more are written only to .npy or a folder.
const MOST_ON_SHEET: usize = 1000;
const COLUMNS: usize = 10;

/// What an OUT for pictures can be, found out before the long work begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PicturesOut<'a> {
    Png(&'a Path),
    Npy(&'a Path),
    Folder(&'a Path),
}

impl<'a> PicturesOut<'a> {
    /// Reads the kind from the name.
    pub(crate) fn new(path: &'a Path) -> Result<Self> {
        match extension(path).as_deref() {
            Some("png") => writable(path).map(|()| Self::Png(path)),
            Some("npy") => writable(path).map(|()| Self::Npy(path)),
            None => {
                if path.exists() && (!path.is_dir() || fs::read_dir(path)?.next().is_some()) {
                    return Err(Error::data(format!(
                        "expected a new folder for the pictures, found `{}`, which exists already",
                        path.display()
                    )));
                }
                Ok(Self::Folder(path))
            }
            Some(other) => Err(Error::config(format!(
                "`--out`: expected a name that ends in .png or .npy, or a folder's, found .{other}"
            ))),
        }
    }

    /// Writes the pictures. On a sheet, `above` (of the same number) stand over them, row by row.
    pub(crate) fn write(
        self,
        pictures: &Pictures,
        names: &[String],
        above: Option<(&str, &Pictures, &str)>,
    ) -> Result<()> {
        match self {
            Self::Npy(path) => {
                let shape = pictures.shape();
                let axes = [pictures.len(), shape.channels, shape.height, shape.width];
                write_whole(path, &npy_bytes(&axes, pictures.values())?)
            }
            Self::Png(path) if pictures.len() == 1 => {
                write_whole(path, &picture_png(pictures.shape(), pictures.values())?)
            }
            Self::Png(path) => write_whole(path, &sheet(pictures, above)?),
            Self::Folder(path) => {
                fs::create_dir_all(path)?;
                for (picture, name) in pictures.iter().zip(names) {
                    let stem = name.replace(['/', '\\'], "-");
                    let stem = stem.rsplit_once('.').map_or(stem.as_str(), |(stem, _)| stem);
                    let file = path.join(format!("{stem}.png"));
                    write_whole(&file, &picture_png(pictures.shape(), picture)?)?;
                }
                Ok(())
            }
        }
    }
}

/// Ten pictures to a row; with `above`, pairs of rows.
fn sheet(pictures: &Pictures, above: Option<(&str, &Pictures, &str)>) -> Result<Vec<u8>> {
    if pictures.len() > MOST_ON_SHEET {
        return Err(Error::config(format!(
            "`--out`: expected at most {MOST_ON_SHEET} pictures on a sheet, found {}",
            pictures.len()
        ))
        .with_hint("take fewer (`--limit`), or write an .npy or a folder"));
    }
    let Some((upper, inputs, lower)) = above else {
        let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), COLUMNS)?;
        return sheet.to_png(Theme::Light);
    };
    let mut grid = ImageGrid::default();
    let rows = |pictures: &Pictures| COLUMNS * pictures.shape().len();
    let (inputs_rows, rows) =
        (inputs.values().chunks(rows(inputs)), pictures.values().chunks(rows(pictures)));
    for (input, output) in inputs_rows.zip(rows) {
        grid.rows.push(Row::new(upper, inputs.shape(), input)?);
        grid.rows.push(Row::new(lower, pictures.shape(), output)?);
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
    /// Reads the kind from the name.
    pub(crate) fn new(path: &'a Path) -> Result<Self> {
        match extension(path).as_deref() {
            Some("npy") => writable(path).map(|()| Self::Npy(path)),
            Some("csv") => writable(path).map(|()| Self::Csv(path)),
            _ => Err(Error::config(format!(
                "`--out`: expected a name that ends in .npy or .csv, found `{}`",
                path.display()
            ))),
        }
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
                let table = csv::Table {
                    columns: (1..=codes.size()).map(|i| format!("z{i}")).collect(),
                    values: codes.values().to_vec(),
                    names: Some(names.to_vec()),
                    labels: labels.map(<[String]>::to_vec),
                };
                write_whole(path, &csv::write(&table)?)
            }
        }
    }
}

/// The bytes of an .npy file of this shape.
fn npy_bytes(shape: &[usize], values: &[f32]) -> Result<Vec<u8>> {
    let values = npy::Values::F32(values.to_vec());
    Ok(npy::write(&npy::Array { shape: shape.to_vec(), values })?)
}

/// The .png of a single figure.
pub(crate) fn png_path(path: &Path) -> Result<&Path> {
    if extension(path).as_deref() == Some("png") {
        return writable(path).map(|()| path);
    }
    Err(Error::config(format!(
        "`--out`: expected a name that ends in .png, found `{}`",
        path.display()
    )))
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// An error now, rather than after the work, if the folder of `path` is not there.
fn writable(path: &Path) -> Result<()> {
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
