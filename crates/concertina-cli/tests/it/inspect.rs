//! `inspect`: defects in pictures, by a model of good ones.

use std::path::Path;

use fs_err as fs;
use image::{GrayImage, ImageBuffer, Luma};

use crate::place::Place;

/// A surface with a grain and a light from one side; each number has another grain.
fn surface(number: u32, width: u32, height: u32) -> GrayImage {
    ImageBuffer::from_fn(width, height, |x, y| {
        let grain = (x * 7919 + y * 104_729 + number * 1_299_709) % 23;
        Luma([(90 + x / 3 + grain) as u8])
    })
}

fn save(image: &GrayImage, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image.save(path).unwrap();
}

/// Good pictures in the layout of a data set with defects, and a model that was trained on them for
/// so many epochs.
fn place_with_model(epochs: usize) -> Place {
    let place = Place::new();
    for number in 0..24 {
        let name = format!("parts/train/good/{number:02}.png");
        save(&surface(number, 200 + number % 5, 196), &place.path(&name));
    }
    for number in 0..8 {
        let good = surface(100 + number, 72, 90);
        save(&good, &place.path(&format!("parts/test/good/{number}.png")));
        let mut bad = surface(200 + number, 72, 90);
        let mut mask = GrayImage::new(72, 90);
        for (x, y) in (0..14).flat_map(|x| (0..14).map(move |y| (20 + x + number, 30 + y))) {
            bad.put_pixel(x, y, Luma([10]));
            mask.put_pixel(x, y, Luma([255]));
        }
        save(&bad, &place.path(&format!("parts/test/hole/{number}.png")));
        save(&mask, &place.path(&format!("parts/ground_truth/hole/{number}_mask.png")));
    }
    place.succeed(&format!(
        "train parts --recipe inspect-ae --epochs {epochs} --set training.batch-size=4 \
         --set training.learning-rate=2e-3 --set network.channels=16 --set network.blocks=[1,1] \
         --out run"
    ));
    place
}

#[test]
fn defects_are_found_where_they_are() {
    let place = place_with_model(12);
    let ended = place.succeed("inspect run parts --false-alarms 0.2 --json -o out");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    // 30 % of the 24 good pictures are held out: enough for a fifth, not for a hundredth.
    assert_eq!(found["held_out"], 7);
    assert_eq!((found["needed"].as_u64(), found["promised"].as_bool()), (Some(4), Some(true)));
    let detection = &found["detection"];
    let area = |name: &str| detection[name].as_f64().unwrap();
    assert!(area("image_auroc") > 0.95 && area("pixel_auroc") > 0.9, "{detection}");
    assert_eq!(detection["kinds"][0]["kind"], "good");
    assert_eq!(detection["kinds"][1]["pictures"], 8);
    assert_eq!(found["pictures"][0]["kind"], "hole", "the worst comes first");
    assert_eq!(image::image_dimensions(place.path("out/hole/3.png.png")).unwrap(), (152, 90));
    let table = fs::read_to_string(place.path("out/scores.csv")).unwrap();
    assert_eq!(table.lines().count(), 17);
    assert!(table.starts_with("name,label,score,rejected"), "{table}");

    // Other pictures, without labels, and one that is none; with few good ones nothing is promised.
    fs::create_dir(place.path("new")).unwrap();
    fs::copy(place.path("parts/test/hole/1.png"), place.path("new/a.png")).unwrap();
    place.write("new/b.png", b"no picture");
    let ended = place.succeed("inspect run new");
    assert!(ended.stdout.contains("rejected  a.png"), "{}", ended.stdout);
    assert!(ended.stderr.contains("it takes 99"), "{}", ended.stderr);
    assert!(ended.stderr.contains("1 picture skipped") && ended.stderr.contains("b.png"));
    let alone = place.succeed("inspect run/model.safetensors new/a.png --good parts/test/good");
    assert!(alone.stdout.contains("8 held-out good pictures"), "{}", alone.stdout);
}

#[test]
fn what_cannot_be_inspected_is_told_in_one_line() {
    let place = place_with_model(1);
    place.succeed(
        "train digits --recipe enlarge-2x --limit 48 --epochs 1 --set network.channels=[8] \
         --out other",
    );
    fs::create_dir(place.path("empty")).unwrap();
    place.write("bad/text.png", b"hello");
    save(&surface(1, 5, 5), &place.path("small/one.png"));
    for (command, code, words) in [
        ("inspect run parts --false-alarms 0", 2, "above 0 and below 1"),
        ("inspect run parts --false-alarms 2", 2, "above 0 and below 1"),
        ("inspect other parts", 2, "trained to take away defects"),
        ("inspect run empty", 3, "found none"),
        ("inspect run nowhere", 3, "nowhere"),
        ("inspect run bad", 3, "not a picture"),
        ("inspect run parts --good empty", 3, "found none"),
        ("inspect run parts -o parts", 3, "a new folder"),
        ("inspect run parts -o -", 2, "expected a folder"),
    ] {
        place.fail(command, code, &[words]);
    }
    place.succeed("inspect run small");
    save(&GrayImage::new(3, 3), &place.path("parts/ground_truth/hole/0_mask.png"));
    let ended = place.succeed("inspect run parts");
    assert!(ended.stderr.contains("a mask of the picture's 72 x 90 pixels"), "{}", ended.stderr);
    fs::remove_dir_all(place.path("parts/train")).unwrap();
    place.fail("inspect run small", 3, &["train/good"]);
    fs::remove_dir_all(place.path("parts")).unwrap();
    place.fail("inspect run small", 3, &["that the model was trained on", "found none"]);
}
