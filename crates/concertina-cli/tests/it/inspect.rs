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

/// Good pictures and some with defects, and a model that was trained on the former for so many
/// epochs.
fn place_with_model(epochs: usize) -> Place {
    let place = Place::new();
    place_pictures(&place);
    place.succeed(&format!(
        "train parts --recipe inspect-ae --epochs {epochs} --set training.batch-size=4 \
         --set training.learning-rate=2e-3 --set network.channels=16 --set network.blocks=[1,1] \
         --out run"
    ));
    place
}

/// Good pictures, and some with a hole, in the layout of MVTec AD.
fn place_pictures(place: &Place) {
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
    assert!(area("pro") > 0.7, "{detection}");
    let confusion = |name: &str| detection["confusion"][name].as_u64().unwrap();
    assert_eq!(confusion("true_positives") + confusion("false_negatives"), 8);
    assert_eq!(confusion("false_positives") + confusion("true_negatives"), 8);
    let baselines: Vec<&str> =
        (0..2).map(|i| detection["baselines"][i]["name"].as_str().unwrap()).collect();
    assert_eq!(baselines, ["PCA of pixels, 16 components", "nearest of 17 good images"]);
    assert_eq!(found["pictures"][0]["kind"], "hole", "the worst comes first");
    assert_eq!(image::image_dimensions(place.path("out/hole/3.png.png")).unwrap(), (152, 90));
    let mask = image::open(place.path("out/hole/3.png.mask.png")).unwrap().into_luma8();
    assert_eq!(mask.dimensions(), (72, 90));
    assert!(mask.pixels().any(|pixel| pixel.0 == [255]) && mask.get_pixel(0, 0).0 == [0]);
    let page = fs::read_to_string(place.path("out/inspection.html")).unwrap();
    for words in ["Inspection of parts", "default-src 'none'", "hole/3.png", "this model", "PRO"] {
        assert!(page.contains(words), "{words}");
    }
    let missed = confusion("false_negatives") as usize;
    assert_eq!(page.matches("<li>").count(), 16 + missed);
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
    save(&GrayImage::new(1, 1), &place.path("small/point.png"));
    image::RgbImage::from_pixel(9, 7, image::Rgb([200, 10, 10]))
        .save(place.path("small/red.png"))
        .unwrap();
    let whole = fs::read(place.path("parts/test/hole/1.png")).unwrap();
    place.write("small/cut.png", &whole[..whole.len() / 2]);
    let ended = place.succeed("inspect run small --json -o small-out");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(found["images"], 3);
    assert!(found["skipped"][0].as_str().unwrap().contains("cut.png"), "{found}");
    assert!(place.path("small-out/point.png.png").exists());
    bad_masks(&place);
    let ended = place.succeed("inspect run parts --json");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(found["skipped"].as_array().unwrap().len(), 2);
    assert!(ended.stderr.contains("a mask of the picture's 72 x 90 pixels"), "{}", ended.stderr);
    assert!(found["skipped"][1].as_str().unwrap().contains("1_mask.png"), "{found}");
    fs::remove_dir_all(place.path("parts/train")).unwrap();
    place.fail("inspect run small", 3, &["train/good"]);
    fs::remove_dir_all(place.path("parts")).unwrap();
    place.fail("inspect run small", 3, &["that the model was trained on", "found none"]);
}

/// A mask of another size, and one that is no picture.
fn bad_masks(place: &Place) {
    save(&GrayImage::new(3, 3), &place.path("parts/ground_truth/hole/0_mask.png"));
    place.write("parts/ground_truth/hole/1_mask.png", b"hello");
}

/// Models with a latent vector, trained on one class.
#[test]
fn one_class_is_told_from_the_others_of_its_data() {
    let place = Place::new();
    place.succeed(
        "train digits --recipe dense-ae --set data.classes=[1] --set data.validation=0.3 \
         --limit 120 --epochs 20 --out run",
    );
    let ended = place.succeed("inspect run digits --limit 100 --false-alarms 0.05 --json -o out");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((found["images"].as_u64(), found["promised"].as_bool()), (Some(100), Some(true)));
    let detection = &found["detection"];
    assert!(detection["image_auroc"].as_f64().unwrap() > 0.9, "{detection}");
    assert!(detection["pixel_auroc"].is_null() && detection["pro"].is_null(), "{detection}");
    let kinds = detection["kinds"].as_array().unwrap();
    assert_eq!(
        (kinds.len(), &kinds[0]["kind"], &kinds[1]["kind"]),
        (10, &"good".into(), &"0".into())
    );
    assert!(found["map_threshold"].as_f64().unwrap() > 0.0);
    assert_eq!(image::image_dimensions(place.path("out/17.png")).unwrap(), (64, 28));

    // Without classes in the recipe it is not known what is good.
    place.succeed("train digits --recipe dense-ae --limit 120 --epochs 1 --out all");
    let ended = place.succeed("inspect all digits --limit 30 --false-alarms 0.1");
    assert!(!ended.stdout.contains("image auroc"), "{}", ended.stdout);
    // Half of other good ones tells what is usual, and half decides.
    place.succeed("reconstruct all digits --limit 40 -o good.npy");
    let ended = place.succeed("inspect all digits --limit 30 --good good.npy --false-alarms 0.1");
    assert!(ended.stdout.contains("by 20 held-out good pictures"), "{}", ended.stdout);
    place.succeed("train digits --recipe conditional-vae --limit 60 --epochs 1 --out conditional");
    place.fail("inspect conditional digits", 2, &["one of images of a given class"]);
    place.fail(
        "train digits --recipe dense-ae --set data.classes=[11] --out no",
        3,
        &["data.classes", "found `11`"],
    );
}

/// The same in the layout of MVTec AD, with pictures that are resized and masks likewise.
#[test]
fn pictures_are_resized_for_a_model_with_a_latent_vector() {
    let place = Place::new();
    place_pictures(&place);
    place.succeed(
        "train parts --recipe image-ae --set data.size=32 --set data.validation=0.3 --epochs 2 \
         --set network.channels=[8,8] --set training.min-steps=0 --out run",
    );
    let ended = place.succeed("inspect run parts --false-alarms 0.2 --json");
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let detection = &found["detection"];
    assert!(detection["image_auroc"].as_f64().unwrap() > 0.9, "{detection}");
    assert!(detection["pixel_auroc"].as_f64().unwrap() > 0.8, "{detection}");
    assert_eq!(detection["kinds"][1]["kind"], "hole");
    bad_masks(&place);
    place.write("parts/test/hole/2.png", b"hello");
    let ended = place.succeed("inspect run parts --false-alarms 0.2 --json -o out");
    assert!(ended.stderr.contains("skipped 1 file: hole/2.png"), "{}", ended.stderr);
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&found["images"], found["skipped"].as_array().unwrap().len()), (&13.into(), 2));
    assert!(found["skipped"][0].as_str().unwrap().contains("picture's 72 x 90"), "{found}");
    assert!(found["skipped"][1].as_str().unwrap().contains("1_mask.png"), "{found}");
    // Colours become grey for a model of grey pictures.
    let colour = image::RgbImage::from_pixel(40, 40, image::Rgb([250, 10, 10]));
    fs::create_dir(place.path("colour")).unwrap();
    colour.save(place.path("colour/red.png")).unwrap();
    let ended = place.succeed("inspect run colour --false-alarms 0.2");
    assert!(ended.stdout.contains("red.png"), "{}", ended.stdout);
    // What the model was trained on has changed.
    fs::remove_file(place.path("parts/train/good/03.png")).unwrap();
    place.fail("inspect run colour", 3, &["that the model was trained on", "found others"]);
    fs::remove_dir_all(place.path("parts")).unwrap();
    place.fail("inspect run colour", 3, &["that the model was trained on", "found none"]);
}
