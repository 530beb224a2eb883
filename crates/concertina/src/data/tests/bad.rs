//! Sources that cannot be used, and the exact words for each.

use concertina_formats::npy::{self, Array, Values};
use concertina_formats::npz;
use fs_err as fs;
use image::{DynamicImage, ImageFormat};
use tempfile::TempDir;

use super::{folder, grey, idx_images, idx_labels, looking_in, open, put, save};
use crate::data::{Dataset, OpenOptions};

/// Opening `name` fails with `message`, in which `DIR` stands for the folder's path.
#[track_caller]
fn check(dir: &TempDir, name: &str, message: &str) {
    check_with(dir, name, &OpenOptions::default(), message);
}

#[track_caller]
fn check_with(dir: &TempDir, name: &str, options: &OpenOptions, message: &str) {
    let error = open(dir, name, options).unwrap_err();
    let found = error.to_string().replace(dir.path().to_str().unwrap(), "DIR");
    assert_eq!(found, message);
    assert!(error.is_data());
}

/// A picture as a file's bytes.
fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A bitmap that claims `side` pixels a side and holds none.
fn claimed(side: u32) -> Vec<u8> {
    let mut bytes = encode(&grey(1, 1, 0), ImageFormat::Bmp);
    bytes[18..22].copy_from_slice(&side.to_le_bytes());
    bytes[22..26].copy_from_slice(&side.to_le_bytes());
    bytes
}

#[test]
fn names_that_are_neither_sets_nor_paths() {
    let error = |source| Dataset::open(source, &OpenOptions::default()).unwrap_err();
    assert_eq!(
        error("mnits").to_string(),
        "`mnits` is neither a known data set (digits, mnist, fashion-mnist, kmnist, cifar10) nor \
         a path that exists"
    );
    let hint = |source| error(source).hint().map(ToString::to_string);
    let expected = |hint: &str| Some(hint.to_owned());
    assert_eq!(hint("mnits"), expected("did you mean `mnist`?"));
    assert_eq!(hint("CIFAR-10"), expected("did you mean `cifar10`?"));
    assert_eq!(hint("fashion_mnist"), expected("did you mean `fashion-mnist`?"));
    assert_eq!(hint("holiday-photos/"), None);
    assert!(error("mnits").is_data());
}

#[test]
fn sets_that_are_not_here() {
    let dir = folder();
    put(&dir, "kmnist/t10k-labels-idx1-ubyte.gz", b"");
    let error = Dataset::open("kmnist", &looking_in(dir.path())).unwrap_err();
    let path = dir.path().to_str().unwrap();
    assert_eq!(
        error.to_string().replace(path, "DIR"),
        "`kmnist` is not complete on this machine: found 1 of 4 files in `DIR/kmnist`"
    );
    assert_eq!(
        error.hint().unwrap().to_string().replace(path, "DIR"),
        "put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz \
         from https://codh.rois.ac.jp/kmnist/dataset/kmnist/ into `DIR/kmnist`"
    );
    let error = Dataset::open("mnist", &OpenOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "`mnist` is not on this machine: no data folder was given");
}

#[test]
fn options_out_of_range() {
    let message = |options: &OpenOptions| {
        let error = Dataset::open("digits", options).unwrap_err();
        assert!(error.is_config());
        error.to_string()
    };
    let default = OpenOptions::default;
    assert_eq!(
        message(&OpenOptions { size: Some(0), ..default() }),
        "`data.size`: expected a side from 1 to 2048 pixels, found 0"
    );
    assert_eq!(
        message(&OpenOptions { size: Some(1 << 20), ..default() }),
        "`data.size`: expected a side from 1 to 2048 pixels, found 1048576"
    );
    assert_eq!(
        message(&OpenOptions { limit: Some(0), ..default() }),
        "`data.limit`: expected at least 1 image, found 0"
    );
    assert_eq!(
        message(&OpenOptions { valid_fraction: f32::NAN, ..default() }),
        "`data.validation`: expected at least 0 and below 1, found NaN"
    );
    assert_eq!(
        message(&OpenOptions { channels: Some(2), ..default() }),
        "`data.channels`: expected 1 (grey) or 3 (colour), found 2"
    );
}

#[test]
fn folders_without_a_picture_that_can_be_used() {
    let dir = folder();
    check(
        &dir,
        "",
        "`DIR/`: expected images (png, jpg, jpeg, webp, bmp, tif, tiff, gif), found no file",
    );
    put(&dir, "a.txt", b"text");
    check(
        &dir,
        "",
        "`DIR/`: expected images (png, jpg, jpeg, webp, bmp, tif, tiff, gif), found only 1 \
         other file",
    );
    for name in ["a.png", "b.png", "c.png", "d.png"] {
        put(&dir, name, b"");
    }
    check(
        &dir,
        "",
        "`DIR/`: expected at least one image that can be used, found none: `a.png` the file is \
         empty; `b.png` the file is empty; `c.png` the file is empty; and 1 more",
    );
}

#[cfg(unix)]
#[test]
fn folders_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;

    let dir = folder();
    save(&dir, "open/a.png", &grey(4, 4, 0));
    save(&dir, "closed/b.png", &grey(4, 4, 0));
    let closed = dir.path().join("closed");
    let set_mode = |mode| {
        fs_err::set_permissions(&closed, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set_mode(0o000);
    // The superuser may read everything.
    if fs_err::read_dir(&closed).is_err() {
        let data = open(&dir, "", &OpenOptions::default()).unwrap();
        assert_eq!(data.card.skipped.shown[0].reason, "cannot be read (permission denied)");
        let error = open(&dir, "closed", &OpenOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with("failed to read directory `"), "{error}");
    }
    set_mode(0o755);
}

#[test]
fn pictures_that_are_none() {
    let dir = folder();
    put(&dir, "empty.png", b"");
    check(&dir, "empty.png", "`DIR/empty.png`: the file is empty");
    put(&dir, "text.png", b"this is text");
    check(
        &dir,
        "text.png",
        "`DIR/text.png`: not a picture: its first bytes are not those of png, jpeg, webp, bmp, \
         tiff or gif",
    );
    put(&dir, "huge.bmp", &claimed(60_000));
    check(
        &dir,
        "huge.bmp",
        "`DIR/huge.bmp`: 60000 x 60000 pixels, more than the 16384 a side that are accepted",
    );
    put(&dir, "large.bmp", &claimed(16_000));
    check(
        &dir,
        "large.bmp",
        "`DIR/large.bmp`: decodes to 768000000 bytes, more than the 536870912 that are accepted",
    );
}

#[test]
fn pictures_cut_short() {
    let dir = folder();
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.jpg", ImageFormat::Jpeg),
        ("a.bmp", ImageFormat::Bmp),
        ("a.tif", ImageFormat::Tiff),
    ] {
        let bytes = encode(&grey(100, 100, 0), format);
        put(&dir, name, &bytes);
        assert!(open(&dir, name, &OpenOptions::default()).is_ok(), "{name}");
        put(&dir, name, &bytes[..bytes.len() * 2 / 3]);
        let error = open(&dir, name, &OpenOptions::default()).unwrap_err().to_string();
        assert!(
            error.ends_with("cut short: the file ends before the picture does"),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_changed_byte_of_a_picture_does_no_harm() {
    let dir = folder();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ] {
        let bytes = encode(&grey(4, 3, 0).to_rgb8().into(), format);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0xFF;
            put(&dir, "a.png", &damaged);
            // An error or another picture.
            let _ = open(&dir, "a.png", &OpenOptions::default());
        }
    }
}

#[test]
fn idx_files() {
    let dir = folder();
    let images = idx_images(3);
    put(&dir, "a/train-images-idx3-ubyte", &images[..20]);
    check(
        &dir,
        "a",
        "`DIR/a/train-images-idx3-ubyte`: expected 18 bytes of IDX values (shape 3x2x3), found 4",
    );
    put(&dir, "a/train-images-idx3-ubyte", &images);
    put(&dir, "a/train-labels-idx1-ubyte", &idx_labels(&[1, 2]));
    check(
        &dir,
        "a",
        "`DIR/a/train-labels-idx1-ubyte`: expected one label for each of 3 images, found labels \
         of shape 2",
    );
    put(&dir, "a/letters-train-images-idx3-ubyte", &images);
    check(
        &dir,
        "a",
        "`DIR/a`: expected one file of training images and one of test images, \
         found `letters-train-images-idx3-ubyte` and `train-images-idx3-ubyte`",
    );
    put(&dir, "b-idx3", &idx_labels(&[1, 2]));
    check(
        &dir,
        "b-idx3",
        "`DIR/b-idx3`: expected images (3 axes: number, rows, columns), found 1 axes",
    );
    put(&dir, "c-idx3", &[0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 1]);
    check(
        &dir,
        "c-idx3",
        "`DIR/c-idx3`: expected 18446744065119617025 bytes of IDX values \
         (shape 4294967295x4294967295x1), found 0",
    );
    put(&dir, "d-idx3.gz", &[0x1f, 0x8b, 8, 0]);
    check(&dir, "d-idx3.gz", "`DIR/d-idx3.gz`: gzip data is cut short after 4 bytes");
    put(&dir, "e-idx3", &concertina_formats::idx::write(&[0, 2, 3], &[]).unwrap());
    check(&dir, "e-idx3", "`DIR/e-idx3`: expected at least one image, found none");
    put(&dir, "f/train-images-idx3-ubyte", &images);
    put(
        &dir,
        "f/t10k-images-idx3-ubyte",
        &concertina_formats::idx::write(&[1, 1, 1], &[0]).unwrap(),
    );
    check(&dir, "f", "expected test images of the training images' shape 1x2x3, found 1x1x1");
}

#[test]
fn labels_beyond_the_classes_of_a_named_set() {
    let dir = folder();
    for (name, bytes) in [
        ("train-images-idx3-ubyte", idx_images(2)),
        ("train-labels-idx1-ubyte", idx_labels(&[1, 200])),
        ("t10k-images-idx3-ubyte", idx_images(1)),
        ("t10k-labels-idx1-ubyte", idx_labels(&[1])),
    ] {
        put(&dir, &format!("mnist/{name}"), &bytes);
    }
    let error = Dataset::open("mnist", &looking_in(dir.path())).unwrap_err();
    assert_eq!(error.to_string(), "expected labels below 10, found 200");
}

#[test]
fn cifar_files() {
    let dir = folder();
    put(&dir, "a.bin", &[0; 4000]);
    check(
        &dir,
        "a.bin",
        "`DIR/a.bin`: expected whole CIFAR-10 records of 3073 bytes, found 4000 bytes (1 records \
         and 927 bytes)",
    );
    put(&dir, "b.bin", &[11; 3073]);
    check(&dir, "b.bin", "`DIR/b.bin`: expected a CIFAR-10 label below 10, found 11 in record 0");
    put(&dir, "c.tar.gz", b"\x1f\x8b");
    check(&dir, "c.tar.gz", "`DIR/c.tar.gz`: gzip data is cut short after 2 bytes");
}

#[test]
fn numpy_files() {
    let dir = folder();
    let put_array = |shape: &[usize], values| {
        put(&dir, "a.npy", &npy::write(&Array { shape: shape.to_vec(), values }).unwrap());
    };
    put(&dir, "a.npy", b"no array");
    check(
        &dir,
        "a.npy",
        "`DIR/a.npy`: expected a npy file (beginning with 93 `NUMPY`), found other bytes",
    );
    put_array(&[4], Values::U8(vec![0; 4]));
    check(
        &dir,
        "a.npy",
        "`DIR/a.npy`: expected images as N x H x W, N x H x W x C or N x C x H x W \
         with 1, 3 or 4 channels, found an array of shape [4]",
    );
    put_array(&[0, 2, 2], Values::U8(vec![]));
    check(
        &dir,
        "a.npy",
        "`DIR/a.npy`: expected at least one image of at least one pixel, found an array of shape \
         [0, 2, 2]",
    );
    put_array(&[5, 5, 3], Values::U8(vec![0; 75]));
    check(
        &dir,
        "a.npy",
        "`DIR/a.npy`: expected an array of images, found what looks like a single one (shape [5, \
         5, 3])",
    );
    put_array(&[1, 1, 2], Values::F32(vec![0.0, f32::NAN]));
    check(&dir, "a.npy", "`DIR/a.npy`: expected finite values, found NaN at index 1");
    put_array(&[1, 1, 20_000], Values::U8(vec![0; 20_000]));
    check(&dir, "a.npy", "expected images of at most 16384 pixels a side, found 20000 x 1");

    let put_arrays = |arrays: &[(&str, &[usize])]| {
        let array = |shape: &[usize]| {
            let n = shape.iter().product();
            Array { shape: shape.to_vec(), values: Values::U8(vec![0; n]) }
        };
        let arrays: Vec<_> =
            arrays.iter().map(|(name, shape)| ((*name).to_owned(), array(shape))).collect();
        put(&dir, "a.npz", &npz::write(&arrays).unwrap());
    };
    put_arrays(&[("a", &[1, 2, 2]), ("b", &[1, 2, 2])]);
    check(
        &dir,
        "a.npz",
        "`DIR/a.npz`: expected one array, or one named x_train, train_images, images, x, X, data; \
         found `a`, `b`",
    );
    put_arrays(&[("x_train", &[2, 2, 2]), ("y_train", &[3])]);
    check(
        &dir,
        "a.npz",
        "`DIR/a.npz`: expected one label for each of 2 images, found labels of shape [3]",
    );
    put(&dir, "a.npz", b"no zip");
    let error = open(&dir, "a.npz", &OpenOptions::default()).unwrap_err().to_string();
    assert!(error.contains("expected a zip archive of npy files, found other bytes"), "{error}");
}

#[test]
fn more_images_than_fit_in_memory() {
    let dir = folder();
    let n = 30_000;
    let array = Array { shape: vec![n, 1, 1], values: Values::U8(vec![0; n]) };
    put(&dir, "a.npy", &npy::write(&array).unwrap());
    let options = OpenOptions { size: Some(2048), ..OpenOptions::default() };
    check_with(&dir, "a.npy", &options, "27000 images of 1x2048x2048 are more than fit in memory");
}

#[test]
fn what_does_not_begin_as_its_name_says_is_not_read() {
    let dir = TempDir::new().unwrap();
    let cases = [
        ("zeros.npy", "expected a npy file"),
        ("zeros.npz", "expected a zip archive"),
        ("zeros.bin", "expected whole CIFAR-10 records"),
        ("train-images-idx3-ubyte", "expected IDX values of type 0x08"),
    ];
    for (name, expected) in cases {
        let path = dir.path().join(name);
        // More than any memory holds.
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = Dataset::open(path.to_str().unwrap(), &OpenOptions::default()).unwrap_err();
        assert!(error.is_data());
        assert!(error.to_string().contains(expected), "{name}: {error}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn pictures_of_telephones_are_named_as_what_they_are() {
    let dir = TempDir::new().unwrap();
    let heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic and so on";
    let avif = b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1 and so on";
    save(&dir, "a.png", &grey(16, 16, 0));
    save(&dir, "b.png", &grey(16, 16, 9));
    // By any name.
    for (name, bytes) in [("c.HEIC", &heic[..]), ("d.jpg", &heic[..]), ("e.avif", &avif[..])] {
        put(&dir, name, bytes);
    }
    let data = open(&dir, "", &OpenOptions::default()).unwrap();
    let skipped: Vec<String> = data
        .card
        .skipped
        .shown
        .iter()
        .map(|skip| format!("{}: {}", skip.name, skip.reason))
        .collect();
    let told = |name: &str, format: &str| {
        format!("{name}: {format}, which is not read: convert it to JPEG or PNG")
    };
    assert_eq!(skipped, [told("c.HEIC", "HEIC"), told("d.jpg", "HEIC"), told("e.avif", "AVIF")]);
}
