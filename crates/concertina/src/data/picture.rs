//! One picture, in a file or in memory: its header and its pixels.

use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;
use image::codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
};

use super::jpeg;
use super::section::Section;
use crate::error::Error;

/// The extensions of image files.
const ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif"];
/// The extensions of pictures that cannot be read, and are told so rather than passed over.
const UNREADABLE: [&str; 4] = ["heic", "heif", "avif", "jxl"];
/// The most pixels a side.
const MAX_SIDE: u32 = 16_384;
/// The most bytes that an image file may have, and that decoding it may take.
const MAX_BYTES: u64 = 512 << 20;

/// The most bytes that a picture in memory may take besides its pixels.
const MAX_BESIDES: u64 = 8 << 20;
/// The most bytes of a pixel while it is decoded: four floats, twice.
const MAX_PIXEL_BYTES: u64 = 32;

pub(crate) const CUT_SHORT: &str = "cut short: the file ends before the picture does";

/// Why an image file cannot be used, as it is written in the data card.
pub(crate) type Reason = String;

/// Where the bytes of a picture are.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    File(PathBuf),
    /// Bytes of a file.
    Part(PathBuf, Range<u64>),
    Memory(Arc<[u8]>),
}

/// The bytes of a picture, to be read from the beginning.
pub(crate) type Bytes = Box<dyn BufReadSeek>;

/// What decoders read from.
pub(crate) trait BufReadSeek: BufRead + Seek + Send {}

impl<T: BufRead + Seek + Send> BufReadSeek for T {}

impl From<&Path> for Origin {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl Origin {
    /// The bytes, of which there are some, but not too many.
    pub(crate) fn open(&self) -> Result<Bytes, Reason> {
        let accept = |length| match length {
            0 => Err("the file is empty".to_owned()),
            bytes if bytes > MAX_BYTES => {
                Err(format!("{bytes} bytes, more than the {MAX_BYTES} that are accepted"))
            }
            _ => Ok(()),
        };
        match self {
            Self::Memory(bytes) => {
                accept(bytes.len() as u64)?;
                Ok(Box::new(Cursor::new(Arc::clone(bytes))))
            }
            Self::File(path) => {
                // Opening a pipe would block until another process writes to it.
                if !fs::metadata(path).map_err(io)?.is_file() {
                    return Err("not a file".to_owned());
                }
                let file = fs::File::open(path).map_err(io)?;
                accept(file.metadata().map_err(io)?.len())?;
                Ok(Box::new(BufReader::new(file)))
            }
            Self::Part(path, range) => {
                accept(range.end - range.start)?;
                let file = fs::File::open(path).map_err(io)?;
                Ok(Box::new(BufReader::new(Section::new(file, range.clone()).map_err(io)?)))
            }
        }
    }

    /// Whether a JPEG is not cut short, as far as can be told.
    fn is_whole_jpeg(&self) -> bool {
        match self {
            Self::Memory(bytes) => jpeg::is_whole(bytes),
            Self::File(_) | Self::Part(..) => {
                let mut bytes = Vec::new();
                let read = self.open().is_ok_and(|mut file| file.read_to_end(&mut bytes).is_ok());
                read && jpeg::is_whole(&bytes)
            }
        }
    }

    /// The error of a picture that cannot be used; it names the file, if it is in one.
    pub(crate) fn bad(&self, reason: &str) -> Error {
        let error = Error::data(format!("not a usable picture: {reason}"));
        match self {
            Self::Memory(_) => error,
            Self::File(path) | Self::Part(path, _) => error.in_file(path),
        }
    }
}

/// Without the path that fs-err adds: the reason is shown beside the file's name.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn io(error: std::io::Error) -> Reason {
    format!("cannot be read ({})", error.kind())
}

/// The header of an image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Width and height, after the orientation is applied.
    pub(super) size: [usize; 2],
    /// True if there are no colours.
    pub(super) grey: bool,
    /// True if there is an alpha channel.
    pub(super) alpha: bool,
    /// True if a channel has more than 8 bits.
    pub(super) deep: bool,
    orientation: Orientation,
}

/// True for a name with the extension of an image file.
pub(crate) fn is_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| {
        ENDINGS.contains(&ending.as_str()) || UNREADABLE.contains(&ending.as_str())
    })
}

/// The name of a format that cannot be read, by the brand in the first bytes of a file (ISO/IEC
/// 14496-12 and 23008-12), whatever the file is called: telephones write such pictures.
fn unreadable(beginning: &[u8]) -> Option<&'static str> {
    if beginning.starts_with(b"\x00\x00\x00\x0cJXL ") || beginning.starts_with(b"\xff\x0a") {
        return Some("JPEG XL");
    }
    match beginning.get(4..12)? {
        b"ftypheic" | b"ftypheix" | b"ftyphevc" | b"ftyphevx" | b"ftypmif1" | b"ftypmsf1" => {
            Some("HEIC")
        }
        b"ftypavif" | b"ftypavis" => Some("AVIF"),
        _ => None,
    }
}

/// Reads the header only.
pub(super) fn header(origin: &Origin) -> Result<Header, Reason> {
    let mut reader = open(origin)?;
    if let Origin::Memory(_) = origin {
        reader.limits(stranger_limits(0));
    }
    let is_gif = reader.format() == Some(ImageFormat::Gif);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    read_header(&mut decoder, is_gif)
}

fn read_header(decoder: &mut impl ImageDecoder, is_gif: bool) -> Result<Header, Reason> {
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(format!(
            "{width} x {height} pixels, more than the {MAX_SIDE} a side that are accepted"
        ));
    }
    if width == 0 || height == 0 {
        return Err(format!("{width} x {height} pixels, nothing to see"));
    }
    if decoder.total_bytes() > MAX_BYTES {
        return Err(format!(
            "decodes to {} bytes, more than the {MAX_BYTES} that are accepted",
            decoder.total_bytes()
        ));
    }
    let colour = decoder.color_type();
    // An image whose orientation cannot be read is not turned.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = (width as usize, height as usize);
    Ok(Header {
        size: if turned { [height, width] } else { [width, height] },
        grey: !colour.has_color(),
        // GIF is always decoded with transparency, whether there is any or not.
        alpha: colour.has_alpha() && !is_gif,
        deep: colour.bytes_per_pixel() > colour.channel_count(),
        orientation,
    })
}

/// Decodes the image, or the first frame of an animation, and applies its orientation. `expected`
/// is the result of [`header`].
pub(super) fn decode(origin: &Origin, expected: &Header) -> Result<DynamicImage, Reason> {
    let (mut decoder, is_gif) = decoder(origin, expected.size)?;
    if read_header(&mut decoder, is_gif)? != *expected {
        return Err("changed while it was being read".to_owned());
    }
    pixels(decoder, expected.orientation)
}

/// The pixels, upright. Floats are values in 0..1.
fn pixels(decoder: impl ImageDecoder, orientation: Orientation) -> Result<DynamicImage, Reason> {
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let floats: &[f32] = match &image {
        DynamicImage::ImageRgb32F(image) => image.as_raw(),
        DynamicImage::ImageRgba32F(image) => image.as_raw(),
        _ => &[],
    };
    if let Some(value) = floats.iter().find(|value| !(0.0..=1.0).contains(*value)) {
        return Err(format!("floats: expected values in 0..1, found {value}"));
    }
    image.apply_orientation(orientation);
    Ok(image)
}

/// A picture with what it is beside its pixels.
pub(crate) struct Whole {
    pub(crate) image: DynamicImage,
    /// The ICC colour profile.
    pub(crate) profile: Option<Vec<u8>>,
}

/// As [`decode`], of a picture whose header has not been read.
pub(crate) fn whole(origin: &Origin) -> Result<Whole, Reason> {
    let size = match origin {
        Origin::Memory(_) => header(origin)?.size,
        Origin::File(_) | Origin::Part(..) => [0; 2],
    };
    let (mut decoder, is_gif) = decoder(origin, size)?;
    let Header { orientation, .. } = read_header(&mut decoder, is_gif)?;
    // A picture whose profile cannot be read has none.
    let profile = decoder.icc_profile().unwrap_or_default();
    let image = pixels(decoder, orientation)?;
    Ok(Whole { image, profile })
}

/// The decoder of a picture that is not cut short, as far as can be told, and whether it is a GIF.
/// `size` is that of a picture in memory.
fn decoder(
    origin: &Origin,
    [width, height]: [usize; 2],
) -> Result<(impl ImageDecoder + use<>, bool), Reason> {
    let mut reader = open(origin)?;
    let is_gif = reader.format() == Some(ImageFormat::Gif);
    if reader.format() == Some(ImageFormat::Jpeg) && !origin.is_whole_jpeg() {
        return Err(CUT_SHORT.to_owned());
    }
    reader.limits(match origin {
        Origin::Memory(_) => stranger_limits((width * height) as u64),
        Origin::File(_) | Origin::Part(..) => limits(),
    });
    Ok((reader.into_decoder().map_err(|error| reason(&error))?, is_gif))
}

/// True if there is more than one frame.
pub(crate) fn is_animated(origin: &Origin) -> bool {
    let Ok(reader) = open(origin) else { return false };
    let format = reader.format();
    let file = reader.into_inner();
    match format {
        Some(ImageFormat::Gif) => GifDecoder::new(file).is_ok_and(|mut decoder| {
            decoder.set_limits(limits()).is_ok() && decoder.into_frames().take(2).count() == 2
        }),
        Some(ImageFormat::Png) => {
            PngDecoder::new(file).is_ok_and(|decoder| decoder.is_apng().unwrap_or(false))
        }
        Some(ImageFormat::WebP) => {
            WebPDecoder::new(file).is_ok_and(|decoder| decoder.has_animation())
        }
        _ => false,
    }
}

/// Opens a picture. The format is detected from its content, since extensions may be wrong.
fn open(origin: &Origin) -> Result<ImageReader<Bytes>, Reason> {
    let mut bytes = origin.open()?;
    if let Some(format) = unreadable(bytes.fill_buf().map_err(io)?) {
        return Err(format!("{format}, which is not read: convert it to JPEG or PNG"));
    }
    let mut reader = ImageReader::new(bytes).with_guessed_format().map_err(io)?;
    if reader.format().is_none() {
        return Err(
            "not a picture: its first bytes are not those of png, jpeg, webp, bmp, tiff or gif"
                .to_owned(),
        );
    }
    // `read_header` checks the sides, since it can name them in its message; memory is limited from
    // the start.
    let mut limits = limits();
    (limits.max_image_width, limits.max_image_height) = (None, None);
    reader.limits(limits);
    Ok(reader)
}

/// For so many pixels that somebody else sent. A colour profile, say, can be packed so well that a
/// few bytes become very many: there is room for the pixels, and for little besides.
fn stranger_limits(pixels: u64) -> Limits {
    let mut limits = limits();
    (limits.max_image_width, limits.max_image_height) = (None, None);
    let alloc = MAX_BESIDES + pixels.saturating_mul(MAX_PIXEL_BYTES);
    limits.max_alloc = Some(alloc.min(MAX_BYTES));
    limits
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    limits
}

#[cold]
fn reason(error: &ImageError) -> Reason {
    match error {
        ImageError::Limits(_) => format!(
            "larger than the {MAX_SIDE} pixels a side or {MAX_BYTES} bytes decoded that are \
             accepted"
        ),
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            CUT_SHORT.to_owned()
        }
        error => {
            // Some of the decoders' messages have several lines.
            let words: Vec<String> =
                error.to_string().split_whitespace().map(str::to_owned).collect();
            format!("cannot be decoded ({})", words.join(" "))
        }
    }
}
