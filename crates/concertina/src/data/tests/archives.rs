//! Tar archives of pictures, as they are and in the layout of `WebDataset`.

use super::{all, folder, grey, open, put};
use crate::data::Dataset;
use crate::error::Result;
use crate::packing::{PackOptions, Packing};

/// A tar archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, content) in files {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        bytes.extend(header);
        bytes.extend(*content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A picture whose pixels tell its number, as PNG.
fn png(number: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    grey(6, 5, number * 20).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn samples_have_pictures_and_classes() {
    let dir = folder();
    let files: [(&str, &[u8]); 8] = [
        ("000001.png", &png(1)),
        ("000001.cls", b"10\n"),
        ("000001.json", b"{}"),
        ("a.b/000002.seg.png", &png(2)),
        ("a.b/000002.cls", b"9"),
        ("./000003.png", &png(3)),
        ("./000003.cls", b"9"),
        ("._000001.png", b"what another system left"),
    ];
    put(&dir, "set-0.tar", &archive(&files));
    let data = open(&dir, "set-0.tar", &all()).unwrap();
    assert_eq!(data.card.kind, "tar archive of images");
    let names = ["set-0.tar/000001.png", "set-0.tar/a.b/000002.seg.png", "set-0.tar/000003.png"];
    assert_eq!(data.train_names.unwrap(), names);
    for number in 1..=3 {
        let expected = grey(6, 5, number * 20);
        assert_eq!(data.train.image(usize::from(number) - 1), expected.as_bytes());
    }
    // Numbers are in the order of numbers.
    assert_eq!(data.class_names, ["9", "10"]);
    assert_eq!(data.train_labels.unwrap(), [1, 0, 0]);
    assert_eq!(data.card.notes, ["passed over, being no images by their names: 1 file"]);
}

#[test]
fn archives_of_a_folder_are_one_set_and_their_folders_are_classes() {
    let dir = folder();
    put(&dir, "b.tar", &archive(&[("cats/1.png", &png(1))]));
    put(&dir, "a.tar", &archive(&[("cats/1.png", &png(2)), ("dogs/1.png", &png(3))]));
    put(&dir, "readme.txt", b"text");
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.card.kind, "folder of tar archives of images");
    let names = data.train_names.unwrap();
    assert_eq!(names, ["a.tar/cats/1.png", "a.tar/dogs/1.png", "b.tar/cats/1.png"]);
    assert_eq!(data.class_names, ["cats", "dogs"]);
    assert_eq!(data.train_labels.unwrap(), [0, 1, 0]);
    // Beside pictures an archive is another file, as it was.
    put(&dir, "one.png", &png(4));
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!((data.train.len(), data.card.kind.as_str()), (1, "folder of images"));
}

#[test]
fn archives_are_packed_where_they_lie() {
    let dir = folder();
    let pictures: Vec<_> = (0..12).map(png).collect();
    let names: Vec<_> = (0..12).map(|number| format!("{number:03}.png")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(pictures.iter().map(Vec::as_slice)).collect();
    put(&dir, "set.tar", &archive(&files));
    let source = dir.path().join("set.tar").to_string_lossy().into_owned();
    let options = PackOptions { open: all(), ..PackOptions::default() };
    let pack = dir.path().join("pack");
    let mut packing = Packing::begin(&source, &pack, &options).unwrap();
    while packing.step().unwrap().is_some() {}
    let data = Dataset::open(&pack.to_string_lossy(), &all()).unwrap();
    let mut found: Vec<u8> = (0..12).map(|i| data.train.image(i)[0] / 20).collect();
    found.sort_unstable();
    assert_eq!(found, (0..12).collect::<Vec<_>>());
}

#[track_caller]
fn refused(found: Result<Dataset>, expected: &str) {
    let message = found.map(|data| data.train.len()).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_bad_archive_says_why_and_a_bad_picture_is_left_out() {
    let dir = folder();
    let good = png(1);
    let outside: [(&str, &[u8]); 3] =
        [("../../etc/1.png", &good), ("/tmp/2.png", &good), ("a/../../3.png", &good)];
    put(&dir, "outside.tar", &archive(&outside));
    refused(open(&dir, "outside.tar", &all()), "a name that leads out of its archive");
    let some: [(&str, &[u8]); 3] =
        [("1.png", &good), ("../2.png", &good), ("3.png", &good[..good.len() / 2])];
    put(&dir, "some.tar", &archive(&some));
    let data = open(&dir, "some.tar", &all()).unwrap();
    assert_eq!(data.train.len(), 1);
    let skipped: Vec<_> = data.card.skipped.shown.iter().map(|skip| skip.name.as_str()).collect();
    assert_eq!(skipped, ["some.tar/../2.png", "some.tar/3.png"]);

    let whole = archive(&[("1.png", &good)]);
    put(&dir, "cut.tar", &whole[..560]);
    refused(open(&dir, "cut.tar", &all()), "bytes of tar entry `1.png`, found 48");
    put(&dir, "other.tar", &[7; 2000]);
    refused(open(&dir, "other.tar", &all()), "expected a tar header at byte 0, found other bytes");
    put(&dir, "text.tar", &archive(&[("notes.txt", b"text")]));
    refused(open(&dir, "text.tar", &all()), "found only 1 other file");
    put(&dir, "empty.tar", &archive(&[]));
    refused(open(&dir, "empty.tar", &all()), "found no file");
    put(&dir, "class.tar", &archive(&[("1.png", &good), ("1.cls", &[b'1'; 300])]));
    let expected = "`1.cls`: expected the number or the name of a class, found 300 bytes";
    refused(open(&dir, "class.tar", &all()), expected);
}
