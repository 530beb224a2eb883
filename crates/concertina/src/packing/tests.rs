//! Tests of packing: nothing is lost or doubled, and what is damaged is told.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use concertina_formats::npy;
use tempfile::TempDir;

use super::*;
use crate::data::{Data, Dataset, PackedSet, Stored};
use crate::testing::pack_digits;

/// The pack's files by their names, without the lock.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let named = entries.map(|entry| entry.file_name().into_string().unwrap());
    named
        .filter(|name| name != LOCK)
        .map(|name| (name.clone(), fs::read(folder.join(name)).unwrap()))
        .collect()
}

fn open(folder: &Path) -> Result<PackedSet> {
    PackedSet::open(&folder.to_string_lossy(), &OpenOptions::default())
}

/// Options of digits that make four shards: three to train on, and one to validate with.
fn digits() -> PackOptions {
    let open = OpenOptions { limit: Some(100), ..OpenOptions::default() };
    PackOptions { open, shard_bytes: 40 * 784 }
}

fn pack(source: &str, folder: &Path, options: &PackOptions) -> Result<()> {
    let mut packing = Packing::begin(source, folder, options)?;
    while packing.step()?.is_some() {}
    Ok(())
}

#[test]
fn every_image_is_packed_once_with_its_label_and_in_another_order() {
    let dir = TempDir::new().unwrap();
    pack("digits", dir.path(), &digits()).unwrap();
    let (packed, data) =
        (open(dir.path()).unwrap(), Dataset::open("digits", &digits().open).unwrap());
    assert_eq!(packed.class_names, data.class_names);
    assert_eq!(packed.card.train, 100);
    let splits = [
        (&packed.train, &data.train, data.train_labels.as_ref().unwrap()),
        (&packed.valid, &data.valid, data.valid_labels.as_ref().unwrap()),
    ];
    for (shards, images, labels) in splits {
        let n = images.len();
        assert_eq!(shards.len(), n);
        let mut pixels = vec![0; n * 784];
        shards.read_pixels(0..n, &mut pixels).unwrap();
        let own_labels = shards.labels(0..n).unwrap();
        let found: Vec<(&[u8], u32)> = pixels.chunks_exact(784).zip(own_labels).collect();
        let all: Vec<(&[u8], u32)> = images.iter().zip(labels.iter().copied()).collect();
        assert_ne!(found, all);
        let sorted = |mut images: Vec<(&'_ [u8], u32)>| {
            images.sort_unstable();
            images.into_iter().map(|(pixels, label)| (pixels.to_vec(), label)).collect::<Vec<_>>()
        };
        assert_eq!(sorted(found), sorted(all));
        // Across the border of two shards.
        if n > 41 {
            let mut two = vec![0; 2 * 784];
            shards.read_pixels(39..41, &mut two).unwrap();
            assert_eq!(two, pixels[39 * 784..41 * 784]);
        }
    }
    // Of the same pixels, in whatever order.
    let of = |card: &crate::data::DataCard| {
        let images = card.images().unwrap();
        (images.mean, images.std, images.value_range, card.classes.clone())
    };
    assert_eq!(of(&packed.card), of(&data.card));
    let files = files(dir.path());
    let array = npy::parse(&files["train-00001.npy"]).unwrap();
    assert_eq!(array.shape, [40, 1, 28, 28]);
    assert_eq!(npy::parse(&files["train-00002-labels.npy"]).unwrap().shape, [20]);
    assert_eq!(verify(dir.path(), None).unwrap(), 8);
}

#[test]
fn a_pack_that_was_stopped_ends_in_the_same_bytes() {
    let whole = TempDir::new().unwrap();
    pack("digits", whole.path(), &digits()).unwrap();
    for steps in 0..5 {
        let dir = TempDir::new().unwrap();
        let mut packing = Packing::begin("digits", dir.path(), &digits()).unwrap();
        for _ in 0..steps {
            packing.step().unwrap();
        }
        drop(packing);
        let error = open(dir.path()).unwrap_err();
        assert!(error.to_string().contains("found one that is unfinished"), "{error}");
        if steps < 4 {
            // As if the process was killed before the record had this shard.
            fs::write(dir.path().join("valid-00000.npy"), b"x").unwrap();
            fs::write(dir.path().join(".valid-00000.npy.part"), b"x").unwrap();
        }
        pack("digits", dir.path(), &digits()).unwrap();
        assert_eq!(files(dir.path()), files(whole.path()), "{steps}");
    }
    let other = TempDir::new().unwrap();
    let mut options = digits();
    options.open.seed = Seed(1);
    pack("digits", other.path(), &options).unwrap();
    assert_ne!(files(other.path()), files(whole.path()));
}

#[test]
fn a_pack_goes_on_only_with_what_it_was_begun_with_and_in_a_place_of_its_own() {
    let dir = TempDir::new().unwrap();
    let mut packing = Packing::begin("digits", dir.path(), &digits()).unwrap();
    packing.step().unwrap();
    let message = |options: &PackOptions| {
        Packing::begin("digits", dir.path(), options).map(drop).unwrap_err().to_string()
    };
    assert!(message(&digits()).contains("found a busy one"));
    drop(packing);
    let with = |change: fn(&mut PackOptions)| {
        let mut options = digits();
        change(&mut options);
        options
    };
    for other in [
        with(|options| options.shard_bytes = 784),
        with(|options| options.open.seed = Seed(1)),
        with(|options| options.open.limit = Some(99)),
    ] {
        assert!(message(&other).contains("that this unfinished pack was begun with"));
    }
    pack("digits", dir.path(), &digits()).unwrap();
    assert!(message(&digits()).contains("found a whole pack"));
    let own = dir.path().to_string_lossy();
    let again = pack(&own, &dir.path().join("again"), &digits()).unwrap_err();
    assert!(again.to_string().contains("expected images to pack, found a pack"), "{again}");
    let full = TempDir::new().unwrap();
    fs::write(full.path().join("a.txt"), b"mine").unwrap();
    let error = pack("digits", full.path(), &digits()).unwrap_err();
    assert!(error.to_string().contains("found one with `a.txt` in it"), "{error}");
}

#[test]
fn pictures_that_cannot_be_decoded_are_left_out_of_a_pack() {
    let dir = TempDir::new().unwrap();
    let pictures = dir.path().join("pictures");
    for n in 0..30u8 {
        let folder = pictures.join(if n % 2 == 0 { "even" } else { "odd" });
        fs::create_dir_all(&folder).unwrap();
        let image = image::GrayImage::from_pixel(8, 8, image::Luma([n * 8]));
        let path = folder.join(format!("{n:02}.png"));
        image.save(&path).unwrap();
        if n % 10 == 3 {
            // A whole header, and a picture that is cut short.
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 20]).unwrap();
        }
    }
    let folder = dir.path().join("pack");
    let open = OpenOptions { valid_fraction: 0.2, ..OpenOptions::default() };
    pack(&pictures.to_string_lossy(), &folder, &PackOptions { open, shard_bytes: 7 * 64 }).unwrap();
    let packed = self::open(&folder).unwrap();
    assert_eq!(packed.train.len() + packed.valid.len(), 27);
    assert_eq!(packed.card.skipped.count, 3);
    assert_eq!(packed.class_names, ["even", "odd"]);
    assert_eq!(packed.train.shape().to_string(), "1x8x8");
    verify(&folder, None).unwrap();
    let mut all = Vec::new();
    for shards in [&packed.train, &packed.valid] {
        let mut pixels = vec![0; shards.len() * 64];
        shards.read_pixels(0..shards.len(), &mut pixels).unwrap();
        let labels = shards.labels(0..shards.len()).unwrap();
        for (image, label) in pixels.chunks_exact(64).zip(labels) {
            assert!(image.iter().all(|pixel| *pixel == image[0]));
            assert_eq!(u32::from(image[0] / 8) % 2, label);
            all.push(image[0] / 8);
        }
    }
    all.sort_unstable();
    assert!(all.into_iter().eq((0..30).filter(|n| n % 10 != 3)));
    let counted: usize = packed.card.classes.iter().map(|class| class.train + class.valid).sum();
    assert_eq!(counted, 27);
}

#[test]
fn damage_is_found_by_the_headers_where_it_shows_and_by_the_checksums_always() {
    let damaged = |damage: &dyn Fn(&Path)| {
        let dir = TempDir::new().unwrap();
        pack_digits(dir.path());
        damage(dir.path());
        let opened = open(dir.path()).map(drop).map_err(|error| error.to_string());
        let verified = verify(dir.path(), None).map(drop).map_err(|error| error.to_string());
        (opened, verified)
    };
    let rewrite = |name: &'static str, change: fn(&mut Vec<u8>)| {
        move |folder: &Path| {
            let mut bytes = fs::read(folder.join(name)).unwrap();
            change(&mut bytes);
            fs::write(folder.join(name), bytes).unwrap();
        }
    };
    let (opened, verified) =
        damaged(&|folder| fs::remove_file(folder.join("train-00001.npy")).unwrap());
    assert!(opened.unwrap_err().contains("train-00001.npy"));
    assert!(verified.unwrap_err().contains("train-00001.npy"));
    let (opened, _) = damaged(&rewrite("train-00001.npy", |bytes| bytes.truncate(20_000)));
    assert!(opened.unwrap_err().contains("bytes, found 20000"));
    let (opened, _) = damaged(&rewrite("valid-00000-labels.npy", |bytes| bytes.truncate(9)));
    assert!(opened.unwrap_err().contains("cut short"));
    // The header of another number of images.
    let (opened, _) = damaged(&|folder| {
        fs::copy(folder.join("train-00002.npy"), folder.join("train-00000.npy")).unwrap();
    });
    assert!(opened.unwrap_err().contains("and shape [40, 1, 28, 28] in C order"));
    // A bit, or the shard of another pack that is as long: only the checksums tell.
    let (opened, verified) = damaged(&rewrite("train-00001.npy", |bytes| bytes[5000] ^= 4));
    assert!(opened.is_ok());
    let told = verified.unwrap_err();
    assert!(told.contains("found others in 1 file of 8: `train-00001.npy`"), "{told}");
    let (opened, verified) = damaged(&|folder| {
        let other = TempDir::new().unwrap();
        let mut options = digits();
        options.open.seed = Seed(9);
        pack("digits", other.path(), &options).unwrap();
        fs::copy(other.path().join("train-00000.npy"), folder.join("train-00000.npy")).unwrap();
    });
    assert!(opened.is_ok() && verified.is_err());
    // A label that is none shows when it is read: those to validate with, at once.
    let (opened, _) = damaged(&rewrite("valid-00000-labels.npy", |bytes| {
        let last = bytes.len() - 4;
        bytes[last] = 10;
    }));
    assert!(opened.unwrap_err().contains("expected labels below 10, found 10 for image 15"));
}

#[test]
fn an_index_that_is_not_one_of_this_version_is_refused() {
    let told = |change: &dyn Fn(String) -> String| {
        let dir = TempDir::new().unwrap();
        pack_digits(dir.path());
        let path = dir.path().join(INDEX);
        let index = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(index)).unwrap();
        // As a name of DATA it is still a pack, and not a folder without images.
        let options = OpenOptions::default();
        let source = Dataset::open(&dir.path().to_string_lossy(), &options).unwrap_err();
        let own = open(dir.path()).unwrap_err();
        assert_eq!(source.to_string(), own.to_string());
        assert!(own.is_data() && own.hint().is_some() || own.to_string().contains("expected"));
        own.to_string()
    };
    for (from, to, expected) in [
        ("\"version\":1", "\"version\":2", "expected a pack of format version 1, found version 2"),
        ("train-00000.npy", "../train-00000.npy", "names of files in the pack's folder"),
        ("\"count\":40", "\"count\":41", "as the index's own card says, found others"),
        ("\"count\":40", "\"count\":18446744073709551615", "found others"),
        ("\"count\":40", "\"count\":-1", "found a damaged one"),
        ("\"valid\":[", "\"valid\":[3,", "found a damaged one"),
    ] {
        let found = told(&|index| index.replacen(from, to, 1));
        assert!(found.contains(expected), "{from}: {found}");
    }
    // Written anew by another program, with space between its words, it is still an index.
    let spaced = told(&|index| {
        index.replacen("{\"format\":", "{\n  \"format\": ", 1).replacen(
            "\"version\":1",
            "\"version\": 2",
            1,
        )
    });
    assert!(spaced.contains("found version 2"), "{spaced}");
    let cut = told(&|index| index[..index.len() / 2].to_owned());
    assert!(cut.contains("found a damaged one"), "{cut}");
}

#[test]
fn a_pack_is_of_the_images_that_it_was_made_of_and_no_others() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let source = dir.path().to_string_lossy().into_owned();
    let with = |options: OpenOptions| PackedSet::open(&source, &options);
    let as_it_is = OpenOptions { size: Some(28), channels: Some(1), ..OpenOptions::default() };
    assert_eq!(with(as_it_is).unwrap().train.len(), 100);
    let few = with(OpenOptions { limit: Some(30), ..OpenOptions::default() }).unwrap();
    assert_eq!((few.train.len(), few.valid.len(), few.card.train), (30, 5, 30));
    for (options, word) in [
        (OpenOptions { size: Some(32), ..OpenOptions::default() }, "`data.size`"),
        (OpenOptions { channels: Some(3), ..OpenOptions::default() }, "`data.channels`"),
        (OpenOptions { patch: Some(8), ..OpenOptions::default() }, "`data.patch`"),
        (OpenOptions { classes: vec!["1".to_owned()], ..OpenOptions::default() }, "`data.classes`"),
    ] {
        let error = with(options).unwrap_err();
        assert!(error.is_config() && error.to_string().starts_with(word), "{error}");
    }
    // Whatever walks over images in memory gets a sample, here all, and fitted as it asks.
    let options = OpenOptions { size: Some(14), ..OpenOptions::default() };
    let sample = Dataset::open(&source, &options).unwrap();
    assert_eq!((sample.train.len(), sample.valid.len()), (100, 16));
    assert_eq!(sample.train.shape().to_string(), "1x14x14");
    assert_eq!(sample.card.notes, Vec::<String>::new());
    let whole = open(dir.path()).unwrap();
    assert_eq!(sample.valid_labels, whole.valid_labels);
    assert_eq!(whole.training().labels_at(&[3, 1]).unwrap().unwrap().len(), 2);
}

/// Whatever pictures there are, one of them alone and damaged ones among them.
#[test]
fn a_survey_finds_what_opening_would() {
    let dir = TempDir::new().unwrap();
    let options = OpenOptions::default();
    let source = dir.path().to_string_lossy();
    let same = || {
        let expected = Dataset::open(&source, &options).unwrap().card;
        assert_eq!(survey(&source, &options).unwrap(), expected);
    };
    let put = |index: u8| {
        let folder = dir.path().join(["a", "b"][usize::from(index % 2)]);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{index}.png"));
        image::GrayImage::from_pixel(6, 5, image::Luma([index])).save(&path).unwrap();
        path
    };
    put(0);
    same();
    for index in 1..30 {
        put(index);
    }
    same();
    // A header that is whole, and pixels that are not.
    for index in [7, 12] {
        let path = put(index);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 20]).unwrap();
    }
    fs::write(dir.path().join("a/none.png"), "text").unwrap();
    same();
    assert_eq!(survey(&source, &options).unwrap().skipped.count, 3);
    let empty = TempDir::new().unwrap();
    fs::write(empty.path().join("none.png"), "text").unwrap();
    let empty = empty.path().to_string_lossy();
    let told = |error: crate::Error| error.to_string();
    assert_eq!(
        survey(&empty, &options).map(drop).map_err(told),
        Dataset::open(&empty, &options).map(drop).map_err(told),
    );
}
