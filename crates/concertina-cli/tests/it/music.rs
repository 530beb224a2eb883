//! Music under the same commands.

use concertina::model::Model;
use concertina_formats::npy;
use concertina_music::encoding::Encoding;
use concertina_music::score::Score;
use fs_err as fs;

use crate::place::{Place, TINY};

/// A small run that takes a second.
const TUNES: &str = "train tunes --limit 60 --epochs 2 --set network.encoder=[8] \
                     --set network.decoder=[8] --set bottleneck.latent-dim=4 \
                     --set training.batch-size=16";

fn place_with_model() -> Place {
    let place = Place::new();
    place.succeed(&format!("{TUNES} --out run"));
    place
}

/// The windows of a MIDI file, one after another.
fn read(place: &Place, name: &str) -> Score {
    Score::from_midi(&fs::read(place.path(name)).unwrap()).unwrap()
}

#[test]
fn a_model_of_music_serves_its_commands() {
    let place = place_with_model();
    for file in ["report.html", "model.safetensors", "figures/reconstructions.png"] {
        assert!(place.path(&format!("run/{file}")).is_file(), "{file}");
    }
    let page = fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(page.contains("<audio") && page.contains("windows") && !page.contains("pixels"));

    place.succeed("sample run -n 3 --temperature 1 --seed 4 -o new.mid");
    place.succeed("sample run -n 3 --temperature 1 --seed 4 -o again.mid");
    place.succeed("sample run -n 3 --temperature 1 --seed 5 -o other.mid");
    let bytes = |name: &str| fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("new.mid"), bytes("again.mid"));
    assert_ne!(bytes("new.mid"), bytes("other.mid"));
    let score = read(&place, "new.mid");
    // Three windows of two bars.
    assert_eq!(score.end, 3 * 8 * u32::from(score.ticks_per_quarter));

    place.succeed("sample run -n 2 -o new.wav");
    assert!(bytes("new.wav").starts_with(b"RIFF"));
    place.succeed("sample run -n 2 -o new.npy");
    assert!(bytes("new.npy").starts_with(b"\x93NUMPY"));
    place.succeed("sample run -n 2 -o folder");
    assert_eq!(fs::read_dir(place.path("folder")).unwrap().count(), 2);

    let told = place.succeed("encode run tunes --limit 5 -o codes.csv");
    assert!(told.stderr.contains("5 codes of 4 dimensions"), "{}", told.stderr);
    let codes = fs::read_to_string(place.path("codes.csv")).unwrap();
    assert!(codes.contains("\"held-out tune 1, bar 1\""), "{codes}");
    place.succeed("decode run codes.csv -o decoded.npy");
    place.succeed("reconstruct run tunes --limit 1 -o reconstructed.npy");

    place.succeed("interpolate run tunes#0 tunes#7 --steps 4 -o path.mid");
    let score = read(&place, "path.mid");
    assert_eq!(score.end, 4 * 8 * u32::from(score.ticks_per_quarter));
    let square = "interpolate run tunes#0 tunes#1 tunes#2 tunes#3 --steps 3";
    place.succeed(&format!("{square} -o square.npy"));
    let windows = |name: &str| npy::parse(&bytes(name)).unwrap().values.iter_f64().collect();
    let [square, decoded, reconstructed]: [Vec<f64>; 3] =
        ["square.npy", "decoded.npy", "reconstructed.npy"].map(windows);
    assert_eq!(reconstructed, decoded[..32]);
    let window = |all: &[f64], index: usize| all[32 * index..][..32].to_vec();
    assert_eq!(square.len(), 9 * 32);
    for (corner, index) in [0, 2, 6, 8].into_iter().zip(0..) {
        assert_eq!(window(&square, corner), window(&decoded, index), "{index}");
    }
    // What a model wrote can be read again, if there is a note in it.
    place.succeed("sample run -n 40 --temperature 1 -o long.mid");
    let found = Encoding::Melody { bars: 2 }.extract(&read(&place, "long.mid"));
    assert!(!found.windows.is_empty());
    place.succeed("encode run long.mid -o own.npy");
    // A piece comes back whole, as long as it was from its first note on, in one file.
    let told = place.succeed("reconstruct run long.mid -o back");
    assert!(told.stderr.contains("1 piece (") && told.stderr.contains(" windows)"), "{told:?}");
    let (long, back) = (read(&place, "long.mid"), read(&place, "back/long.mid"));
    assert!(back.end <= long.end && long.end < back.end + 8 * 480, "{} {}", back.end, long.end);
    let before = bytes("long.mid");
    let onto_an_end = "interpolate run long.mid tunes#0 -o long.mid";
    place.fail(onto_an_end, 2, &["`--out`: expected another file than the input"]);
    assert_eq!(bytes("long.mid"), before);
    let card = place.succeed("data inspect long.mid").stdout;
    assert!(card.contains("windows") && card.contains("2 bars of melody"), "{card}");
}

#[test]
fn a_window_is_varied_more_or_less() {
    let place = place_with_model();
    let bytes = |name: &str| fs::read(place.path(name)).unwrap();
    let vary = |arguments: &str| place.succeed(&format!("vary run {arguments}"));
    let told = vary("tunes#3 -n 4 --temperature 1 --seed 4 -o one.mid").stderr;
    assert!(told.contains("4 variations written to one.mid"), "{told}");
    vary("tunes#3 -n 4 --temperature 1 --seed 4 -o again.mid");
    vary("tunes#3 -n 4 --temperature 1 --seed 5 -o other.mid");
    assert_eq!(bytes("one.mid"), bytes("again.mid"));
    assert_ne!(bytes("one.mid"), bytes("other.mid"));
    let score = read(&place, "one.mid");
    assert_eq!(score.end, 4 * 8 * u32::from(score.ticks_per_quarter));

    // Not at all, and as far as a sample is.
    vary("tunes#0 -n 1 --amount 0 -o still.npy");
    place.succeed("reconstruct run tunes --limit 1 -o back.npy");
    assert_eq!(bytes("still.npy"), bytes("back.npy"));
    vary("tunes#0 -n 3 --amount 1 --seed 4 --temperature 1 -o far.npy");
    place.succeed("sample run -n 3 --seed 4 --temperature 1 -o new.npy");
    assert_eq!(bytes("far.npy"), bytes("new.npy"));
}

#[test]
fn codes_are_moved_along_attributes() {
    let place = place_with_model();
    let bytes = |name: &str| fs::read(place.path(name)).unwrap();
    place.succeed("sample run -n 4 -o plain.npy");
    place.succeed("sample run -n 4 --attribute range=0 -o still.npy");
    place.succeed("sample run -n 4 --attribute range=+9 --attribute note-density=-9 -o moved.npy");
    assert_eq!(bytes("plain.npy"), bytes("still.npy"));
    assert_ne!(bytes("plain.npy"), bytes("moved.npy"));
    for verb in ["reconstruct run tunes --limit 2", "vary run tunes#1 -n 2"] {
        place.succeed(&format!("{verb} -o before.npy"));
        place.succeed(&format!("{verb} --attribute note-density=+9 -o after.npy"));
        assert_ne!(bytes("before.npy"), bytes("after.npy"), "{verb}");
    }

    // As a file of an earlier version has it.
    let mut model = Model::open(place.path("run")).unwrap();
    model.attributes = None;
    model.save(&place.path("old.safetensors")).unwrap();
    let old = "sample old.safetensors -n 4 --attribute range=+9 -o";
    place.fail(&format!("{old} a.npy"), 2, &["found none in it"]);
    place.succeed(&format!("{old} measured.npy --attribute-data tunes"));
    place.succeed("sample run -n 4 --attribute range=+9 --attribute-data tunes -o new.npy");
    assert_eq!(bytes("measured.npy"), bytes("new.npy"));
    for (command, words) in [
        ("sample run --attribute loudness=1 -o a.npy", "found `loudness`"),
        ("sample run --attribute range -o a.npy", "expected a name, `=` and a number"),
        ("sample run --attribute-data tunes -o a.npy", "required arguments"),
    ] {
        place.fail(command, 2, &[words]);
    }
    assert!(!place.path("a.npy").exists());
}

#[test]
fn a_latent_space_of_music_is_a_palette() {
    let place = place_with_model();
    let text = |name: &str| fs::read_to_string(place.path(name)).unwrap();
    let told = place.succeed("manifold run -n 3 -o palette.html").stderr;
    assert!(told.contains("3 x 3 windows written to palette.html"), "{told}");
    place.succeed("manifold run -n 3 --seed 1 -o other.html");
    let [palette, other] = ["palette.html", "other.html"].map(text);
    assert!(
        palette.contains("melody-vae on tunes: 3 x 3 windows") && palette.contains("four samples")
    );
    assert_ne!(palette, other);
    place.succeed("manifold run -n 2 -o palette.png");
    assert!(fs::read(place.path("palette.png")).unwrap().starts_with(b"\x89PNG"));
    let plane = TUNES.replace("latent-dim=4", "latent-dim=2");
    place.succeed(&format!("{plane} --out plane"));
    place.succeed("manifold plane --range 2 -n 2 -o plane.html");
    assert!(text("plane.html").contains("evenly from -2 to 2"));
    place.succeed("interpolate run tunes#0 tunes#1 tunes#2 tunes#3 --steps 3 -o square.html");
    let square = text("square.html");
    assert!(square.contains("The corners are tunes#0 and tunes#1 above tunes#2 and tunes#3."));
    place.succeed("interpolate run tunes#0 tunes#1 --steps 4 -o row.png");
    assert!(fs::read(place.path("row.png")).unwrap().starts_with(b"\x89PNG"));
    for (command, words) in [
        ("manifold run -o a.mid", "expected a name that ends in .png or .html"),
        ("manifold run -n 17 -o a.png", "expected 2 to 16 windows per side"),
        ("manifold run --range 2 -o a.png", "expected a model with 2 latent dimensions, found 4"),
        ("manifold plane --seed 2 -o a.png", "where nothing is random"),
        ("manifold plane --label C -o a.png", "found one without a condition"),
    ] {
        place.fail(command, 2, &[words]);
    }
    assert!(!place.path("a.png").exists());
}

/// A small model that is given the chord of each bar.
const CHORDS: &str = "train tunes --recipe multitrack-vae --limit 60 --epochs 1 \
                      --set network.encoder=[8,8] --set network.decoder=[8] \
                      --set network.conductor=[8] --set bottleneck.latent-dim=4 --out chords";

#[test]
fn one_code_is_held_under_a_progression_of_chords() {
    let place = Place::new();
    place.succeed(CHORDS);
    let bytes = |name: &str| fs::read(place.path(name)).unwrap();
    // Blanks part the arguments of this test.
    let drawn = "--temperature 1 --seed 4";
    let told = place.succeed(&format!("sample chords --chords C,Am,F,G {drawn} -o new.mid"));
    assert!(told.stderr.contains("4 samples written to new.mid"), "{}", told.stderr);
    let score = read(&place, "new.mid");
    assert_eq!(score.end, 4 * 4 * u32::from(score.ticks_per_quarter));
    place.succeed(&format!("sample chords -n 3 --chords C {drawn} -o chords.npy"));
    place.succeed(&format!("sample chords -n 3 --label C {drawn} -o label.npy"));
    place.succeed(&format!("sample chords -n 3 --chords G {drawn} -o other.npy"));
    assert_eq!(bytes("chords.npy"), bytes("label.npy"));
    assert_ne!(bytes("chords.npy"), bytes("other.npy"));

    let chords = "--chords C,G --temperature 1";
    place.succeed(&format!("reconstruct chords tunes --limit 2 {chords} -o back.npy"));
    place.succeed("encode chords tunes --limit 2 -o codes.npy");
    place.succeed(&format!("decode chords codes.npy {chords} -o decoded.npy"));
    assert_eq!(bytes("back.npy"), bytes("decoded.npy"));
    // The style of the first bar on the first chord, and of the last bar on the last.
    place.succeed(&format!("interpolate chords tunes#0 tunes#1 --steps 4 {chords} -o path.npy"));
    let windows = |name: &str| npy::parse(&bytes(name)).unwrap().values.iter_f64().collect();
    let [back, path]: [Vec<f64>; 2] = ["back.npy", "path.npy"].map(windows);
    let window = |all: &[f64], index: usize| all[512 * index..][..512].to_vec();
    assert_eq!(path.len(), 4 * 512);
    for index in [0, 3] {
        assert_eq!(window(&path, index), window(&back, index), "{index}");
    }
    place.succeed("vary chords tunes#0 -n 2 --chords C,Am -o folder");
    for name in ["variation-000000-1-C.mid", "variation-000001-2-Am.mid"] {
        assert!(place.path("folder").join(name).is_file(), "{name}");
    }

    place.succeed("manifold chords -n 2 --label Am -o palette.html");
    let page = fs::read_to_string(place.path("palette.html")).unwrap();
    assert!(page.contains("2 x 2 windows, on Am"));
    place.fail("manifold chords -n 2 -o b.html", 3, &["expected labels"]);

    for (command, words) in [
        ("sample chords --chords C,H -o a.mid", "found `H`"),
        ("sample chords --chords , -o a.mid", "expected chords such as"),
        ("sample chords --chords C --label C -o a.mid", "cannot be used with"),
    ] {
        place.fail(command, 2, &[words]);
    }
}

#[test]
fn what_is_no_music_or_does_not_fit_is_refused() {
    let place = place_with_model();
    place.succeed(&format!("{TINY} --out images"));
    place.succeed("sample images -n 1 -o digit.png");
    place.write("broken.mid", b"MThd");
    place.write("text.mid", b"no music at all");
    place.write("notes/readme.txt", b"nothing");
    for (command, code, words) in [
        ("sample run -n 1 -o a.png", 2, "ends in .mid, .wav or .npy"),
        (
            "sample run -n 1 --temperature 0 -o a.mid",
            2,
            "`--temperature`: expected a number above 0",
        ),
        ("sample run -n 1 --temperature nan -o a.mid", 2, "`--temperature`: expected a number"),
        ("encode run digit.png -o a.csv", 3, "expected"),
        ("encode run text.mid -o a.csv", 3, "MIDI"),
        ("encode run broken.mid -o a.csv", 3, "broken.mid"),
        ("encode run notes -o a.csv", 3, "expected MIDI files"),
        ("encode run nowhere.mid -o a.csv", 3, "neither a known set of music"),
        ("encode images new.mid -o a.csv", 3, "new.mid"),
        ("interpolate run tunes#0 tunes#99999 -o a.mid", 3, "expected an index below"),
        ("interpolate run tunes#0 tunes#x -o a.mid", 2, "expected an index after"),
        ("vary run tunes#99999 -o a.mid", 3, "expected an index below"),
        ("vary run tunes#0 --amount 2 -o a.mid", 2, "expected a number from 0 to 1"),
        ("sample run --chords C -o a.mid", 2, "`--chords`: expected a model that is given chords"),
        ("sample images --chords C -o a.npy", 2, "`--chords`: expected a model of music"),
        (
            "vary images digits#0 --attribute range=1 -o a.npy",
            2,
            "`--attribute`: expected a model of music",
        ),
        ("sample images --temperature 1 -o a.npy", 2, "`--temperature`: expected a model of music"),
        ("train digits --recipe melody-vae --out b", 3, "neither a known set of music"),
        ("train tunes --recipe conv-vae --out b", 3, "neither a known data set"),
        ("train tunes --set data.bars=0 --out b", 2, "`data.bars`: expected 1 to 64"),
        ("train tunes --set data.transpose=12 --out b", 2, "`data.transpose`: expected 0 to 11"),
        ("train tunes --set data.remix=0.5 --out b", 2, "`data.remix` is of drums and trios"),
        (
            "train tunes --recipe drums-vae --set data.remix=1.5 --out b",
            2,
            "`data.remix`: expected a probability, 0 to 1, found 1.5",
        ),
        ("train digits --set data.remix=0.5 --out b", 2, "there is no `data.music`"),
        ("train tunes --set network.segments=5 --out b", 2, "a number that divides the 32 steps"),
        ("train tunes --set reconstruction.kind=bernoulli --out b", 2, "expected \"categorical\""),
        ("train tunes --set task.kind=noise --out b", 2, "expected \"identity\" for music"),
        (
            "train digits --set reconstruction.kind=categorical --out b",
            2,
            "compares tokens of music",
        ),
    ] {
        place.fail(command, code, &[words]);
    }
    for name in ["a.mid", "a.npy", "a.csv", "b"] {
        assert!(!place.path(name).exists(), "{name}");
    }
}
