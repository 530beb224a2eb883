//! Train, look, use: every command on a small model.

use concertina_formats::npy::{self, Array, Values};
use fs_err as fs;

use crate::place::{Place, TINY};

#[test]
fn a_trained_model_serves_every_command() {
    let place = Place::new();
    let ended = place.succeed(&format!("{TINY} --out run"));
    assert_eq!(ended.stdout.lines().last(), Some("run"));
    for file in [
        "config.toml",
        "model.safetensors",
        "metrics.jsonl",
        "report.html",
        "figures/reconstructions.png",
        "figures/samples.png",
        "figures/curves.png",
        "figures/scatter.png",
        "figures/manifold.png",
    ] {
        assert!(place.path("run").join(file).is_file(), "{file}");
    }

    // The model file alone is enough.
    fs::rename(place.path("run/model.safetensors"), place.path("m.safetensors")).unwrap();
    fs::remove_dir_all(place.path("run")).unwrap();
    let evaluation = place.succeed("evaluate m.safetensors digits --limit 50 --json").stdout;
    let evaluation: serde_json::Value = serde_json::from_str(&evaluation).unwrap();
    assert_eq!(evaluation["images"], 50);
    assert_eq!(evaluation["train_images"], 60, "as many as the model was trained on");
    assert!(evaluation["reconstruction"]["psnr_db"].as_f64().unwrap() > 3.0);
    assert_eq!(evaluation["baselines"]["compared"].as_array().unwrap().len(), 3);
    assert!(evaluation["samples"]["classifier_accuracy"].as_f64().unwrap() > 0.2);
    assert!(evaluation["out_of_distribution"]["outliers"].as_f64().unwrap() < 0.5);

    for command in [
        "reconstruct m.safetensors digits --limit 20 -o rows.png",
        "encode m.safetensors digits --limit 30 -o codes.npy",
        "encode m.safetensors digits --limit 30 -o codes.csv",
        "decode m.safetensors codes.npy -o decoded",
        "decode m.safetensors codes.csv -o decoded.npy",
        "sample m.safetensors -n 5 --seed 3 -o samples",
        "sample m.safetensors -n 5 --seed 3 -o samples.png",
        "reconstruct m.safetensors samples -o again",
        "reconstruct m.safetensors samples/sample-000000.png -o one.png",
        "interpolate m.safetensors digits#0 digits#1 -o row.png --steps 5",
        "evaluate m.safetensors digits --only samples --limit 20 --figures pictures",
        "score m.safetensors digits --limit 40 -o scores.csv -o worst.png",
        "manifold m.safetensors -o map.png -n 5",
        "map m.safetensors digits --limit 40 -o tsne.png -o tsne.csv --perplexity 5",
        "map m.safetensors digits --limit 40 -o pca.CSV --method pca",
        "map m.safetensors digits --limit 40 -o umap.csv --method umap --neighbours 9",
    ] {
        place.succeed(command);
    }
    assert_eq!(place.path("decoded").read_dir().unwrap().count(), 30);
    assert_eq!(place.path("again").read_dir().unwrap().count(), 5);
    let table = fs::read_to_string(place.path("codes.csv")).unwrap();
    assert!(table.starts_with("name,label,z1,z2\n"), "{table}");
    assert_eq!(table.lines().count(), 31);
    for table in ["tsne.csv", "pca.CSV", "umap.csv"] {
        let table = fs::read_to_string(place.path(table)).unwrap();
        assert!(table.starts_with("name,label,x,y\n"), "{table}");
        assert_eq!(table.lines().count(), 41);
    }
    let (_, size) = png_size(&fs::read(place.path("one.png")).unwrap());
    assert_eq!(size, (28, 28));
    assert!(place.path("pictures/nearest-training-images.png").is_file());
    let table = fs::read_to_string(place.path("scores.csv")).unwrap();
    assert!(table.starts_with("name,label,error,percentile,outlier\n"), "{table}");
    assert_eq!(table.lines().count(), 41);
    assert!(place.path("worst.png").is_file());
    // Both codes and both decodings are the same numbers.
    let npy = fs::read(place.path("decoded.npy")).unwrap();
    assert_eq!(npy.len(), 128 + 30 * 784 * 4);
}

/// Signature, and width and height from the header of a PNG.
fn png_size(bytes: &[u8]) -> (&[u8], (u32, u32)) {
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (&bytes[..8], (number(16), number(20)))
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let place = Place::new();
    for run in ["a", "b"] {
        place.succeed(&format!("{TINY} --out {run} --threads 2 --seed 7"));
    }
    let read = |run: &str| fs::read(place.path(run).join("model.safetensors")).unwrap();
    assert_eq!(read("a"), read("b"));
    place.succeed(&format!("{TINY} --out c --threads 2 --seed 8"));
    assert_ne!(read("a"), read("c"));
}

#[test]
fn a_map_tells_its_settings_and_is_the_same_for_any_number_of_threads() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 60 -o plain");
    for i in 0..60 {
        let picture = fs::read(place.path(&format!("plain/sample-{i:06}.png"))).unwrap();
        place.write(&format!("labelled/{}/{i}.png", ["a", "b"][i % 2]), &picture);
    }
    let map = |data: &str, arguments: &str| {
        let ended = place.succeed(&format!("map run {data} {arguments} -o map.csv -o map.png"));
        assert!(ended.stdout.is_empty());
        let bytes = ["map.csv", "map.png"].map(|file| fs::read(place.path(file)).unwrap());
        (ended.stderr, bytes)
    };
    for (method, told) in [
        ("pca", "PCA: "),
        ("tsne", "t-SNE, perplexity 19.7, seed 3: KL"),
        ("umap", "UMAP, 15 neighbours, min-dist 0.1, seed 3: trust"),
    ] {
        let arguments = format!("--seed 3 --method {method}");
        let (talk, bytes) = map("labelled", &format!("{arguments} --threads 1"));
        assert!(talk.contains(told), "no `{told}` in: {talk}");
        assert!(bytes[0].starts_with(b"name,label,x,y\n"));
        assert_eq!(bytes, map("labelled", &format!("{arguments} --threads 2")).1);
    }
    let (talk, _) = map("labelled", "--method pca --pixels");
    assert!(talk.contains("map of 60 images of 784 dimensions"), "{talk}");
    let (talk, bytes) = map("plain", "--limit 5");
    assert!(talk.contains("perplexity 1.3") && talk.contains("(2 neighbours)"), "{talk}");
    assert!(bytes[0].starts_with(b"name,x,y\n"));
}

#[test]
fn a_conditional_model_knows_classes_by_their_names() {
    let place = Place::new();
    let plain = "--set bottleneck.kind=plain --set bottleneck.condition=label";
    place.succeed(&format!("{TINY} {plain} --out run"));
    // The folder's own numbers of these classes are 0 and 1.
    for class in ["3", "7"] {
        place.succeed(&format!("sample run -n 6 --label {class} -o folder/{class}"));
    }
    place.fail("sample run -n 6 --label cat -o cats", 2, &["`--label`", "found `cat`"]);
    place.succeed("score run folder -o scores.csv");
    let scores = fs::read_to_string(place.path("scores.csv")).unwrap();
    let errors: Vec<f64> = scores
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap().parse().unwrap())
        .collect();
    let evaluated = place.succeed("evaluate run folder --only reconstruction --json").stdout;
    let evaluated: serde_json::Value = serde_json::from_str(&evaluated).unwrap();
    let error = evaluated["reconstruction"]["error"].as_f64().unwrap();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    assert!((error - mean).abs() < 1e-5 * mean, "{error}, by `score` {mean}");

    fs::rename(place.path("folder/7"), place.path("folder/cat")).unwrap();
    place.fail("evaluate run folder", 3, &["trained with (0, 1, 2", "found `cat`"]);
}

#[test]
fn several_runs_are_trained_and_compared() {
    let place = Place::new();
    let sweep = "--seeds 1,2 --set bottleneck.latent-dim=2,3";
    let ended = place.succeed(&format!("{TINY} {sweep} --out runs/tiny"));
    let folders: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(
        folders,
        [
            "runs/tiny-seed-1-latent-dim-2",
            "runs/tiny-seed-1-latent-dim-3",
            "runs/tiny-seed-2-latent-dim-2",
            "runs/tiny-seed-2-latent-dim-3"
        ]
    );
    let compare = format!("compare {}", folders.join(" "));
    let ended = place.succeed(&format!("{compare} -o all.csv -o all.png"));
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 1 + 4 + 2, "{}", ended.stdout);
    assert!(lines[0].contains("bottleneck.latent-dim"), "{}", ended.stdout);
    assert!(lines[5].starts_with("2 seeds (runs/tiny-seed-1-latent-dim-2, runs/tiny-seed-2-"));
    let csv = fs::read_to_string(place.path("all.csv")).unwrap();
    assert_eq!(csv.lines().count(), 5);
    assert!(fs::read(place.path("all.png")).unwrap().starts_with(b"\x89PNG"));
    let json = place.succeed(&format!("{compare} --json")).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["groups"][1]["runs"], serde_json::json!([1, 3]));
    assert_eq!(json["runs"][1]["settings"]["bottleneck.latent-dim"], "3");
    // The same run alone gives the same.
    let seed = format!("{TINY} --seed 2 --set bottleneck.latent-dim=3 --out alone");
    place.succeed(&seed);
    let [alone, swept] = ["alone", "runs/tiny-seed-2-latent-dim-3"]
        .map(|run| fs::read(place.path(run).join("model.safetensors")).unwrap());
    assert!(alone == swept);
    place.fail("compare alone nothing", 3, &["nothing"]);
    let wrong = format!("{TINY} --set bottleneck.latent-dim=2,0 --out later");
    place.fail(&wrong, 2, &["`bottleneck.latent-dim`: expected at least 1"]);
    assert!(!place.path("later-latent-dim-2").exists(), "told before the first run");
}

#[test]
fn a_quiet_command_says_no_more_than_its_result() {
    let place = Place::new();
    let ended = place.succeed(&format!("{TINY} --out run --quiet"));
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("run\n", ""));
    let ended = place.succeed("-q sample run -n 2 -o new.png");
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    let ended = place.run("sample nothing -n 2 -o new.png -q");
    assert!(ended.complaint().contains("nothing"));
}

#[test]
fn arrays_have_the_range_that_the_model_was_trained_on() {
    let place = Place::new();
    let save = |name: &str, n: usize| {
        // From -1 to 1; the first images are darker than the others.
        let value = |i: usize| (i % 64) as f32 / 63.0 * (i / 64 + 1) as f32 / 40.0 * 2.0 - 1.0;
        let values = Values::F32((0..n * 64).map(value).collect());
        place.write(name, &npy::write(&Array { shape: vec![n, 8, 8], values }).unwrap());
    };
    save("all.npy", 40);
    save("some.npy", 2);
    place.succeed(&format!("{} --out run", TINY.replace("digits", "all.npy")));
    let codes = ["all", "some"].map(|data| {
        place.succeed(&format!("encode run {data}.npy -o {data}.csv"));
        fs::read_to_string(place.path(&format!("{data}.csv"))).unwrap()
    });
    assert!(codes[0].starts_with(&codes[1]), "{}", codes[1]);
}

#[test]
fn a_run_goes_on_with_moved_data_for_longer_and_lends_its_weights() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out made"));
    place.succeed("sample made -n 40 -o images.npy");
    let train = TINY.replace("digits", "images.npy").replace("--epochs 2", "--epochs 1");
    place.succeed(&format!("{train} --out run"));
    fs::create_dir(place.path("elsewhere")).unwrap();
    fs::rename(place.path("images.npy"), place.path("elsewhere/same.npy")).unwrap();
    place.fail("resume run --epochs 3", 3, &["images.npy"]);
    place.fail("resume run --data made", 3, &["made"]);
    place.succeed("resume run --data elsewhere/same.npy --epochs 3");
    let metrics = fs::read_to_string(place.path("run/metrics.jsonl")).unwrap();
    assert_eq!(metrics.lines().count(), 3);
    let report = fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(report.contains("The run was planned for 1 epoch, and after 1 for 3."));
    // The new place is remembered.
    place.succeed("resume run");

    place.succeed("train elsewhere/same.npy --from run --epochs 1 --out further");
    let report = fs::read_to_string(place.path("further/report.html")).unwrap();
    assert!(report.contains("Training began with the weights of a model"));
    let from = "train elsewhere/same.npy --from run --recipe dense-vae --epochs 1 --out other";
    place.fail(from, 2, &["expected a model with the recipe's parameters"]);
}

#[test]
fn a_folder_of_pictures_trains_without_configuration() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out digits"));
    place.succeed("sample digits -n 24 -o pictures");
    place.write("pictures/notes.txt", b"not a picture");
    place.write("pictures/broken.png", b"not a picture either");
    let ended = place.succeed("train pictures --recipe image-vae --epochs 1 --out run");
    assert!(place.path("run/report.html").is_file());
    assert!(
        ended.stderr.contains("pictures: 22 training and 2 validation images"),
        "{}",
        ended.stderr
    );
    let card = place.succeed("data inspect pictures").stdout;
    assert!(card.contains("broken.png"), "{card}");
    // Evaluated on the two images that it was not trained on.
    let ended = place.succeed("evaluate run pictures --json");
    assert!(ended.stderr.contains("the images held out of it"), "{}", ended.stderr);
    assert!(ended.stdout.contains("\"images\": 2,"), "{}", ended.stdout);
}

#[test]
fn images_of_unknown_origin_are_scored_and_evaluated() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 12 --seed 3 -o mixed");
    let scores = place.succeed("score run mixed --json --quantile 0.9").stdout;
    let scores: serde_json::Value = serde_json::from_str(&scores).unwrap();
    assert_eq!((&scores["images"], &scores["quantile"]), (&12.into(), &0.9.into()));
    assert_eq!(scores["scores"].as_array().unwrap().len(), 12);
    let outliers = scores["scores"].as_array().unwrap().iter().filter(|s| s["outlier"] == true);
    assert_eq!(scores["n_outliers"], outliers.count());
    assert_eq!(scores["worst"].as_array().unwrap().len(), 10);
    let ended = place.succeed("evaluate run mixed");
    let words = "evaluated on mixed, which is not known to be what it was trained on: 12 test \
                 images, no training images";
    assert!(ended.stdout.contains(words), "{}", ended.stdout);
    assert!(ended.stdout.contains("left out: "), "{}", ended.stdout);
}

#[test]
fn every_picture_gets_a_file_and_what_is_left_out_is_told() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 1 -o one.png");
    let picture = fs::read(place.path("one.png")).unwrap();
    for name in ["a.png", "b/a.png", "b-a.png", "a.b.png", "A.PNG"] {
        place.write(&format!("pictures/{name}"), &picture);
    }
    place.write("pictures/c.png", b"no picture");
    // Empty folders may be there before.
    fs::create_dir(place.path("again")).unwrap();
    let ended = place.succeed("reconstruct run pictures -o again");
    assert_eq!(place.path("again").read_dir().unwrap().count(), 5);
    assert!(ended.stderr.contains("skipped 1 file: c.png: "), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("5 images written to again\n"), "{}", ended.stderr);
}

#[test]
fn the_measured_speed_is_told_in_words_and_in_json() {
    let place = Place::new();
    let small = "--shape 1x16x16 --recipe image-ae --set network.channels=[4,8] \
                 --set bottleneck.latent-dim=2";
    for mode in ["train", "encode", "reconstruct"] {
        let command = format!("bench {small} --mode {mode} --steps 3 --warm-up 1 --threads 1");
        let words = place.succeed(&command).stdout;
        for word in
            ["image-ae", "1x16x16", "images/s", "mean of 3 steps", "GFLOP/s", "fraction of peak"]
        {
            assert!(words.contains(word), "no `{word}` in: {words}");
        }
        let json = place.succeed(&format!("{command} --json")).stdout;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["mode"], mode);
        assert_eq!((&json["steps"], &json["threads"]), (&3.into(), &1.into()));
        for key in ["images_per_second", "ms_per_step", "gflop_per_second", "peak_gflop_per_second"]
        {
            assert!(json[key].as_f64().unwrap() > 0.0, "{key}: {json}");
        }
    }
    assert!(place.files().is_empty(), "measuring leaves nothing behind");
}
