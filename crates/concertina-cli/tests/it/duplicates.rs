//! `duplicates`: equal and nearly equal pictures in a folder.

use fs_err as fs;
use image::{GrayImage, Luma, imageops};
use insta::assert_snapshot;

use crate::place::Place;

/// Blobs of some sizes; each number has others.
fn scene(number: u32) -> GrayImage {
    GrayImage::from_fn(96, 72, |x, y| {
        let value = (0..60_u32).map(|blob| {
            let draw = |of: u32| {
                let mixed = (blob * 12 + of + number * 7919).wrapping_mul(2_654_435_769);
                (mixed ^ mixed >> 15).wrapping_mul(2_246_822_519) >> 16
            };
            let [at_x, at_y] = [draw(0) % 96, draw(1) % 72];
            let radius = 1.5 + (draw(2) % 60) as f32 / 10.0;
            let square =
                (f64::from(x) - f64::from(at_x)).powi(2) + (f64::from(y) - f64::from(at_y)).powi(2);
            let height = f64::from(draw(3) % 160) - 80.0;
            height * (-square / f64::from(2.0 * radius * radius)).exp()
        });
        Luma([(128.0 + value.sum::<f64>()).round() as u8])
    })
}

/// Two pictures, a copy and three variants of the first, two of which are equal, and a file that is
/// no picture.
fn place_with_pictures() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("photos/old")).unwrap();
    let picture = scene(1);
    picture.save(place.path("photos/a.png")).unwrap();
    fs::copy(place.path("photos/a.png"), place.path("photos/old/copy.png")).unwrap();
    imageops::flip_horizontal(&picture).save(place.path("photos/mirror.jpg")).unwrap();
    let quarter = imageops::rotate90(&picture);
    imageops::crop_imm(&quarter, 0, 0, 72, 80).to_image().save(place.path("photos/q.png")).unwrap();
    fs::copy(place.path("photos/q.png"), place.path("photos/r.png")).unwrap();
    scene(2).save(place.path("photos/other.png")).unwrap();
    place.write("photos/text.png", b"hello");
    place
}

#[test]
fn groups_are_told_and_written() {
    let place = place_with_pictures();
    let before = place.files();
    let ended = place.succeed("duplicates photos -o found.csv -o found.html");
    assert_snapshot!("duplicates", ended.stdout);
    assert!(ended.stderr.contains("1 file skipped, the first: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("text.png") && ended.stderr.contains("1 group written to"));
    assert_snapshot!("duplicates-csv", fs::read_to_string(place.path("found.csv")).unwrap());
    let page = fs::read_to_string(place.path("found.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg;base64,").count(), 5);
    assert!(page.contains("old/copy.png") && !page.contains("other.png"));
    let (csv, html) = (place.path("found.csv"), place.path("found.html"));
    let after: Vec<_> =
        place.files().into_iter().filter(|(path, _)| *path != csv && *path != html).collect();
    assert!(before == after, "the pictures are as they were");

    let ended = place.succeed("duplicates photos --json --threads 1");
    assert!(ended.stdout == place.succeed("duplicates photos --json --threads 2").stdout);
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((found["pictures"].as_u64(), found["duplicates"].as_u64()), (Some(6), Some(4)));
    assert_eq!(
        (found["equal"].as_u64(), &found["skipped"].as_array().unwrap().len()),
        (Some(2), &1)
    );
    let group = &found["groups"][0];
    assert_eq!(group["keep"]["name"], "a.png");
    let [mirror, copy, quarter, turned] = &group["others"].as_array().unwrap()[..] else {
        panic!("expected four others: {group}")
    };
    assert_eq!(mirror["alignment"]["mirrored"], true);
    assert_eq!((&copy["likeness"], &copy["alignment"]), (&"equal".into(), &().into()));
    assert_eq!(
        (&turned["likeness"], &turned["alignment"]),
        (&"equal".into(), &quarter["alignment"])
    );
    let degrees = quarter["alignment"]["degrees"].as_f64().unwrap();
    assert!((degrees - 90.0).abs() < 2.0, "{quarter}");
}

#[test]
fn codes_of_a_model_are_compared_instead() {
    let place = place_with_pictures();
    for number in 3..9 {
        scene(number).save(place.path(&format!("photos/{number}.png"))).unwrap();
    }
    place.succeed(
        "train photos --recipe dense-vae --epochs 1 --set data.size=16 --set network.hidden=[8] \
         --out run",
    );
    let ended = place.succeed("duplicates photos --model run --distance 1e-6 --json");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let groups = found["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "a.png and its copy, q.png and r.png: {groups:?}");
    assert_eq!(groups[0]["keep"]["name"], "a.png");
    assert_eq!(groups[0]["others"][0]["how"], "the same file");
    let ended = place.succeed("duplicates photos --model run --distance 9");
    assert!(ended.stdout.contains("distance "), "{}", ended.stdout);
}

#[test]
fn folders_with_little_in_them() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    place.write("bad/text.png", b"hello");
    fs::create_dir(place.path("one")).unwrap();
    scene(1).save(place.path("one/a.png")).unwrap();
    for (command, code, words) in [
        ("duplicates empty", 3, "found none"),
        ("duplicates nowhere", 3, "nowhere"),
        ("duplicates bad", 3, "not a picture"),
        ("duplicates one/a.png", 3, "expected a folder of pictures"),
        ("duplicates one -o one.txt", 2, ".csv or .html"),
        ("duplicates one -o nowhere/one.csv", 3, "found none"),
        ("duplicates one --model nowhere", 3, "nowhere"),
    ] {
        place.fail(command, code, &[words]);
    }
    let ended = place.succeed("duplicates one -o one.html");
    assert!(ended.stdout.contains("duplicates   0\n"), "{}", ended.stdout);
    assert!(fs::read_to_string(place.path("one.html")).unwrap().contains("Duplicates in one"));
}
