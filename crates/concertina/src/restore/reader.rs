//! Pictures, read row by row.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::DynamicImage;
use png::{BitDepth, ColorType, Transformations};

use super::pixels::Layout;
use crate::data::FloatImages;
use crate::data::picture::{self, Bytes, Origin, Whole};
use crate::data::walk;
use crate::error::{Error, Result};
use crate::memory;
use crate::shape::ImageShape;

/// The most pixels a side of a picture that is read row by row.
const MAX_SIDE: u32 = 1 << 17;

/// A picture in a file, or in memory as one was, read from the top down. The pixels of a PNG are
/// never in memory as a whole; those of an interlaced one and of other formats are.
pub struct PictureFile {
    origin: Origin,
    layout: Layout,
    profile: Option<Vec<u8>>,
    rows: Rows,
    read: usize,
}

enum Rows {
    Png(Box<png::Reader<Bytes>>),
    /// All pixels.
    Whole(Vec<u8>),
}

impl std::fmt::Debug for PictureFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PictureFile")
            .field("layout", &self.layout)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

impl PictureFile {
    /// Reads the header, and the pixels too unless they can be read one row after the other. The
    /// orientation that a camera wrote is applied.
    ///
    /// # Errors
    /// If the file is no picture, is cut short, or is too large for the memory.
    pub fn open(path: &Path) -> Result<Self> {
        Self::of(path.into())
    }

    /// As [`PictureFile::open`], of the bytes of a file.
    ///
    /// # Errors
    /// As [`PictureFile::open`].
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Result<Self> {
        Self::of(Origin::Memory(bytes.into()))
    }

    /// The same picture from its beginning.
    pub(super) fn again(&self) -> Result<Self> {
        Self::of(self.origin.clone())
    }

    fn of(origin: Origin) -> Result<Self> {
        let bad = |reason: String| origin.bad(&reason);
        if let Some(reader) = png_rows(&origin).map_err(bad)? {
            let info = reader.info();
            let (colour, depth) = reader.output_color_type();
            let layout = Layout {
                width: info.width as usize,
                height: info.height as usize,
                colours: if matches!(colour, ColorType::Grayscale | ColorType::GrayscaleAlpha) {
                    1
                } else {
                    3
                },
                alpha: matches!(colour, ColorType::GrayscaleAlpha | ColorType::Rgba),
                deep: depth == BitDepth::Sixteen,
            };
            let profile = info.icc_profile.as_ref().map(|profile| profile.to_vec());
            let rows = Rows::Png(Box::new(reader));
            return Ok(Self { origin, layout, profile, rows, read: 0 });
        }
        let Whole { image, profile } = picture::whole(&origin).map_err(bad)?;
        let (layout, pixels) = pixels(image)?;
        Ok(Self { origin, layout, profile, rows: Rows::Whole(pixels), read: 0 })
    }

    /// How its pixels are stored.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether it is an animation, of which the first frame is read.
    pub fn is_animated(&self) -> bool {
        // Only PNGs that are none are read row by row.
        matches!(self.rows, Rows::Whole(_)) && picture::is_animated(&self.origin)
    }

    /// Its ICC colour profile.
    pub fn profile(&self) -> Option<&[u8]> {
        self.profile.as_deref()
    }

    /// All of it: colours without opacity, values in 0..1.
    ///
    /// # Errors
    /// If the file is damaged or cut short, or there is not enough memory.
    pub fn read(mut self) -> Result<FloatImages> {
        let layout = self.layout;
        let shape = ImageShape::new(layout.colours, layout.height, layout.width);
        let mut values = memory::zeros(1, shape.len(), "picture")?;
        let mut row = Vec::with_capacity(layout.row());
        for y in 0..layout.height {
            row.clear();
            self.read_rows(1, &mut row)?;
            for channel in 0..layout.colours {
                let start = (channel * layout.height + y) * layout.width;
                for (x, value) in values[start..start + layout.width].iter_mut().enumerate() {
                    *value = layout.value(&row, x, channel);
                }
            }
        }
        Ok(FloatImages::new(shape, values))
    }

    /// Appends the next rows, so many or as many as are left.
    ///
    /// # Errors
    /// If the file is damaged or cut short.
    pub(crate) fn read_rows(&mut self, n: usize, to: &mut Vec<u8>) -> Result<()> {
        let n = n.min(self.layout.height - self.read);
        let row = self.layout.row();
        match &mut self.rows {
            Rows::Whole(pixels) => {
                to.extend(&pixels[self.read * row..(self.read + n) * row]);
            }
            Rows::Png(reader) => {
                for _ in 0..n {
                    let next = reader.next_row().map_err(|error| png_reason(&error));
                    let next =
                        next.and_then(|next| next.ok_or_else(|| picture::CUT_SHORT.to_owned()));
                    let next = next.map_err(|reason| self.origin.bad(&reason))?;
                    to.extend(next.data());
                }
            }
        }
        self.read += n;
        Ok(())
    }
}

/// The pictures in a folder and in folders within it, in the order of their names: their paths, and
/// their names relative to the folder. None is read; names that begin with a dot and run folders
/// are passed over.
///
/// # Errors
/// If the folder cannot be read.
pub fn picture_files(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let files = walk::walk(folder, picture::is_name)?.files;
    Ok(files.into_iter().map(|found| (found.path, found.name)).collect())
}

/// Whether a file is called as pictures are.
pub fn is_picture_name(name: &str) -> bool {
    picture::is_name(name)
}

/// The reader of a PNG whose rows come in order, and upright; none for any other picture.
fn png_rows(origin: &Origin) -> std::result::Result<Option<png::Reader<Bytes>>, String> {
    let mut beginning = [0; 8];
    // What is not a file, or shorter, is told of by the other reader.
    let Ok(mut bytes) = origin.open() else { return Ok(None) };
    if bytes.read_exact(&mut beginning).is_err() || beginning != *b"\x89PNG\r\n\x1a\n" {
        return Ok(None);
    }
    let mut decoder = png::Decoder::new(origin.open()?);
    // Palettes become colours, few bits become 8, and a transparent colour an alpha channel.
    decoder.set_transformations(Transformations::EXPAND);
    let reader = decoder.read_info().map_err(|error| png_reason(&error))?;
    let info = reader.info();
    if info.interlaced || info.exif_metadata.is_some() || info.is_animated() {
        return Ok(None);
    }
    if info.width > MAX_SIDE || info.height > MAX_SIDE {
        return Err(format!(
            "{} x {} pixels, more than the {MAX_SIDE} a side that are accepted",
            info.width, info.height
        ));
    }
    Ok(Some(reader))
}

fn png_reason(error: &png::DecodingError) -> String {
    match error {
        png::DecodingError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            picture::CUT_SHORT.to_owned()
        }
        error => format!("cannot be decoded ({error})"),
    }
}

/// All pixels of an image, with the bits that it has; floats become 16 bits.
fn pixels(image: DynamicImage) -> Result<(Layout, Vec<u8>)> {
    let colour = image.color();
    let layout = Layout {
        width: image.width() as usize,
        height: image.height() as usize,
        colours: if colour.has_color() { 3 } else { 1 },
        alpha: colour.has_alpha(),
        deep: colour.bytes_per_pixel() > colour.channel_count(),
    };
    let deep = |values: Vec<u16>| {
        let mut bytes = memory::room_for(values.len(), 2, "values of 16 bits")?;
        bytes.extend(values.iter().flat_map(|value| value.to_be_bytes()));
        Ok::<_, Error>(bytes)
    };
    let pixels = match (layout.colours, layout.alpha, layout.deep) {
        (1, false, false) => image.into_luma8().into_raw(),
        (1, true, false) => image.into_luma_alpha8().into_raw(),
        (_, false, false) => image.into_rgb8().into_raw(),
        (_, true, false) => image.into_rgba8().into_raw(),
        (1, false, true) => deep(image.into_luma16().into_raw())?,
        (1, true, true) => deep(image.into_luma_alpha16().into_raw())?,
        (_, false, true) => deep(image.into_rgb16().into_raw())?,
        (_, true, true) => deep(image.into_rgba16().into_raw())?,
    };
    Ok((layout, pixels))
}
