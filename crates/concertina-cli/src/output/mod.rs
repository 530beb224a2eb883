//! Images and codes to files: what an `-o OUT` means.

#[cfg(feature = "arrow")]
mod columnar;
mod folder;
mod images;
mod place;
mod rows;

use std::fmt::Display;
use std::path::Path;

use concertina::math::Codes;
use concertina::{Error, Result};
use fs_err as fs;

pub(crate) use self::folder::{begin_folder, expect_new_folder, file_names};
pub(crate) use self::images::{ImagesOut, check_amount};
pub(crate) use self::place::{Place, expect_folder, told};
pub(crate) use self::rows::{Rows, csv_bytes};
use crate::answer::{Files, What};
use crate::printer::Printer;

/// Tells what was written to a path: in words, such as `3 images`, or how many of what.
pub(crate) fn tell_written(
    path: &Path,
    of: What,
    count: usize,
    words: impl Display,
    printer: Printer,
) -> anyhow::Result<()> {
    printer.made(&Files::new(path, of, count), format_args!("{words} written to {}", told(path)))
}

/// What an OUT for codes can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodesOut<'a> {
    Npy(&'a Path),
    Csv(Place<'a>),
    #[cfg(feature = "arrow")]
    Columnar(&'a Path, columnar::Format),
}

/// The ends of names of tables of columns.
const COLUMNAR: [&str; 2] = ["parquet", "arrow"];

impl<'a> CodesOut<'a> {
    /// Reads the kind from the name; the standard output gets a table. It must not be one of the
    /// files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        if let Some(stdout) = Place::stdout(path) {
            return Ok(Self::Csv(stdout));
        }
        let csv = |path| Self::Csv(Place::File(path));
        #[cfg(feature = "arrow")]
        return by_extension(
            "--out",
            path,
            inputs,
            [
                ("npy", Self::Npy),
                ("csv", csv),
                (COLUMNAR[0], |path| Self::Columnar(path, columnar::Format::Parquet)),
                (COLUMNAR[1], |path| Self::Columnar(path, columnar::Format::Arrow)),
            ],
        );
        #[cfg(not(feature = "arrow"))]
        {
            if COLUMNAR.iter().any(|name| extension(path).as_deref() == Some(*name)) {
                return Err(Error::config(format!(
                    "`--out`: expected a program that writes such tables for `{}`, found one that \
                     was built without them",
                    path.display()
                ))
                .with_hint("build it with `--features arrow`, or write a .npy or a .csv"));
            }
            by_extension("--out", path, inputs, [("npy", Self::Npy), ("csv", csv)])
        }
    }

    /// Writes the codes; a .csv gets names and labels too.
    pub(crate) fn write(
        self,
        codes: &Codes,
        names: &[String],
        labels: Option<&[String]>,
    ) -> Result<()> {
        let mut rows = self.begin(codes.len(), codes.size())?;
        rows.push(codes.values(), names, labels)?;
        rows.finish()
    }

    /// Begins to write `n` codes of so many dimensions, which follow piece by piece.
    pub(crate) fn begin(self, n: usize, size: usize) -> Result<Rows> {
        match self {
            Self::Npy(path) => Rows::npy(Place::File(path), n, size),
            Self::Csv(place) => Rows::csv(place, (1..=size).map(|i| format!("z{i}")).collect()),
            #[cfg(feature = "arrow")]
            Self::Columnar(path, format) => {
                columnar::Columnar::begin(path, format, size).map(Rows::Columnar)
            }
        }
    }
}

/// What an OUT for a figure, or for the table that it shows, can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FigureOut<'a> {
    Png(&'a Path),
    Csv(&'a Path),
}

impl<'a> FigureOut<'a> {
    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(crate) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        by_extension("--out", path, inputs, [("png", Self::Png), ("csv", Self::Csv)])
    }

    /// Where it is.
    pub(crate) fn path(self) -> &'a Path {
        let (Self::Png(path) | Self::Csv(path)) = self;
        path
    }
}

/// The .png of a single figure, which is none of the files that are read.
pub(crate) fn png_path<'a>(path: &'a Path, inputs: &[&Path]) -> Result<&'a Path> {
    by_extension("--out", path, inputs, [("png", |path| path)])
}

/// The end of a name, without its dot, and what it makes of a path.
type Kind<'a, T> = (&'static str, fn(&'a Path) -> T);

/// What the file that a flag names is by the end of its name, which is one of those of `kinds`; in
/// a folder that is there, and none of the `inputs`.
pub(crate) fn by_extension<'a, T, const N: usize>(
    flag: &str,
    path: &'a Path,
    inputs: &[&Path],
    kinds: [Kind<'a, T>; N],
) -> Result<T> {
    let found = extension(path);
    if let Some((_, kind)) = kinds.iter().find(|(name, _)| found.as_deref() == Some(*name)) {
        return writable(flag, path, inputs).map(|()| kind(path));
    }
    let names = kinds.map(|(name, _)| format!(".{name}")).join(" or ");
    Err(Error::config(format!(
        "`{flag}`: expected a name that ends in {names}, found `{}`",
        path.display()
    )))
}

pub(crate) fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// An error now, rather than after the work, if `path` is a file that is read, or its folder does
/// not exist.
pub(crate) fn writable(flag: &str, path: &Path, inputs: &[&Path]) -> Result<()> {
    keep_inputs(flag, path, inputs)?;
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

/// An error if writing `path` would replace one of the `inputs`, or a file below one of them.
pub(crate) fn keep_inputs(flag: &str, path: &Path, inputs: &[&Path]) -> Result<()> {
    // What is not there yet is no input.
    let Ok(real) = fs::canonicalize(path) else { return Ok(()) };
    for input in inputs {
        let Ok(whole) = fs::canonicalize(input) else { continue };
        if whole == real {
            return Err(Error::config(format!(
                "`{flag}`: expected another file than the input, found `{}`",
                path.display()
            )));
        }
        if real.starts_with(&whole) {
            return Err(Error::config(format!(
                "`{flag}`: expected a file that is not part of the input, found `{}` in `{}`",
                path.display(),
                input.display()
            )));
        }
    }
    Ok(())
}
