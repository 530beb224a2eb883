//! Named sets, IDX, CIFAR-10 and `NumPy` files; the real sets where `$CONCERTINA_DATA` has them.

use concertina_formats::cifar::{self, Batch};
use concertina_formats::npy::{self, Array, Values};
use concertina_formats::npz;

use super::{idx_images, idx_labels, looking_in, open, put, real_data};
use crate::data::{DataCard, Dataset, Images, OpenOptions, named};
use crate::shape::ImageShape;

#[test]
fn mnist_has_the_known_numbers() {
    let Some(dir) = real_data() else { return };
    let data = Dataset::open("mnist", &looking_in(&dir)).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (60_000, 10_000));
    assert_eq!(data.train.shape(), ImageShape::new(1, 28, 28));
    // The set's mean and standard deviation, known to everyone who normalises by them.
    assert_eq!(
        format!("{:.4} {:.4}", data.card.images().unwrap().mean, data.card.images().unwrap().std),
        "0.1307 0.3081"
    );
    assert_eq!(data.train_labels.unwrap()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(data.valid_labels.unwrap()[..5], [7, 2, 1, 0, 4]);
    let counts: Vec<usize> = data.card.classes.iter().map(|class| class.valid).collect();
    assert_eq!(counts, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
}

#[test]
fn a_limited_mnist_is_the_front_of_its_training_images() {
    let Some(dir) = real_data() else { return };
    let all = Dataset::open("mnist", &looking_in(&dir)).unwrap();
    let options = OpenOptions { limit: Some(600), ..looking_in(&dir) };
    let some = Dataset::open("mnist", &options).unwrap();
    assert_eq!(some.train, all.train.take(600));
    assert_eq!(some.valid.len(), 100);
    assert_ne!(some.valid, all.valid.take(100), "those in front are easier");
    assert_eq!(some.train_labels.unwrap(), all.train_labels.unwrap()[..600]);
}

#[test]
fn cifar10_is_taken_as_far_as_it_is_there() {
    let Some(dir) = real_data() else { return };
    let data = Dataset::open("cifar10", &looking_in(&dir)).unwrap();
    assert_eq!(data.train.shape(), ImageShape::new(3, 32, 32));
    assert_eq!(data.class_names[data.train_labels.as_ref().unwrap()[0] as usize], "frog");
    if data.train.len() < 50_000 {
        assert!(data.card.notes.iter().any(|note| note.starts_with("only a part of the set")));
    }
}

/// A folder of data sets with a tiny `mnist`, unpacked.
fn tiny_mnist() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "mnist/train-images-idx3-ubyte", &idx_images(3));
    put(&dir, "mnist/train-labels-idx1-ubyte", &idx_labels(&[3, 1, 4]));
    put(&dir, "mnist/t10k-images-idx3-ubyte", &idx_images(2));
    put(&dir, "mnist/t10k-labels-idx1-ubyte", &idx_labels(&[1, 5]));
    dir
}

#[test]
fn a_named_set_is_found_in_the_first_folder_that_has_all_of_it() {
    let (empty, dir) = (tempfile::tempdir().unwrap(), tiny_mnist());
    put(&empty, "mnist/train-images-idx3-ubyte", &idx_images(9));
    let data_dirs = vec![empty.path().to_owned(), dir.path().to_owned()];
    let data = Dataset::open("mnist", &OpenOptions { data_dirs, ..OpenOptions::default() });
    let data = data.unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (3, 2));
    assert_eq!((data.train_labels.unwrap(), data.class_names.len()), (vec![3, 1, 4], 10));
    let note = "`train-images-idx3-ubyte.gz` is here unpacked and could not be checked";
    assert_eq!(data.card.notes[0], note);
}

#[test]
fn a_file_that_is_not_the_published_one_is_noted() {
    let dir = tiny_mnist();
    // The name ends in .gz; that the content does not is no harm.
    put(&dir, "mnist/train-images-idx3-ubyte.gz", &idx_images(3));
    let data = Dataset::open("mnist", &looking_in(dir.path())).unwrap();
    assert!(
        data.card.notes[0].starts_with("`train-images-idx3-ubyte.gz` is not the published file"),
        "{}",
        data.card.notes[0]
    );
}

#[test]
fn what_is_missing_of_a_set_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let set = named::find("mnist").unwrap();
    let folder = dir.path().join("mnist");
    assert_eq!(named::missing_files(set, &folder).len(), 4);
    put(&dir, "mnist/t10k-labels-idx1-ubyte.gz", b"");
    let missing: Vec<_> = named::missing_files(set, &folder).iter().map(|f| f.name).collect();
    assert_eq!(
        missing,
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz"]
    );
    assert!(named::missing_files(named::find("digits").unwrap(), &folder).is_empty());
}

#[test]
fn the_table_of_sets_is_sound() {
    for set in named::all() {
        assert_eq!(set.class_names.len(), 10, "{}", set.name);
        assert_eq!(set.files.is_empty(), set.mirrors.is_empty(), "{}", set.name);
        assert!(set.mirrors.iter().all(|mirror| mirror.ends_with('/')), "{}", set.name);
        for file in set.files {
            let is_digest =
                file.sha256.len() == 64 && file.sha256.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_digest && file.bytes > 0, "{}", file.name);
            assert_eq!(set.urls(file).len(), set.mirrors.len());
        }
    }
}

#[test]
fn a_folder_of_idx_files_brings_its_labels_and_test_images() {
    let dir = tiny_mnist();
    let data = open(&dir, "mnist", &OpenOptions::default()).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (3, 2));
    assert_eq!(
        (data.train_labels.unwrap(), data.valid_labels.unwrap()),
        (vec![3, 1, 4], vec![1, 5])
    );
    assert_eq!(data.class_names, ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(data.card.kind, "folder of IDX files");
}

#[test]
fn one_idx_file_is_split() {
    let dir = tiny_mnist();
    let data = open(&dir, "mnist/train-images-idx3-ubyte", &OpenOptions::default()).unwrap();
    assert_eq!((data.train.len(), data.valid.len(), data.train_labels), (2, 1, None));
}

#[test]
fn cifar_batches_are_told_by_their_names() {
    let batch = |label| {
        let pixels = vec![label * 20; 2 * cifar::IMAGE_BYTES];
        cifar::write(&Batch { labels: vec![label; 2], pixels }).unwrap()
    };
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "cifar10/cifar-10-batches-bin/data_batch_2.bin", &batch(2));
    put(&dir, "cifar10/cifar-10-batches-bin/data_batch_1.bin", &batch(1));
    put(&dir, "cifar10/cifar-10-batches-bin/test_batch.bin", &batch(9));
    let data = Dataset::open("cifar10", &looking_in(dir.path())).unwrap();
    assert_eq!(data.train_labels.as_ref().unwrap(), &[1, 1, 2, 2]);
    assert_eq!(data.valid_labels.as_ref().unwrap(), &[9, 9]);
    assert!(data.valid.pixels().iter().all(|&value| value == 180));
    let folder = "cifar10/cifar-10-batches-bin";
    assert_eq!(open(&dir, folder, &OpenOptions::default()).unwrap().train, data.train);
    let one = open(&dir, &format!("{folder}/test_batch.bin"), &OpenOptions::default()).unwrap();
    assert_eq!((one.train.len(), one.valid.len()), (1, 1));
}

/// A tar archive of one file.
fn tar(name: &str, data: &[u8]) -> Vec<u8> {
    let mut header = [0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", data.len()).as_bytes());
    header[148..157].copy_from_slice(b"        0");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = [&header[..], data].concat();
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A gzip file that holds `bytes` as they are.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let length = u16::try_from(bytes.len()).unwrap();
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1];
    packed.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
    packed.extend(bytes);
    packed.extend([(!crc).to_le_bytes(), u32::from(length).to_le_bytes()].concat());
    packed
}

#[test]
fn the_cifar_archive_is_read_as_it_is() {
    let batch = |label| {
        let pixels = vec![label; cifar::IMAGE_BYTES];
        cifar::write(&Batch { labels: vec![label], pixels }).unwrap()
    };
    let dir = tempfile::tempdir().unwrap();
    let entry = |name: &str, bytes: &[u8]| tar(&format!("cifar-10-batches-bin/{name}"), bytes);
    let archive = [
        entry("batches.meta.txt", b"airplane"),
        entry("data_batch_1.bin", &batch(4)),
        entry("test_batch.bin", &batch(2)),
    ]
    .concat();
    put(&dir, "cifar10/cifar-10-binary.tar.gz", &gzip(&archive));
    let data = Dataset::open("cifar10", &looking_in(dir.path())).unwrap();
    assert_eq!((data.train_labels.unwrap(), data.valid_labels.unwrap()), (vec![4], vec![2]));
    assert!(data.card.notes[0].contains("is not the published file"), "{}", data.card.notes[0]);
    let own = open(&dir, "cifar10/cifar-10-binary.tar.gz", &OpenOptions::default()).unwrap();
    assert_eq!(own.train, data.train);
}

#[test]
fn gzipped_idx_files_are_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    put(&dir, "a/train-images-idx3-ubyte.gz", &gzip(&idx_images(3)));
    put(&dir, "a/train-labels-idx1-ubyte.gz", &gzip(&idx_labels(&[0, 1, 2])));
    let options = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    let data = open(&dir, "a", &options).unwrap();
    assert_eq!((data.train.len(), data.train_labels.unwrap()), (3, vec![0, 1, 2]));
}

#[test]
fn numpy_arrays_are_read_with_their_channels_last_or_first() {
    let dir = tempfile::tempdir().unwrap();
    let array = |shape: &[usize]| {
        let n: usize = shape.iter().product();
        npy::write(&Array { shape: shape.to_vec(), values: Values::U8((0..n as u8).collect()) })
            .unwrap()
    };
    let all = OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() };
    for (shape, expected) in [
        (&[2, 2, 2][..], ImageShape::new(1, 2, 2)),
        (&[2, 2, 2, 1], ImageShape::new(1, 2, 2)),
        (&[2, 3, 2, 2], ImageShape::new(3, 2, 2)),
        (&[2, 2, 2, 3], ImageShape::new(3, 2, 2)),
        (&[2, 2, 2, 4], ImageShape::new(3, 2, 2)),
    ] {
        put(&dir, "a.npy", &array(shape));
        let data = open(&dir, "a.npy", &all).unwrap();
        assert_eq!((data.train.shape(), data.train.len()), (expected, 2), "{shape:?}");
    }
}

#[test]
fn numpy_archives_are_read_by_the_names_of_their_arrays() {
    let dir = tempfile::tempdir().unwrap();
    let array = |shape: &[usize], values| Array { shape: shape.to_vec(), values };
    let images = |n: usize, value| array(&[n, 2, 2], Values::F32(vec![value; n * 4]));
    let named = |arrays: &[(&str, Array)]| {
        let arrays: Vec<_> = arrays.iter().map(|(n, a)| ((*n).to_owned(), a.clone())).collect();
        npz::write(&arrays).unwrap()
    };
    put(
        &dir,
        "a.npz",
        &named(&[
            ("x_test", images(2, 0.0)),
            ("x_train", images(3, 1.0)),
            ("y_test", array(&[2, 1], Values::I64(vec![1, 2]))),
            ("y_train", array(&[3], Values::U8(vec![0, 1, 2]))),
        ]),
    );
    let data = open(&dir, "a.npz", &OpenOptions::default()).unwrap();
    // One scale for both: 0 of the test images is black, 1 of the training images white.
    assert_eq!((data.train.pixels(), data.valid.pixels()), (&[255; 12][..], &[0; 8][..]));
    assert_eq!(data.train_labels.unwrap(), [0, 1, 2]);
    assert_eq!(data.valid_labels.unwrap(), [1, 2]);

    let odd = array(&[4], Values::F64(vec![0.5; 4]));
    put(&dir, "b.npz", &named(&[("images", images(4, 1.0)), ("labels", odd)]));
    let data = open(&dir, "b.npz", &OpenOptions::default()).unwrap();
    assert_eq!(data.train_labels, None);
    assert_eq!(
        data.card.notes,
        ["labels of shape [4] and type float64 are not class numbers from 0 to 9999, and were \
             left out"]
    );

    put(&dir, "c.npz", &named(&[("anything", images(4, 1.0))]));
    assert_eq!(open(&dir, "c.npz", &OpenOptions::default()).unwrap().card.train, 4 - 1);
}

#[test]
fn sizes_and_channels_can_be_asked_of_every_source() {
    let options =
        OpenOptions { size: Some(8), channels: Some(3), limit: Some(6), ..OpenOptions::default() };
    let data = Dataset::open("digits", &options).unwrap();
    assert_eq!(data.train.shape(), ImageShape::new(3, 8, 8));
    assert_eq!((data.train.len(), data.valid.len()), (6, 1));
    assert_eq!(data.card.images().unwrap().sizes.to_string(), "all 28 x 28");
    let [red, green] = [0, 64].map(|start| &data.train.image(0)[start..start + 64]);
    assert_eq!(red, green);
}

#[test]
fn images_in_memory_are_a_data_set_too() {
    let images = Images::new(ImageShape::new(1, 1, 2), (0..20).collect()).unwrap();
    let labels = Some((0..10).collect());
    let data = Dataset::from_images(images.clone(), labels, &OpenOptions::default()).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (9, 1));
    let label = data.valid_labels.unwrap()[0];
    assert_eq!(data.valid.pixels(), [2 * label as u8, 2 * label as u8 + 1]);
    let error = Dataset::from_images(images, Some(vec![0]), &OpenOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "expected one label for each of 10 images, found 1 labels");
}

#[test]
fn a_card_comes_back_from_its_text() {
    let data = Dataset::open("digits", &OpenOptions { limit: Some(60), ..OpenOptions::default() });
    let card = data.unwrap().card;
    let text = serde_json::to_string(&card).unwrap();
    assert_eq!(serde_json::from_str::<DataCard>(&text).unwrap(), card);
}
