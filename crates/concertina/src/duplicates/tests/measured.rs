//! How many variants of real photographs find their original. For an optimised build: at the
//! level of the other tests it takes more than an hour.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

use super::*;

/// The share of variants that find their original: of all originals, most keypoints agree with it.
fn top_1(pictures: &[GrayImage], originals: &[Fingerprint], change: Change) -> f64 {
    let folder = Folder::new();
    for (number, picture) in pictures.iter().enumerate() {
        folder.write(&format!("{number:03}.jpg"), &change(picture));
    }
    let n = originals.len();
    let all = [originals.to_vec(), folder.prints().prints].concat();
    assert_eq!(all.len(), 2 * n);
    let pairs = similar_pairs(&all, |_, _| {}).unwrap();
    let is_found = |number: &usize| {
        let of_variant = |pair: &&[usize; 2]| pair[1] == n + number && pair[0] < n;
        let keypoints =
            |pair: &&[usize; 2]| Alignment::of(&all[pair[0]], &all[pair[1]]).unwrap().keypoints;
        let best = pairs.iter().filter(of_variant).max_by_key(keypoints);
        best.is_some_and(|pair| pair[0] == *number)
    };
    (0..n).filter(is_found).count() as f64 / n as f64
}

/// A variant of a picture, as the bytes of a JPEG file.
type Change = fn(&GrayImage) -> Vec<u8>;

fn jpeg(image: &GrayImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality).encode_image(image).unwrap();
    file
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test should be seen, and what was measured")]
fn photographs_are_found_by_their_variants() {
    let (Some(folder), Some(_)) =
        (natural("Sun_Hays80"), std::env::var_os("CONCERTINA_SLOW_TESTS"))
    else {
        eprintln!(
            "skipped: needs CONCERTINA_DATA with natural/Sun_Hays80, and CONCERTINA_SLOW_TESTS=1"
        );
        return;
    };
    let files = crate::restore::picture_files(&folder).unwrap();
    let originals = fingerprints(&files, |_| {}).unwrap().prints;
    let pictures: Vec<GrayImage> =
        files.iter().map(|(path, _)| image::open(path).unwrap().into_luma8()).collect();
    assert_eq!(pictures.len(), 80);
    assert!(grouped(&originals).is_empty(), "all are different");
    let changes: [(&str, f64, Change); 9] = [
        ("central 87 % of each side", 0.95, |image| jpeg(&central(image, 0.87), 90)),
        ("that at the original size", 0.95, |image| {
            let (width, height) = image.dimensions();
            let crop = central(image, 0.87);
            jpeg(&imageops::resize(&crop, width, height, FilterType::CatmullRom), 90)
        }),
        ("mirrored", 0.95, |image| jpeg(&imageops::flip_horizontal(image), 90)),
        ("turned by 25 degrees", 0.8, |image| jpeg(&turned(image, 25.0), 90)),
        ("upside down", 0.95, |image| jpeg(&imageops::flip_vertical(image), 90)),
        ("a quarter turn", 0.95, |image| jpeg(&imageops::rotate270(image), 90)),
        ("JPEG of quality 30", 0.95, |image| jpeg(image, 30)),
        ("half size", 0.95, |image| {
            let (width, height) = image.dimensions();
            jpeg(&imageops::resize(image, width / 2, height / 2, FilterType::CatmullRom), 90)
        }),
        ("brighter", 0.95, |image| jpeg(&imageops::brighten(image, 40), 90)),
    ];
    for (name, floor, change) in changes {
        let share = top_1(&pictures, &originals, change);
        eprintln!("{name}: {share:.4}");
        assert!(share >= floor, "{name}: {share}");
    }
}
