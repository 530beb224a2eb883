//! Folders of pictures, and single pictures.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder};

use super::{all, coloured, folder, grey, open, put, save};
use crate::data::{ClassCount, Data, Dataset, OpenOptions};
use crate::shape::ImageShape;

#[test]
fn small_pictures_of_one_size_are_kept_as_they_are() {
    let dir = folder();
    for name in ["b.png", "a.tif", "c/d.tiff", ".hidden.png", "c/.hidden/e.png"] {
        save(&dir, name, &grey(5, 4, name.len() as u8));
    }
    put(&dir, "list.txt", b"text");
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.train.shape(), ImageShape::new(1, 4, 5));
    assert_eq!(data.train_names.unwrap(), ["a.tif", "b.png", "c/d.tiff"]);
    assert_eq!(data.train.image(0), grey(5, 4, 5).as_bytes());
    assert_eq!(data.train.image(2), grey(5, 4, 8).as_bytes());
    assert_eq!(data.card.images().unwrap().fitted, "kept at that size");
    assert_eq!(data.card.notes, ["passed over, being no images by their names: 1 file"]);
    let counts = |name: &str, train| ClassCount { name: name.to_owned(), train, valid: 0 };
    assert_eq!(data.card.classes, [counts("(no folder)", 2), counts("c", 1)]);
    assert_eq!(data.train_labels.unwrap(), [0, 0, 1]);
}

#[test]
fn figures_of_runs_are_no_data() {
    let dir = folder();
    save(&dir, "a.png", &grey(5, 4, 0));
    save(&dir, "b.png", &grey(5, 4, 9));
    save(&dir, "runs/mine/figures/curves.png", &grey(50, 40, 9));
    put(&dir, "runs/mine/checkpoints/step-0000000000/state.json", b"{}");
    put(&dir, "runs/mine/config.toml", b"");
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.train.len(), 2);
    assert_eq!(data.card.notes, ["passed over, being runs of this program: 1 folder"]);
    // Whoever names the figures gets them.
    assert_eq!(open(&dir, "runs/mine/figures", &all()).unwrap().train.len(), 1);
}

#[test]
fn pictures_of_many_sizes_become_squares() {
    let dir = folder();
    save(&dir, "wide.png", &coloured(200, 100));
    save(&dir, "high.png", &coloured(100, 300));
    save(&dir, "small.png", &grey(10, 10, 0));
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.train.shape(), ImageShape::new(3, 64, 64));
    assert_eq!(data.card.images().unwrap().sizes.to_string(), "from 10 x 10 to 100 x 300");
    assert_eq!(
        data.card.images().unwrap().fitted,
        "the centre square of each resized to 64 x 64 (triangle filter)"
    );
    assert_eq!(
        data.card.notes,
        [
            "fitted to 64 x 64 since no size was asked for",
            "upscaled, being smaller than that: 1 of 3 images",
            "grey among coloured ones: 1 of 3 images"
        ]
    );
    // The centre square of the wide picture spans x 50..150 and y 0..100; its middle is (100, 50).
    let [red, green, blue] =
        [0, 1, 2].map(|plane| data.train.image(2)[plane * 4096 + 32 * 64 + 32]);
    assert!(red.abs_diff(100) <= 1 && green.abs_diff(50) <= 1 && blue == 7, "{red} {green} {blue}");
}

#[test]
fn the_middle_is_cut_out_exactly_where_no_resizing_is_needed() {
    let dir = folder();
    save(&dir, "a.png", &grey(8, 4, 0));
    let options = OpenOptions { size: Some(4), ..all() };
    let data = open(&dir, "", &options).unwrap();
    assert_eq!(data.train.pixels(), grey(8, 4, 0).crop_imm(2, 0, 4, 4).as_bytes());
}

#[test]
fn channels_are_made_as_asked_for() {
    let dir = folder();
    save(&dir, "a.png", &grey(4, 4, 9));
    let options = OpenOptions { channels: Some(3), ..all() };
    let data = open(&dir, "", &options).unwrap();
    let planes: Vec<&[u8]> = data.train.image(0).chunks(16).collect();
    assert_eq!(planes, [grey(4, 4, 9).as_bytes(); 3]);
    assert!(data.card.images().unwrap().fitted.ends_with(", grey repeated as red, green and blue"));

    save(&dir, "a.png", &coloured(4, 4));
    let options = OpenOptions { channels: Some(1), ..all() };
    let data = open(&dir, "", &options).unwrap();
    assert_eq!(data.train.pixels(), coloured(4, 4).to_luma8().into_raw());
    assert!(data.card.images().unwrap().fitted.ends_with(", colours turned to grey"));
}

#[test]
fn depth_and_transparency_are_reduced_and_told() {
    let dir = folder();
    save(&dir, "deep.png", &DynamicImage::from(grey(4, 4, 0).to_luma16()));
    save(&dir, "clear.png", &DynamicImage::from(grey(4, 4, 0).to_luma_alpha8()));
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.train.image(0), data.train.image(1));
    assert_eq!(data.train.image(0), grey(4, 4, 0).as_bytes());
    assert_eq!(
        data.card.notes,
        [
            "transparency was dropped: 1 of 2 images",
            "more than 8 bits a channel were reduced to 8: 1 of 2 images"
        ]
    );
}

#[test]
fn the_first_frame_of_an_animation_is_taken() {
    let dir = folder();
    let file = fs_err::File::create(dir.path().join("a.gif")).unwrap();
    let mut encoder = image::codecs::gif::GifEncoder::new(file);
    for first in [0, 100] {
        encoder.encode_frame(image::Frame::new(grey(4, 4, first).to_rgba8())).unwrap();
    }
    drop(encoder);
    let data = open(&dir, "a.gif", &OpenOptions { channels: Some(1), ..all() }).unwrap();
    assert_eq!(data.train.pixels(), grey(4, 4, 0).as_bytes());
    assert_eq!(
        data.card.notes,
        ["animations of which only the first frame was taken: 1 of 1 images"]
    );
}

#[test]
fn bad_pictures_among_good_ones_are_skipped_and_counted() {
    let dir = folder();
    for i in 0..30 {
        put(&dir, &format!("bad{i:02}.png"), b"no picture");
    }
    save(&dir, "good0.png", &grey(4, 4, 0));
    save(&dir, "good1.png", &grey(4, 4, 1));
    let data = open(&dir, "", &OpenOptions::default()).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (1, 1));
    assert_eq!((data.card.skipped.count, data.card.skipped.shown.len()), (30, 20));
    assert_eq!(data.card.skipped.shown[0].name, "bad00.png");
    assert!(data.card.to_string().contains("and 10 more"), "{}", data.card);
}

#[test]
fn pictures_that_turn_out_bad_leave_no_gap_and_no_empty_part() {
    let dir = folder();
    for i in 0..10 {
        save(&dir, &format!("{i}.png"), &grey(40, 40, i));
    }
    let sound = open(&dir, "", &OpenOptions::default()).unwrap();
    let bad = [&sound.valid_names.unwrap()[0], &sound.train_names.unwrap()[3]];
    for name in bad {
        // The header of a picture cut in the middle is good.
        let path = dir.path().join(name);
        let bytes = fs_err::read(&path).unwrap();
        fs_err::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    let data = open(&dir, "", &OpenOptions::default()).unwrap();
    assert_eq!((data.train.len(), data.valid.len(), data.card.skipped.count), (7, 1, 2));
    let names = [data.train_names.unwrap(), data.valid_names.unwrap()].concat();
    for (name, image) in names.iter().zip(data.train.iter().chain(&data.valid)) {
        let number: u8 = name.trim_end_matches(".png").parse().unwrap();
        assert_eq!(image, grey(40, 40, number).as_bytes(), "{name}");
    }
    let mut all: Vec<_> = names.iter().chain(bad).collect();
    all.sort();
    assert_eq!(
        all,
        (0..10).map(|i| format!("{i}.png")).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
}

#[test]
fn pictures_are_turned_as_their_orientation_says() {
    // Exif: little-endian, one entry, orientation (0x112), one short number: 6, a quarter turn
    // clockwise.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let dir = folder();
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif.to_vec()).unwrap();
    encoder.write_image(grey(5, 3, 0).as_bytes(), 5, 3, ExtendedColorType::L8).unwrap();
    put(&dir, "a.png", &bytes);
    let data = open(&dir, "a.png", &all()).unwrap();
    assert_eq!(data.train.shape(), ImageShape::new(1, 5, 3));
    assert_eq!(data.train.pixels(), grey(5, 3, 0).rotate90().as_bytes());
}

#[test]
fn a_single_picture_is_trained_on_and_validated_with() {
    let dir = folder();
    save(&dir, "a.png", &grey(4, 4, 0));
    let data = open(&dir, "a.png", &OpenOptions::default()).unwrap();
    assert_eq!(data.train, data.valid);
    assert_eq!(data.train_names, data.valid_names);
    assert_eq!(data.card.split, "the only image is both trained on and validated with");
}

#[test]
fn a_picture_is_told_by_its_content() {
    let dir = folder();
    save(&dir, "a.png", &grey(4, 4, 0));
    fs_err::rename(dir.path().join("a.png"), dir.path().join("a.jpg")).unwrap();
    assert_eq!(open(&dir, "a.jpg", &all()).unwrap().train.pixels(), grey(4, 4, 0).as_bytes());
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;

    let (dir, elsewhere) = (folder(), folder());
    save(&dir, "a/b.png", &grey(4, 4, 0));
    save(&elsewhere, "c.png", &grey(4, 4, 1));
    symlink(dir.path(), dir.path().join("a/up")).unwrap();
    symlink(dir.path().parent().unwrap(), dir.path().join("further-up")).unwrap();
    symlink(elsewhere.path(), dir.path().join("link")).unwrap();
    symlink(dir.path(), elsewhere.path().join("back")).unwrap();
    let data = open(&dir, "", &all()).unwrap();
    assert_eq!(data.train_names.unwrap(), ["a/b.png", "link/c.png"]);
}

#[test]
fn the_result_does_not_hang_on_the_number_of_threads() {
    let dir = folder();
    for i in 0..40 {
        save(&dir, &format!("{}/{i}.png", i % 3), &coloured(70 + i, 80));
    }
    put(&dir, "0/bad.png", b"no picture");
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| open(&dir, "", &OpenOptions::default()).unwrap())
    };
    let (one, many) = (with_threads(1), with_threads(7));
    assert_eq!((one.train, one.valid, one.card), (many.train, many.valid, many.card));
    assert_eq!((one.train_labels, one.train_names), (many.train_labels, many.train_names));
}

#[test]
fn a_limit_leaves_pictures_undecoded() {
    let dir = folder();
    for i in 0..50 {
        save(&dir, &format!("{i}.png"), &grey(4, 4, i));
    }
    let steps = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&steps);
    let progress = move |progress: crate::data::Progress| {
        counter.fetch_add(usize::from(progress.what == "reading images"), Ordering::Relaxed);
    };
    let options = OpenOptions {
        limit: Some(12),
        progress: Some(Arc::new(progress)),
        ..OpenOptions::default()
    };
    let data = open(&dir, "", &options).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (12, 2));
    assert_eq!(steps.load(Ordering::Relaxed), 14);
}

#[test]
fn patches_are_cut_from_pictures_at_their_own_size() {
    let dir = folder();
    save(&dir, "a/wide.png", &grey(20, 9, 3));
    save(&dir, "a/tall.png", &grey(8, 17, 5));
    save(&dir, "b/small.png", &grey(30, 7, 9));
    put(&dir, "b/bad.png", b"no picture");
    let patch = Some(8);
    let data = open(&dir, "", &OpenOptions { patch, ..all() }).unwrap();
    assert_eq!((data.train.shape(), data.train.len()), (ImageShape::new(1, 8, 8), 4));
    assert_eq!(
        data.train_names.unwrap(),
        [
            "a/tall.png, patch at 0, 0",
            "a/tall.png, patch at 0, 8",
            "a/wide.png, patch at 2, 0",
            "a/wide.png, patch at 10, 0"
        ]
    );
    // The first pixel of a patch: brighter to the right and downwards.
    assert_eq!([1, 3].map(|patch| data.train.image(patch)[0]), [5 + 16 * 8, 3 + 10]);
    assert_eq!(data.train_labels.unwrap(), [0; 4]);
    let skipped: Vec<String> =
        data.card.skipped.shown.iter().map(|s| format!("{} {}", s.name, s.reason)).collect();
    assert!(skipped[0].starts_with("b/bad.png not a picture"), "{skipped:?}");
    assert_eq!(skipped[1], "b/small.png 30 x 7 pixels, smaller than patches of 8");
    assert_eq!(data.card.images().unwrap().fitted, "cut into patches of 8 x 8");

    // Pictures are held out, not patches; in training, patches are cut anywhere.
    let held_out = OpenOptions { patch, valid_fraction: 0.4, ..OpenOptions::default() };
    let data = open(&dir, "a", &held_out).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (2, 2));
    assert_ne!(
        data.train_names.as_ref().unwrap()[0][..4],
        data.valid_names.as_ref().unwrap()[0][..4]
    );
    let patches = data.patches.as_ref().unwrap();
    assert_eq!(patches.pixels().map(<[u8]>::len).sum::<usize>(), data.content()[0].concat().len());
    assert_eq!(data.training().examples.len(), 2);

    for (name, options, message) in [
        (
            "",
            OpenOptions { patch: Some(0), ..all() },
            "`data.patch`: expected a side from 1 to 2048",
        ),
        ("", OpenOptions { patch, size: Some(8), ..all() }, "`data.patch` and `data.size` exclude"),
        ("b", OpenOptions { patch, ..all() }, "expected at least one image that can be used"),
        ("a", OpenOptions { patch: Some(18), ..all() }, "expected at least one image"),
    ] {
        let error = open(&dir, name, &options).unwrap_err().to_string();
        assert!(error.starts_with(message) || error.contains(message), "{error}");
    }
    let error = Dataset::open("digits", &OpenOptions { patch, ..all() }).unwrap_err();
    assert!(error.to_string().starts_with("`data.patch`: expected a folder"), "{error}");
}
