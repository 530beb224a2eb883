//! Picture files at their own size.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use concertina::artifact::{AtomicFile, AtomicFolder, PictureFormat};
use concertina::restore::{
    Layout, PictureFile, Progress, Restorer, is_picture_name, picture_files,
};
use concertina::text::counted;
use concertina::{Error, Result};

use crate::answer::What;
use crate::args;
use crate::commands::reconstruct::Request;
use crate::exit::Exit;
use crate::output::{Place, begin_folder, expect_new_folder, extension, tell_written, writable};
use crate::printer::Printer;
use crate::progress::Counting;
use crate::stdin;

/// Pictures that are read, and where to.
pub(super) struct Pictures<'a> {
    pictures: Vec<Picture>,
    to: To<'a>,
}

struct Picture {
    path: PathBuf,
    /// What it is called in the folder that is written.
    name: String,
}

enum To<'a> {
    /// A single picture.
    File(Place<'a>, PictureFormat),
    Folder(&'a Path),
}

impl<'a> Pictures<'a> {
    /// If all of DATA are files or folders of pictures, and OUT is a picture or a folder.
    ///
    /// # Errors
    /// If OUT cannot be written, or is a single picture for several, or a folder cannot be read.
    pub(super) fn find(request: &Request<'a>) -> anyhow::Result<Option<Self>> {
        let Request { data, to: args::ImagesTo { out, limit, .. }, .. } = *request;
        let mut pictures = Vec::new();
        for source in data {
            let path = Path::new(source);
            if source == stdin::DASH {
                pictures.push(Picture { path: stdin::file()?, name: "stdin".to_owned() });
            } else if path.is_dir() {
                let files = picture_files(path)?.into_iter();
                pictures.extend(files.map(|(path, name)| Picture { path, name }));
            } else if let Some(name) = path.file_name().and_then(|name| name.to_str())
                && is_picture_name(name)
            {
                pictures.push(Picture { path: path.to_owned(), name: name.to_owned() });
            } else {
                return Ok(None);
            }
        }
        pictures.truncate(limit.unwrap_or(usize::MAX));
        let to = match (Place::stdout(out), extension(out)) {
            (Some(stdout), _) => To::File(stdout, PictureFormat::Png),
            (None, None) => {
                expect_new_folder(out, "pictures")?;
                To::Folder(out)
            }
            (None, Some(extension)) => match PictureFormat::by_extension(&extension) {
                Some(format) => {
                    writable("--out", out, &request.read())?;
                    To::File(Place::File(out), format)
                }
                // An array has images of one size.
                None => return Ok(None),
            },
        };
        match (pictures.len(), &to) {
            (0, _) => {
                Err(Error::data(format!("expected pictures, found none in {}", data.join(", ")))
                    .into())
            }
            (1, _) | (_, To::Folder(_)) => Ok(Some(Self { pictures, to })),
            (n, To::File(..)) => Err(Error::config(format!(
                "`--out`: expected the name of a folder for {n} pictures, found `{}`",
                out.display()
            ))
            .with_hint("a name without an ending is a folder's")
            .into()),
        }
    }

    /// Restores all of them.
    pub(super) fn restore(self, restorer: Restorer<'_>, printer: Printer) -> anyhow::Result<Exit> {
        let Self { pictures, to } = self;
        match to {
            To::File(place, format) => {
                let layout = restore_one(restorer, &pictures[0], place, format, printer)
                    .map_err(stdin::blamed)?;
                if let Place::File(path) = place {
                    tell_written(path, What::Images, 1, sides(layout), printer)?;
                }
            }
            To::Folder(path) => {
                let mut folder = begin_folder(path)?;
                let written = restore_all(restorer, &pictures, &mut folder, printer)?;
                folder.finish()?;
                tell_written(path, What::Images, written, counted(written, "picture"), printer)?;
            }
        }
        Ok(Exit::Done)
    }
}

/// Its layout when it is restored.
fn restore_one(
    restorer: Restorer<'_>,
    picture: &Picture,
    place: Place<'_>,
    format: PictureFormat,
    printer: Printer,
) -> Result<Layout> {
    let picture = PictureFile::open(&picture.path)?;
    if picture.is_animated() {
        printer.warn("only the first frame of the animation is taken");
    }
    let Layout { width, height, .. } = picture.layout();
    let factor = restorer.factor();
    let large = Layout { width: width * factor, height: height * factor, ..picture.layout() };
    let mut counting = Counting::new(printer, "rows written", large.height);
    let report = |progress: Progress| {
        counting.at(progress.done);
        Ok(())
    };
    match place {
        Place::File(path) => {
            let mut file = BufWriter::new(AtomicFile::create(path)?);
            restorer.restore_file(picture, format, &mut file, report)?;
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
        }
        Place::Stdout => {
            let mut stdout = BufWriter::new(std::io::stdout().lock());
            restorer.restore_file(picture, format, &mut stdout, report)?;
            stdout.flush()?;
        }
    }
    Ok(large)
}

/// The number of those that could be restored; of others a warning tells.
fn restore_all(
    restorer: Restorer<'_>,
    pictures: &[Picture],
    folder: &mut AtomicFolder,
    printer: Printer,
) -> Result<usize> {
    let mut counting = Counting::new(printer, "pictures written", pictures.len());
    let (mut skipped, mut animated): (Vec<Error>, _) = (Vec::new(), 0);
    for (done, picture) in pictures.iter().enumerate() {
        let (name, format) = named(&picture.name);
        let restored =
            PictureFile::open(&picture.path).map_err(Failure::Picture).and_then(|file| {
                animated += usize::from(file.is_animated());
                folder.write_by(&name, |to| {
                    let mut to = Watched { to, failed: false };
                    let restored = restorer.restore_file(file, format, &mut to, |_| Ok(()));
                    restored.map_err(if to.failed { Failure::Writing } else { Failure::Picture })
                })
            });
        match restored {
            Ok(()) => {}
            // A disk that is full stays full.
            Err(Failure::Writing(error)) => return Err(error),
            Err(Failure::Picture(error)) => skipped.push(error),
        }
        counting.at(done + 1);
    }
    drop(counting);
    if animated > 0 {
        printer.warn(format_args!(
            "animations of which only the first frame was taken: {animated} of {}",
            counted(pictures.len(), "picture")
        ));
    }
    let n_skipped = skipped.len();
    let mut skipped = skipped.into_iter();
    match skipped.next() {
        Some(first) if n_skipped == pictures.len() => Err(first),
        Some(first) => {
            let more = if n_skipped == 1 {
                String::new()
            } else {
                format!(", and {} more", n_skipped - 1)
            };
            printer.warn(format_args!("{} skipped: {first}{more}", counted(n_skipped, "picture")));
            for error in skipped {
                printer.detail(error);
            }
            Ok(pictures.len() - n_skipped)
        }
        None => Ok(pictures.len()),
    }
}

/// What a picture is called in a folder, and its format: what it was, where that can be written,
/// else a PNG.
fn named(name: &str) -> (String, PictureFormat) {
    let format = extension(Path::new(name)).and_then(|ending| PictureFormat::by_extension(&ending));
    match format {
        Some(format) => (name.to_owned(), format),
        None => (format!("{name}.png"), PictureFormat::Png),
    }
}

/// Why a picture is not written.
enum Failure {
    /// Because of the picture.
    Picture(Error),
    Writing(Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Writing(error.into())
    }
}

/// A writer that notes whether it failed.
struct Watched<W> {
    to: W,
    failed: bool,
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.to.write(bytes).inspect_err(|_| self.failed = true)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush().inspect_err(|_| self.failed = true)
    }
}

fn sides(layout: Layout) -> String {
    format!("{} x {} pixels", layout.width, layout.height)
}
