//! Pictures and their variants, from files to groups.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod measured;

use std::path::{Path, PathBuf};

use fs_err as fs;
use image::{GrayImage, Luma, RgbImage, imageops};
use tempfile::TempDir;

use super::*;
use crate::rng::{Purpose, Seed, Stream};

/// A picture with something to find in it: blobs of many sizes.
fn scene(number: u32, width: u32, height: u32) -> GrayImage {
    let mut stream = Stream::new(Seed(7), Purpose::Digits, [number, 0, 0]);
    let blobs: Vec<[f32; 4]> = (0..150)
        .map(|_| {
            let place = [width, height].map(|side| stream.uniform_in(0.0, side as f32));
            let radius = 1.5 * (3.0 * stream.uniform()).exp();
            [place[0], place[1], radius, stream.uniform_in(-60.0, 60.0)]
        })
        .collect();
    GrayImage::from_fn(width, height, |x, y| {
        let value = blobs.iter().map(|[at_x, at_y, radius, height]| {
            let square = (x as f32 - at_x).powi(2) + (y as f32 - at_y).powi(2);
            height * (-square / (2.0 * radius * radius)).exp()
        });
        Luma([(128.0 + value.sum::<f32>()).round() as u8])
    })
}

/// A turn about the centre, clockwise; what comes from outside is black.
fn turned(image: &GrayImage, degrees: f32) -> GrayImage {
    let (width, height) = image.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let [middle_x, middle_y] = [width, height].map(|side| (side as f32 - 1.0) / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let [x, y] = [x as f32 - middle_x, y as f32 - middle_y];
        let [x, y] = [cos * x + sin * y + middle_x, cos * y - sin * x + middle_y];
        imageops::interpolate_bilinear(image, x, y).unwrap_or(Luma([0]))
    })
}

/// The middle of a picture, with this part of each side.
fn central(image: &GrayImage, part: f32) -> GrayImage {
    let (width, height) = image.dimensions();
    let [w, h] = [width, height].map(|side| (side as f32 * part).round() as u32);
    imageops::crop_imm(image, (width - w) / 2, (height - h) / 2, w, h).to_image()
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn save(&self, image: &GrayImage, name: &str) {
        image.save(self.0.path().join(name)).unwrap();
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn prints(&self) -> Fingerprints {
        let files = crate::restore::picture_files(self.0.path()).unwrap();
        fingerprints(&files, |_| {}).unwrap()
    }
}

/// Groups by keypoints.
fn grouped(prints: &[Fingerprint]) -> Vec<Group> {
    let mut pairs = equal_pairs(prints);
    pairs.extend(similar_pairs(prints, |_, _| {}).unwrap());
    Groups::of(prints, &pairs, None).unwrap().groups
}

#[test]
fn variants_are_found_with_what_was_done_to_them() {
    let folder = Folder::new();
    let picture = scene(0, 240, 180);
    folder.save(&picture, "a.png");
    folder.save(&central(&picture, 0.8), "crop.png");
    folder.save(&imageops::flip_horizontal(&picture), "mirror.png");
    folder.save(&imageops::flip_vertical(&picture), "flip.png");
    folder.save(&imageops::rotate90(&picture), "quarter.png");
    folder.save(&turned(&picture, 25.0), "turn.png");
    folder.save(&imageops::resize(&picture, 120, 90, imageops::FilterType::Triangle), "half.png");
    folder.save(&imageops::brighten(&picture, 30), "bright.png");
    // Another picture, and its mirror image.
    folder.save(&scene(1, 240, 180), "x.png");
    folder.save(&imageops::flip_horizontal(&scene(1, 240, 180)), "y.png");
    folder.save(&scene(2, 240, 180), "z.png");
    let prints = folder.prints().prints;
    let groups = grouped(&prints);
    let names = |group: &Group| -> Vec<&str> {
        let others = group.others.iter().map(|member| member.index);
        let mut members: Vec<usize> = others.chain([group.keep]).collect();
        members.sort_unstable();
        members.into_iter().map(|index| prints[index].name.as_str()).collect()
    };
    assert_eq!(groups.len(), 2, "{groups:?}");
    assert_eq!(names(&groups[0]).len(), 8);
    assert_eq!(names(&groups[1]), ["x.png", "y.png"]);
    let original = prints.iter().position(|print| print.name == "a.png").unwrap();
    for (name, mirrored, degrees, scale, shown, filled) in [
        ("crop.png", false, 0.0, 1.0, 0.64, 1.0),
        ("mirror.png", true, 0.0, 1.0, 1.0, 1.0),
        ("flip.png", true, 180.0, 1.0, 1.0, 1.0),
        ("quarter.png", false, 90.0, 1.0, 1.0, 1.0),
        ("turn.png", false, 25.0, 1.0, 0.83, 0.83),
        ("half.png", false, 0.0, 0.5, 1.0, 1.0),
        ("bright.png", false, 0.0, 1.0, 1.0, 1.0),
    ] {
        let variant = prints.iter().find(|print| print.name == name).unwrap();
        let found = Alignment::of(&prints[original], variant).unwrap();
        let turn = (found.degrees - degrees + 180.0).rem_euclid(360.0) - 180.0;
        assert_eq!(found.mirrored, mirrored, "{name}: {found:?}");
        assert!(turn.abs() < 1.0 && (found.scale / scale - 1.0).abs() < 0.02, "{name}: {found:?}");
        assert!((found.shown - shown).abs() < 0.04, "{name}: {found:?}");
        assert!((found.filled - filled).abs() < 0.04, "{name}: {found:?}");
    }
}

#[test]
fn pictures_without_detail_are_equal_or_nothing() {
    let folder = Folder::new();
    for (name, side, grey) in [
        ("a.png", 1, 9),
        ("b.png", 1, 9),
        ("c.png", 1, 10),
        ("d.png", 40, 9),
        ("e.png", 40, 9),
        ("f.png", 41, 9),
        ("g.png", 40, 200),
    ] {
        folder.save(&GrayImage::from_pixel(side, side, Luma([grey])), name);
    }
    // A line of pixels; and nothing that is a picture.
    folder.save(&GrayImage::from_fn(300, 1, |x, _| Luma([(x * 7) as u8])), "h.png");
    folder.write("i.png", b"hello");
    let found = folder.prints();
    assert_eq!(found.skipped.len(), 1);
    assert!(found.skipped[0].to_string().contains("i.png"), "{}", found.skipped[0]);
    let groups = grouped(&found.prints);
    let named = |index: usize| found.prints[index].name.as_str();
    let told: Vec<[&str; 2]> =
        groups.iter().map(|group| [named(group.keep), named(group.others[0].index)]).collect();
    assert_eq!(told, [["a.png", "b.png"], ["d.png", "e.png"]]);
    assert!(grouped(&[]).is_empty() && grouped(&found.prints[..1]).is_empty());
}

#[test]
fn most_pixels_then_the_largest_file_then_the_first_name_is_kept() {
    let folder = Folder::new();
    let grey = GrayImage::from_fn(8, 8, |x, y| Luma([(x * y) as u8]));
    folder.save(&grey, "b.png");
    fs::copy(folder.0.path().join("b.png"), folder.0.path().join("a.png")).unwrap();
    folder.save(&grey, "c.tiff");
    let prints = folder.prints().prints;
    let groups = grouped(&prints);
    assert_eq!(groups.len(), 1);
    assert!(prints[2].bytes > prints[0].bytes);
    assert_eq!(groups[0].keep, 2, "the larger file");
    let likeness = |group: &Group| -> Vec<Likeness> {
        group.others.iter().map(|member| member.likeness).collect()
    };
    assert_eq!(likeness(&groups[0]), [Likeness::SamePixels; 2]);
    let groups = grouped(&prints[..2]);
    assert_eq!((groups[0].keep, likeness(&groups[0])), (0, vec![Likeness::SameFile]));
    // Colours that look alike are no equal pixels.
    let colour = RgbImage::from_fn(8, 8, |x, y| image::Rgb([(x * y) as u8; 3]));
    colour.save(folder.0.path().join("d.png")).unwrap();
    let prints = folder.prints().prints;
    assert!(!prints[0].has_pixels_of(&prints[3]));
    // Of more pixels comes first, whatever its file.
    let pairs = [[0, 1]];
    let mut larger = prints[1].clone();
    (larger.sides, larger.bytes) = ([9, 9], 1);
    let groups = Groups::of(&[prints[0].clone(), larger], &pairs, None).unwrap().groups;
    assert_eq!((groups[0].keep, groups[0].others[0].likeness), (1, Likeness::SamePixels));
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let folder = Folder::new();
    for number in 0..3 {
        let picture = scene(number, 100, 130);
        folder.save(&picture, &format!("{number}.png"));
        folder.save(&imageops::flip_vertical(&picture), &format!("{number}-flipped.png"));
    }
    let with_threads = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| {
            let prints = folder.prints().prints;
            let groups = grouped(&prints);
            format!("{prints:?} {groups:?}")
        })
    };
    let one = with_threads(1);
    assert!(one.contains("mirrored: true"));
    assert!(one == with_threads(2), "two threads found something else");
}

#[test]
fn near_codes_are_pairs() {
    let codes = crate::math::Codes::new(2, vec![0.0, 0.0, 0.1, 0.0, 5.0, 5.0, 5.0, 5.0]);
    // The picture 2 has no code.
    let distances = CodeDistances::new(codes, vec![0, 1, 3, 4]);
    assert_eq!(near_codes(&distances, 0.1).unwrap(), [[0, 1], [3, 4]]);
    assert_eq!(near_codes(&distances, 0.001).unwrap(), [[3, 4]]);
    assert_eq!(distances.between(3, 4), Some(0.0));
    assert_eq!(distances.between(2, 4), None);
    let same = CodeDistances::new(crate::math::Codes::new(1, vec![1.0; 3]), vec![0, 1, 2]);
    assert!(near_codes(&same, 0.5).unwrap().is_empty(), "such codes say nothing");
}

#[test]
fn thumbnails_are_no_larger_than_asked() {
    let folder = Folder::new();
    folder.save(&scene(0, 1000, 50), "a.png");
    folder.save(&scene(0, 30, 40), "b.png");
    let sides = |name: &str| {
        let shape = thumbnail(&folder.0.path().join(name), 100).unwrap().shape();
        [shape.height, shape.width]
    };
    assert_eq!((sides("a.png"), sides("b.png")), ([5, 100], [40, 30]));
    // Red under transparent pixels is not seen.
    let clear = image::RgbaImage::from_pixel(5, 5, image::Rgba([255, 0, 0, 0]));
    clear.save(folder.0.path().join("c.png")).unwrap();
    let seen = thumbnail(&folder.0.path().join("c.png"), 100).unwrap();
    assert!(seen.values().iter().all(|value| *value == 1.0));
}

/// The folder of this name in `$CONCERTINA_DATA/natural`.
fn natural(name: &str) -> Option<PathBuf> {
    let folder = Path::new(&std::env::var_os("CONCERTINA_DATA")?).join("natural").join(name);
    folder.is_dir().then_some(folder)
}
