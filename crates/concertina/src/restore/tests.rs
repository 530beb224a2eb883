//! Pictures of any size, in memory and in files, against whole images.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use fs_err as fs;
use image::{DynamicImage, ImageBuffer, ImageFormat};
use proptest::prelude::*;

use super::*;
use crate::artifact::PictureFormat;
use crate::data::{Dataset, FloatImages, OpenOptions};
use crate::error::Result;
use crate::model::{Architecture, Model};
use crate::recipe::Recipe;
use crate::shape::ImageShape;
use crate::testing::{static_noise, untrained};

/// A model of pictures of so many channels that was never trained.
fn model(settings: &[(&str, &str)], channels: usize) -> Model {
    let common = [
        ("network", "{ kind = \"residual\", channels = 16, blocks = [1, 1] }"),
        ("reconstruction", "{ kind = \"laplace\", output = \"linear\" }"),
    ];
    let mut recipe = Recipe::named("enlarge-2x").unwrap();
    for (key, value) in common.iter().chain(settings) {
        recipe = recipe.with(key, *value).unwrap();
    }
    let images = static_noise(ImageShape::new(channels, 24, 24), 8);
    let data = Dataset::from_images(images, None, &OpenOptions::default()).unwrap();
    let mut model = untrained(&recipe, &data);
    // Biases too: they show at the edges.
    for weights in [&mut model.weights.encoder, &mut model.weights.decoder] {
        for (n, value) in weights.iter_mut().enumerate() {
            *value = *value * 0.7 + ((n as f32 * 0.618).fract() - 0.5) * 0.02;
        }
    }
    model
}

const DENOISE: [(&str, &str); 2] =
    [("task", "{ kind = \"noise\", std = 0.1 }"), ("network.unshuffle", "2")];

fn picture(shape: ImageShape) -> FloatImages {
    let value = |at: usize| {
        let (y, x) = (at / shape.width % shape.height, at % shape.width);
        let wave = ((y * y) as f32 * 0.01 + x as f32 * 0.3).sin() * 0.3;
        0.5 + wave + ((at as f32 * 0.618).fract() - 0.5) * 0.3
    };
    FloatImages::new(shape, (0..shape.len()).map(value).collect())
}

/// The whole picture, run as an image of its size.
fn as_an_image(model: &Model, picture: &FloatImages) -> FloatImages {
    let Architecture { input, target, .. } = model.architecture;
    let factor = target.height / input.height;
    let shape = picture.shape();
    let whole = ImageShape { height: shape.height * factor, width: shape.width * factor, ..shape };
    let model = Model {
        architecture: Architecture::new(&model.recipe, whole, 0).unwrap(),
        ..model.clone()
    };
    let codes = model.with_known_labels(None).encode_inputs(picture);
    model.decode(&codes).unwrap()
}

fn bits(images: &FloatImages) -> Vec<u32> {
    images.values().iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn tiles_are_the_whole_picture_to_the_bit(
        sides in [1..90_usize, 1..90],
        enlarges in any::<bool>(),
        channels in prop_oneof![Just(1_usize), Just(3)],
        workspace in 1..1_000_000_usize,
        threads in 1..4_usize,
    ) {
        let settings: &[(&str, &str)] = if enlarges { &[] } else { &DENOISE };
        let model = model(settings, channels);
        let multiple = if enlarges { 1 } else { 2 };
        let [height, width] = sides.map(|side| side.next_multiple_of(multiple));
        let picture = picture(ImageShape { channels, height, width });
        let expected = as_an_image(&model, &picture);
        let restorer = Restorer::new(&model).unwrap().with_workspace(workspace);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| restorer.restore(&picture)).unwrap();
        prop_assert_eq!(found.shape(), expected.shape());
        prop_assert!(bits(&found) == bits(&expected));
    }
}

#[test]
fn blind_spots_are_hidden_by_their_place_in_the_picture() {
    let blind = [("task", "{ kind = \"blind-spots\" }"), ("network.unshuffle", "2")];
    for (settings, height, width) in [(&blind[..], 61, 118), (&blind[..1], 70, 49)] {
        let model = model(settings, 1);
        let picture = picture(ImageShape { channels: 1, height, width });
        let restored = |workspace, threads| {
            let restorer = Restorer::new(&model).unwrap().with_workspace(workspace);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            bits(&pool.install(|| restorer.restore(&picture)).unwrap())
        };
        let whole = restored(1 << 30, 1);
        assert!([1, 300_000].iter().all(|workspace| restored(*workspace, 2) == whole));
    }
    let single = picture(ImageShape::new(1, 1, 1));
    let model = model(&blind[..1], 1);
    assert_eq!(Restorer::new(&model).unwrap().restore(&single).unwrap().len(), 1);
}

#[test]
fn odd_pictures_keep_their_size() {
    let model = model(&DENOISE, 1);
    let restorer = Restorer::new(&model).unwrap();
    for (height, width) in [(1, 1), (1, 33), (31, 1), (47, 53)] {
        let picture = picture(ImageShape { channels: 1, height, width });
        assert_eq!(restorer.restore(&picture).unwrap().shape(), picture.shape());
    }
    assert_eq!((restorer.factor(), restorer.reach()), (1, 16));
}

#[test]
fn a_model_that_sees_the_whole_image_is_refused() {
    let data = crate::testing::digits(20);
    let model = untrained(&Recipe::named("conv-ae").unwrap(), &data);
    let error = Restorer::new(&model).unwrap_err().to_string();
    assert!(error.contains("pictures of any size") && error.contains("1x28x28"), "{error}");
}

/// A file in a folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("concertina-restore-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn restore(model: &Model, from: &Path, to: &Path, workspace: usize) -> Result<()> {
    let format = PictureFormat::by_extension(to.extension().unwrap().to_str().unwrap()).unwrap();
    let restorer = Restorer::new(model)?.with_workspace(workspace);
    let mut file = fs::File::create(to)?;
    restorer.restore_file(PictureFile::open(from)?, format, &mut file, |_| Ok(()))
}

#[test]
fn files_keep_their_bits_their_opacity_and_their_profile() {
    let folder = Folder::new("bits");
    let model = model(&[], 1);
    let deep = ImageBuffer::from_fn(37, 29, |x, y| {
        image::Rgba([(x * 1700) as u16, (y * 2200) as u16, 30_000, (x * y * 60) as u16])
    });
    let from = folder.path("deep.png");
    let mut info = png::Info::with_size(37, 29);
    info.color_type = png::ColorType::Rgba;
    info.bit_depth = png::BitDepth::Sixteen;
    info.icc_profile = Some(b"a profile".as_slice().into());
    let file = fs::File::create(&from).unwrap();
    let mut writer = png::Encoder::with_info(file, info).unwrap().write_header().unwrap();
    let bytes: Vec<u8> = deep.as_raw().iter().flat_map(|value: &u16| value.to_be_bytes()).collect();
    writer.write_image_data(&bytes).unwrap();
    writer.finish().unwrap();

    let to = folder.path("large.png");
    restore(&model, &from, &to, 64 << 20).unwrap();
    let large = PictureFile::open(&to).unwrap();
    let layout = Layout { width: 74, height: 58, colours: 3, alpha: true, deep: true };
    assert_eq!((large.layout(), large.profile()), (layout, Some(b"a profile".as_slice())));
    // What opacity is made of is enlarged without the model.
    let alpha: Vec<f32> = deep.pixels().map(|pixel| f32::from(pixel.0[3]) / 65_535.0).collect();
    let expected = colour::enlarge(&alpha, [29, 37], 2);
    let found = image::open(&to).unwrap().into_rgba16();
    for (pixel, expected) in found.pixels().zip(expected) {
        let expected = (expected.clamp(0.0, 1.0) * 65_535.0).round();
        assert!((f32::from(pixel.0[3]) - expected).abs() <= 1.0);
    }
    // The same in small tiles, and from a file that is read as a whole.
    let again = folder.path("again.png");
    restore(&model, &from, &again, 1).unwrap();
    assert_eq!(fs::read(&again).unwrap(), fs::read(&to).unwrap());
    let tiff = folder.path("deep.tiff");
    DynamicImage::ImageRgba16(deep).save_with_format(&tiff, ImageFormat::Tiff).unwrap();
    restore(&model, &tiff, &again, 64 << 20).unwrap();
    assert_eq!(image::open(&again).unwrap(), image::open(&to).unwrap());
    // Formats with fewer bits, and without opacity.
    for (name, alpha) in [("large.webp", true), ("large.jpg", false)] {
        restore(&model, &from, &folder.path(name), 64 << 20).unwrap();
        let found = PictureFile::open(&folder.path(name)).unwrap();
        let expected = Layout { alpha, deep: false, ..layout };
        assert_eq!((found.layout(), found.profile()), (expected, Some(b"a profile".as_slice())));
    }
}

#[test]
fn grey_models_and_colour_pictures_go_together() {
    let colours = picture(ImageShape::new(3, 12, 17));
    let grey = FloatImages::new(ImageShape::new(1, 12, 17), colours.values()[..12 * 17].to_vec());
    // Each colour by itself.
    let denoise = model(&DENOISE, 1);
    let restorer = Restorer::new(&denoise).unwrap();
    let restored = restorer.restore(&colours).unwrap();
    assert_eq!(restored.values()[..12 * 17], *restorer.restore(&grey).unwrap().values());
    // The luma of an enlarged picture is that which the model makes of its luma.
    let enlarge = model(&[], 1);
    let restorer = Restorer::new(&enlarge).unwrap();
    let flat: Vec<f32> = colours.values().iter().map(|value| 0.3 + 0.2 * value).collect();
    let colours = FloatImages::new(colours.shape(), flat);
    let luma = |images: &FloatImages| {
        let shape = ImageShape { channels: 1, ..images.shape() };
        FloatImages::new(shape, colour::luma(images.values()))
    };
    let expected = restorer.restore(&luma(&colours)).unwrap();
    let found = luma(&restorer.restore(&colours).unwrap());
    for (found, expected) in found.values().iter().zip(expected.values()) {
        assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    }
    // A colour model sees a grey picture as one whose colours are equal.
    let colour = model(&[], 3);
    let restored = Restorer::new(&colour).unwrap().restore(&grey).unwrap();
    assert_eq!(restored.shape(), ImageShape::new(1, 24, 34));
}

#[test]
fn damaged_files_say_so() {
    let folder = Folder::new("damaged");
    let model = model(&DENOISE, 1);
    let whole = folder.path("whole.png");
    let noise = |x: u32, y: u32| image::Luma([(x * x * 31 + y * y * 17 + x * y) as u8]);
    ImageBuffer::from_fn(200, 200, noise).save(&whole).unwrap();
    let bytes = fs::read(&whole).unwrap();
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("empty.png", Vec::new(), "the file is empty"),
        ("text.png", b"hello, I am not a picture".to_vec(), "not a picture"),
        ("cut.png", bytes[..bytes.len() / 2].to_vec(), "cut short"),
        ("header.png", bytes[..20].to_vec(), "cut short"),
        ("huge.png", claiming(&bytes, 600_000), "more than the 131072 a side"),
        ("claims.png", claiming(&bytes, 60_000), "enough data"),
    ];
    for (name, bytes, expected) in cases {
        let path = folder.path(name);
        fs::write(&path, bytes).unwrap();
        let error = restore(&model, &path, &folder.path("out.png"), 1 << 20).unwrap_err();
        let error = error.to_string();
        assert!(error.contains(expected) && error.contains(name), "{name}: {error}");
    }
}

/// A PNG that claims so many rows.
fn claiming(bytes: &[u8], rows: u32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[20..24].copy_from_slice(&rows.to_be_bytes());
    let checksum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The checksum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

#[test]
fn the_work_can_be_stopped() {
    let folder = Folder::new("stopped");
    let model = model(&DENOISE, 1);
    let from = folder.path("from.png");
    ImageBuffer::from_pixel(50, 200, image::Luma([7_u8])).save(&from).unwrap();
    let restorer = Restorer::new(&model).unwrap().with_workspace(1);
    let mut file = Vec::new();
    let mut seen = Vec::new();
    let stopped = restorer.restore_file(
        PictureFile::open(&from).unwrap(),
        PictureFormat::Png,
        &mut file,
        |progress| {
            seen.push(progress);
            if seen.len() < 3 { Ok(()) } else { Err(crate::Error::failed("stopped")) }
        },
    );
    assert_eq!(stopped.unwrap_err().to_string(), "stopped");
    assert!(seen.windows(2).all(|pair| pair[0].done < pair[1].done));
    assert_eq!((seen.len(), seen[0].total), (3, 200));
}
