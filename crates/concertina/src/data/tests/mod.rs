//! Tests of data sources from outside: good ones, bad ones, and the real sets where they are at
//! hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod archives;
mod bad;
mod chosen;
mod floats;
mod folders;
mod music;
mod sets;

use std::path::{Path, PathBuf};

use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};
use tempfile::TempDir;

use super::{Dataset, OpenOptions};
use crate::error::Result;

/// The folder of real data, if there is one.
fn real_data() -> Option<PathBuf> {
    let dir = std::env::var_os("CONCERTINA_DATA").map(PathBuf::from);
    if dir.is_none() {
        skip("CONCERTINA_DATA is not set");
    }
    dir
}

#[expect(clippy::print_stderr, reason = "a skipped test should be seen")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}

/// Options with nothing but a folder of data sets.
fn looking_in(dir: &Path) -> OpenOptions {
    OpenOptions { data_dirs: vec![dir.to_owned()], ..OpenOptions::default() }
}

/// Everything in `train`, in its order.
fn all() -> OpenOptions {
    OpenOptions { valid_fraction: 0.0, ..OpenOptions::default() }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Opens `name` in `dir`.
fn open(dir: &TempDir, name: &str, options: &OpenOptions) -> Result<Dataset> {
    Dataset::open(dir.path().join(name).to_str().unwrap(), options)
}

/// A grey picture that gets brighter to the right and downwards, from `first`.
fn grey(width: u32, height: u32, first: u8) -> DynamicImage {
    GrayImage::from_fn(width, height, |x, y| Luma([first.wrapping_add((x + 16 * y) as u8)])).into()
}

/// A picture in which red grows to the right and green downwards.
fn coloured(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 7])).into()
}

/// Saves a picture, with the folders on the way.
fn save(dir: &TempDir, name: &str, picture: &DynamicImage) {
    let path = dir.path().join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    picture.save(path).unwrap();
}

/// Writes a file, with the folders on the way.
fn put(dir: &TempDir, name: &str, bytes: &[u8]) {
    let path = dir.path().join(name);
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(path, bytes).unwrap();
}

/// An IDX file of `n` images of 2 x 3, each of one value: its number.
fn idx_images(n: usize) -> Vec<u8> {
    let values: Vec<u8> = (0..n).flat_map(|i| [i as u8; 6]).collect();
    concertina_formats::idx::write(&[n, 2, 3], &values).unwrap()
}

fn idx_labels(labels: &[u8]) -> Vec<u8> {
    concertina_formats::idx::write(&[labels.len()], labels).unwrap()
}
