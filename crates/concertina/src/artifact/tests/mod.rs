//! Tests of files: whole or not there, and never taken for good when they are damaged.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod model_file;

use std::io::Cursor;
use std::io::Write;
use std::path::Path;

use fs_err as fs;
use image::{ImageFormat, ImageReader};
use safetensors::tensor::{Dtype, TensorView};
use tempfile::TempDir;

use super::*;
use crate::data::FloatImages;
use crate::shape::ImageShape;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_written_whole_and_replaced_whole() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("letter.txt");
    for text in ["dear", "", "dear reader"] {
        write_whole(&path, text.as_bytes()).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(names(dir.path()), ["letter.txt"]);
    }
}

#[test]
fn a_file_that_cannot_be_written_leaves_all_as_it_was() {
    let dir = TempDir::new().unwrap();
    // The name is taken by a folder: the last step fails.
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("inside"), "dear").unwrap();
    let error = write_whole(&taken, b"new").unwrap_err();
    assert!(error.is_data());
    assert!(error.to_string().contains("taken"), "{error}");
    assert_eq!(names(dir.path()), ["taken"]);
    assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "dear");

    // The place beside it is taken by a folder: the first step fails.
    let path = dir.path().join("letter.txt");
    fs::write(&path, "old").unwrap();
    fs::create_dir(dir.path().join(".letter.txt.part")).unwrap();
    assert!(write_whole(&path, b"new").unwrap_err().is_data());
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");

    // There is no such folder, or it is a file.
    for parent in ["missing", "letter.txt"] {
        let error = write_whole(&dir.path().join(parent).join("x"), b"new").unwrap_err();
        assert!(error.is_data());
        assert!(error.to_string().contains(parent), "{error}");
    }
    assert_eq!(names(dir.path()), [".letter.txt.part", "letter.txt", "taken"]);
    assert_eq!(
        write_whole(Path::new("a/.."), b"new").unwrap_err().to_string(),
        "expected the name of a file to write, found `a/..`"
    );
}

#[test]
fn a_folder_appears_with_all_its_files_or_not_at_all() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("step-1");
    let file = |name, text: &str| (name, text.as_bytes().to_vec());
    publish_folder(&path, &[file("a", "1"), file("b", "2")]).unwrap();
    assert_eq!(names(&path), ["a", "b"]);
    assert_eq!(fs::read_to_string(path.join("b")).unwrap(), "2");

    // What an earlier attempt left is no hindrance.
    fs::create_dir(dir.path().join(".step-1.part")).unwrap();
    fs::write(dir.path().join(".step-1.part/junk"), "junk").unwrap();
    publish_folder(&path, &[file("c", "3")]).unwrap();
    assert_eq!(names(&path), ["c"]);
    assert_eq!(names(dir.path()), ["step-1"]);

    // The second file cannot be written: the folder of before stays.
    assert!(publish_folder(&path, &[file("d", "4"), file("d/e", "5")]).is_err());
    assert_eq!(names(&path), ["c"]);
    assert_eq!(names(dir.path()), ["step-1"]);
    assert!(publish_folder(&dir.path().join("missing/step-2"), &[file("a", "1")]).is_err());
    assert_eq!(names(dir.path()), ["step-1"]);
}

#[test]
fn the_longest_names_can_be_written() {
    let dir = TempDir::new().unwrap();
    for length in [249, 250, 255] {
        let name = "n".repeat(length);
        write_whole(&dir.path().join(&name), b"dear").unwrap();
        assert_eq!(fs::read(dir.path().join(&name)).unwrap(), b"dear");
        publish_folder(&dir.path().join("f".repeat(length)), &[(&name, vec![1])]).unwrap();
    }
    assert!(names(dir.path()).iter().all(|name| !name.starts_with('.')));
}

#[test]
fn a_file_that_is_not_finished_leaves_all_as_it_was() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("letter.txt");
    write_whole(&path, b"dear").unwrap();
    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new").unwrap();
    assert_eq!(names(dir.path()), [".letter.txt.part", "letter.txt"]);
    drop(file);
    assert_eq!(names(dir.path()), ["letter.txt"]);
    assert_eq!(fs::read(&path).unwrap(), b"dear");

    let mut file = AtomicFile::create(&path).unwrap();
    file.write_all(b"new ").unwrap();
    file.write_all(b"words").unwrap();
    file.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new words");
    assert_eq!(names(dir.path()), ["letter.txt"]);
}

#[test]
fn checksums_are_the_published_ones() {
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn tensors_come_back_as_they_were() {
    let (a, b) = ([1.5, f32::MIN_POSITIVE, -0.0], [f32::MAX; 4]);
    let named: [(String, Vec<usize>, &[f32]); 2] =
        [("b.weight".to_owned(), vec![2, 2], &b), ("a".to_owned(), vec![3], &a)];
    let bytes = pack(&named, None);
    assert_eq!(bytes, pack(&named, None));
    let mut tensors = Tensors::unpack(&bytes).unwrap();
    let message = |result: crate::Result<Vec<f32>>| result.unwrap_err().to_string();
    assert_eq!(message(tensors.take("c", &[1])), "expected a tensor `c`, found none");
    assert_eq!(tensors.take("a", &[3]).unwrap(), a);
    assert_eq!(message(tensors.take("a", &[3])), "expected a tensor `a`, found none");
    assert_eq!(
        message(tensors.take("b.weight", &[4])),
        "tensor `b.weight`: expected shape [4], found [2, 2]"
    );
    assert_eq!(Tensors::unpack(&bytes).unwrap().take_any("b.weight").unwrap(), b);

    let wide = TensorView::new(Dtype::F64, vec![1], &[0; 8]).unwrap();
    let bytes = safetensors::serialize([("x", wide)], None).unwrap();
    let error = Tensors::unpack(&bytes).err().unwrap();
    assert!(error.is_data());
    assert_eq!(error.to_string(), "tensor `x`: expected F32, F16 or BF16, found F64");
}

#[test]
fn a_picture_is_written_pixel_for_pixel() {
    for channels in [1, 3] {
        let shape = ImageShape::new(channels, 3, 5);
        let values: Vec<f32> = (0..shape.len()).map(|i| i as f32 / shape.len() as f32).collect();
        let bytes = PictureFormat::Png.encode(shape, &values).unwrap();
        let reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
        let picture = reader.decode().unwrap();
        assert_eq!((picture.width(), picture.height()), (5, 3));
        assert_eq!(usize::from(picture.color().channel_count()), channels);
        let rgb = picture.to_rgb8();
        let expected = FloatImages::new(shape, values).to_images();
        for (x, y, pixel) in rgb.enumerate_pixels() {
            for channel in 0..3 {
                let plane = channel.min(channels - 1) * shape.area();
                let place = plane + y as usize * 5 + x as usize;
                assert_eq!(pixel[channel], expected.pixels()[place]);
            }
        }
    }
    let two = ImageShape::new(2, 1, 1);
    assert_eq!(
        PictureFormat::Png.encode(two, &[0.0, 1.0]).unwrap_err().to_string(),
        "expected 1 or 3 channels for a picture, found 2"
    );
}
