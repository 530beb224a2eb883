//! `merge`.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use concertina::artifact::AtomicFile;
use concertina::text::counted;
use concertina::{Error, Result};
use concertina_formats::npy;
use fs_err as fs;

use crate::answer::{Files, What};
use crate::args;
use crate::exit::Exit;
use crate::output::{by_extension, extension};
use crate::printer::Printer;

/// More than any header of a .npy that is written.
const BEGINNING: u64 = 4096;

/// Joins parts in a file.
type Merge = fn(&Path, &[PathBuf]) -> Result<()>;

/// `concertina merge`
pub(crate) fn run(args: &args::Merge, printer: Printer) -> anyhow::Result<Exit> {
    let mut parts = args.parts.clone();
    parts.sort_by_cached_key(|path| by_numbers(path));
    let inputs: Vec<&Path> = parts.iter().map(PathBuf::as_path).collect();
    let merge = by_extension(
        "--out",
        &args.out,
        &inputs,
        [("npy", |_| merge_npy as Merge), ("csv", |_| merge_csv as Merge)],
    )?;
    let kind = extension(&args.out);
    if let Some(other) = parts.iter().find(|path| extension(path) != kind) {
        return Err(Error::config(format!(
            "expected parts of the same kind as `{}`, found `{}`",
            args.out.display(),
            other.display()
        ))
        .into());
    }
    merge(&args.out, &parts)?;
    let (first, last) = (parts[0].display(), parts[parts.len() - 1].display());
    printer.made(
        &Files::new(&args.out, What::Parts, parts.len()),
        format_args!(
            "{}, from {first} to {last}, joined in {}",
            counted(parts.len(), "part"),
            args.out.display()
        ),
    )?;
    Ok(Exit::Done)
}

/// Texts and numbers of a name in turn, so that part 2 comes before part 10.
fn by_numbers(path: &Path) -> Vec<(String, Option<u128>)> {
    let mut pieces = Vec::new();
    let text = path.to_string_lossy();
    let mut rest = &*text;
    while !rest.is_empty() {
        let is_digit = |c: char| c.is_ascii_digit();
        let words = rest.find(is_digit).unwrap_or(rest.len());
        let (word, after) = rest.split_at(words);
        let digits = after.find(|c| !is_digit(c)).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        pieces.push((word.to_owned(), number.parse().ok()));
        rest = after;
    }
    pieces
}

/// Joins arrays of 32-bit floats along their first axis.
fn merge_npy(out: &Path, parts: &[PathBuf]) -> Result<()> {
    let mut opened = Vec::new();
    let (mut n, mut columns) = (0, None);
    for path in parts {
        let (file, rows, found) = open_npy(path).map_err(|error| error.in_file(path))?;
        let expected = *columns.get_or_insert(found);
        if found != expected {
            return Err(Error::data(format!(
                "expected {expected} columns, as the first part has, found {found}"
            ))
            .in_file(path));
        }
        n += rows;
        opened.push(file);
    }
    let mut whole = AtomicFile::create(out)?;
    whole.write_all(&npy::f32_header(&[n, columns.unwrap_or(0)]))?;
    for mut file in opened {
        std::io::copy(&mut file, &mut whole)?;
    }
    whole.finish()
}

/// The file where its values begin, with its rows and columns.
fn open_npy(path: &Path) -> Result<(fs::File, usize, usize)> {
    let mut file = fs::File::open(path)?;
    let mut beginning = Vec::new();
    Read::by_ref(&mut file).take(BEGINNING).read_to_end(&mut beginning)?;
    let found = npy::parse_beginning(&beginning)?;
    let ([rows, columns], "<f4", false) =
        (&found.shape[..], found.descr.as_str(), found.fortran_order)
    else {
        return Err(Error::data(format!(
            "expected codes, 32-bit floats of shape [N, D], found {} of shape {:?}",
            found.descr, found.shape
        )));
    };
    let length = file.metadata()?.len();
    if u128::from(length) != found.file_bytes {
        return Err(Error::data(format!("expected {} bytes, found {length}", found.file_bytes)));
    }
    file.seek(SeekFrom::Start(found.values_at as u64))?;
    Ok((file, *rows, *columns))
}

/// Joins tables of the same columns.
fn merge_csv(out: &Path, parts: &[PathBuf]) -> Result<()> {
    let mut whole = AtomicFile::create(out)?;
    let mut expected: Option<Vec<u8>> = None;
    for path in parts {
        let mut file = BufReader::new(fs::File::open(path)?);
        let mut header = Vec::new();
        file.read_until(b'\n', &mut header)?;
        match &expected {
            None => {
                whole.write_all(&header)?;
                expected = Some(header);
            }
            Some(expected) if *expected != header => {
                return Err(Error::data(format!(
                    "expected the columns of the first part, `{}`, found `{}`",
                    String::from_utf8_lossy(expected).trim(),
                    String::from_utf8_lossy(&header).trim()
                ))
                .in_file(path));
            }
            Some(_) => {}
        }
        std::io::copy(&mut file, &mut whole)?;
    }
    whole.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_in_the_order_of_their_numbers() {
        let mut parts = ["p10.npy", "p9.npy", "a.npy", "p-1-of-3.npy", "p.npy", "p010b.npy"];
        parts.sort_by_cached_key(|name| by_numbers(Path::new(name)));
        assert_eq!(parts, ["a.npy", "p9.npy", "p10.npy", "p010b.npy", "p-1-of-3.npy", "p.npy"]);
    }
}
