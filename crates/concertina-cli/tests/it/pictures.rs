//! `denoise` and `upscale` on pictures of any size.

use fs_err as fs;
use image::{ImageBuffer, Luma, Rgba};

use crate::place::{Ended, Place};

/// A model that enlarges, trained for a moment.
fn place_with_model() -> Place {
    let place = Place::new();
    place.succeed(
        "train digits --recipe enlarge-2x --limit 48 --epochs 1 --set network.channels=[8] \
         --out run",
    );
    fs::create_dir_all(place.path("in/below")).unwrap();
    let grey = ImageBuffer::from_fn(45, 31, |x, y| Luma([(x * 5 + y) as u8]));
    grey.save(place.path("in/grey.jpg")).unwrap();
    let deep = ImageBuffer::from_fn(20, 70, |x, y| {
        Rgba([(x * 3000) as u16, (y * 900) as u16, 20_000, (x * y * 40) as u16])
    });
    deep.save(place.path("in/below/deep.png")).unwrap();
    grey.save(place.path("in/grey.bmp")).unwrap();
    place
}

#[test]
fn pictures_keep_their_size_their_names_and_their_bits() {
    let place = place_with_model();
    let size = |name: &str| image::image_dimensions(place.path(name)).unwrap();
    let ended = place.succeed("upscale run in/grey.jpg -o large.png");
    assert!(ended.stderr.contains("90 x 62 pixels written to large.png"), "{}", ended.stderr);
    assert_eq!(size("large.png"), (90, 62));

    place.write("in/broken.png", b"\x89PNG\r\n\x1a\nbroken");
    let ended = place.succeed("upscale run in -o out");
    assert!(ended.stderr.contains("1 picture skipped") && ended.stderr.contains("broken.png"));
    assert!(ended.stderr.contains("3 pictures written to out"), "{}", ended.stderr);
    assert_eq!(size("out/grey.jpg"), (90, 62));
    assert_eq!(size("out/grey.bmp.png"), (90, 62));
    assert_eq!(size("out/below/deep.png"), (40, 140));
    assert!(!place.path("out/broken.png").exists());
    let deep = image::open(place.path("out/below/deep.png")).unwrap();
    assert_eq!(deep.color(), image::ColorType::Rgba16);

    // The same in the folder and alone, for one thread and for two.
    place.succeed("upscale run in/below/deep.png -o alone.png");
    let alone = fs::read(place.path("alone.png")).unwrap();
    assert_eq!(alone, fs::read(place.path("out/below/deep.png")).unwrap());
    let mut command = place.command("upscale run in/below/deep.png -o one.png");
    let one = Ended::of(&command.env("RAYON_NUM_THREADS", "1").output().unwrap());
    assert_eq!(one.code, Some(0), "{}", one.stderr);
    assert_eq!(alone, fs::read(place.path("one.png")).unwrap());

    // An array has images of one size, the model's.
    place.succeed("upscale run in/grey.jpg -o large.npy");
}

#[test]
fn what_cannot_be_restored_is_told_in_one_line() {
    let place = place_with_model();
    let files = place.files().len();
    place.write("bad/text.png", b"hello, I am not a picture");
    fs::create_dir(place.path("none")).unwrap();
    for (command, code, words) in [
        ("upscale run in -o one.png", 2, "the name of a folder for 3 pictures"),
        ("upscale run in/grey.jpg -o in/grey.jpg", 2, "another file than the input"),
        ("upscale run in/grey.jpg -o in", 3, "a new folder"),
        ("upscale run bad/text.png -o a.png", 3, "not a picture"),
        ("upscale run bad -o out", 3, "not a picture"),
        ("upscale run none -o out", 3, "found none in none"),
        ("upscale run in/grey.jpg -o a.tiff", 2, ".tiff"),
        ("denoise run in/grey.jpg -o a.png", 2, "found one for \"downscale\""),
    ] {
        place.fail(command, code, &[words]);
    }
    assert_eq!(place.files().len(), files + 1, "nothing is left of what failed");
}

#[test]
fn without_a_model_the_built_in_one_serves() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    let grey = ImageBuffer::from_fn(45, 31, |x, y| Luma([(x * 5 + y) as u8]));
    grey.save(place.path("in/grey.png")).unwrap();
    image::DynamicImage::from(grey).to_rgb8().save(place.path("in/colour.png")).unwrap();
    let size = |name: &str| image::image_dimensions(place.path(name)).unwrap();

    let ended = place.succeed("denoise in/grey.png -o clean.png");
    assert!(ended.stderr.contains("45 x 31 pixels written to clean.png"), "{}", ended.stderr);
    place.succeed("upscale in/grey.png -o two.png");
    place.succeed("upscale in -o four --factor 4");
    place.succeed("denoise in/grey.png in/colour.png -o both");
    assert_eq!((size("clean.png"), size("two.png")), ((45, 31), (90, 62)));
    assert_eq!((size("four/colour.png"), size("both/colour.png")), ((180, 124), (45, 31)));

    place.succeed(
        "train digits --recipe enlarge-2x --limit 48 --epochs 1 --set \
                   network.channels=[8] --out run",
    );
    for (command, code, words) in [
        ("upscale in/grey.png --factor 3 -o a.png", 2, "expected 2 or 4"),
        ("upscale run in/grey.png --factor 2 -o a.png", 2, "a model that has its own"),
        ("upscale run -o a.png", 2, "expected DATA behind the model `run`"),
        ("upscale digits -o a.png", 2, "for the built-in model, found digits"),
        ("upscale in/grey.png -o a.npy", 2, "for the built-in model"),
        ("denoise in/none.png -o a.png", 3, "in/none.png"),
        ("denoise none in/grey.png -o a.png", 3, "expected a model file or a run folder"),
    ] {
        place.fail(command, code, &[words]);
    }
}

#[test]
fn what_a_file_has_beyond_a_picture_is_told_or_refused() {
    let place = Place::new();
    let mut frames =
        image::codecs::gif::GifEncoder::new(fs::File::create(place.path("a.gif")).unwrap());
    for level in [10, 200] {
        let frame = ImageBuffer::from_pixel(20, 16, Rgba([level, level, level, 255]));
        frames.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(frames);
    let ended = place.succeed("denoise a.gif -o a.png");
    assert!(ended.stderr.contains("warning: only the first frame"), "{}", ended.stderr);

    for (name, value) in [("nan", f32::NAN), ("large", 255.0)] {
        let mut floats = ImageBuffer::from_pixel(20, 16, image::Rgb([0.5_f32; 3]));
        floats.put_pixel(3, 4, image::Rgb([0.5, value, 0.5]));
        floats.save(place.path(&format!("{name}.tiff"))).unwrap();
        let words = format!("expected values in 0..1, found {value}");
        place.fail(&format!("denoise {name}.tiff -o {name}.png"), 3, &[&words]);
    }
}
