//! Packs: written, inspected, trained on and walked over, and what is wrong with them told.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use fs_err as fs;
use insta::assert_snapshot;

use crate::place::{Ended, Place, TINY};

/// Digits with their labels, a shard to train on and one to validate with.
const PACK: &str = "data pack digits --limit 120 --shard-mib 1 --out pack";

#[test]
fn a_pack_is_inspected_trained_on_and_walked_over() {
    let place = Place::new();
    let packed = place.succeed(PACK);
    assert_eq!(packed.stdout, "pack\n");
    assert!(packed.stderr.contains("120 training and 20 validation images of 1x28x28"));
    let card = place.succeed("data inspect pack").stdout;
    assert_snapshot!("packed-card", card);
    let verified = place.succeed("data inspect pack --verify --json");
    assert!(verified.stderr.contains("4 files as packed"), "{}", verified.stderr);

    let train = "train pack --recipe dense-vae --epochs 2 --set training.batch-size=16";
    let run = place.succeed(&format!("{train} --out run"));
    assert!(run.stderr.contains("pack: 120 training and 20 validation images"), "{}", run.stderr);
    place.succeed(&format!("{train} --out again --threads 1"));
    let model = |run: &str| fs::read(place.path(run).join("model.safetensors")).unwrap();
    assert_eq!(model("run"), model("again"));
    assert!(place.path("run/report.html").is_file());

    // One process, and three that share the work: the same bytes.
    for (verb, kind) in [("encode", "npy"), ("encode", "csv"), ("score", "csv")] {
        let all = format!("{verb} run pack --train -o whole-{verb}.{kind}");
        place.succeed(&all);
        let mut parts = String::new();
        for part in 0..3 {
            let out = format!("{verb}-{part}.{kind}");
            place.succeed(&format!("{verb} run pack --train --shard {part}/3 -o {out}"));
            parts = format!("{out} {parts}");
        }
        let merged = place.succeed(&format!("merge {parts} -o merged.{kind}"));
        assert!(merged.stderr.contains("3 parts, from"), "{}", merged.stderr);
        let read = |name: String| fs::read(place.path(&name)).unwrap();
        assert_eq!(read(format!("merged.{kind}")), read(format!("whole-{verb}.{kind}")));
        // What is there already is not made again.
        let before = read(format!("{verb}-1.{kind}"));
        fs::write(place.path(&format!("{verb}-1.{kind}")), b"done").unwrap();
        place.succeed(&format!("{verb} run pack --train --shard 1/3 -o {verb}-1.{kind}"));
        assert_eq!(read(format!("{verb}-1.{kind}")), b"done");
        assert_ne!(before, b"done");
    }
    let csv = fs::read_to_string(place.path("whole-encode.csv")).unwrap();
    assert_eq!(csv.lines().count(), 121);
    assert!(csv.starts_with("name,label,z1,"));
    // A walk over images in memory gets a sample, which is all of so few.
    place.succeed("evaluate run pack --quick");
    place.succeed("map run pack -o map.png");
}

#[test]
fn a_folder_is_encoded_in_parts() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 11 -o pictures");
    place.succeed("encode run pictures -o whole.csv");
    let mut parts = String::new();
    for part in 0..4 {
        place.succeed(&format!("encode run pictures --shard {part}/4 -o part-{part}.csv"));
        parts += &format!("part-{part}.csv ");
    }
    place.succeed(&format!("merge {parts} -o merged.csv"));
    let read = |name| fs::read_to_string(place.path(name)).unwrap();
    assert_eq!(read("merged.csv"), read("whole.csv"));
    assert_eq!(read("part-3.csv").lines().count(), 4);
    place.succeed("data pack pictures --valid 0 -o packed");
    assert_eq!(place.succeed("data inspect packed --verify --quiet").code, Some(0));
}

#[test]
fn pictures_are_trained_on_in_their_files_and_a_damaged_one_is_told_of() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out small"));
    place.succeed("sample small -n 60 -o pictures");
    let cut = place.path("pictures/sample-000007.png");
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() - 40]).unwrap();
    let train = "train pictures --recipe dense-vae --epochs 2 --set data.stream=true";
    let told = place.succeed(&format!("{train} --out run")).stderr;
    assert!(told.contains("the values are those of"), "{told}");
    let warning = "1 file cannot be decoded, and the one before each was read in its place: \
                   `sample-000007.png`";
    assert!(told.contains(warning), "{told}");
    let report = fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(report.contains("1 file cannot be decoded"));
    place.succeed(&format!("{train} --out again --threads 1"));
    let model = |run: &str| fs::read(place.path(run).join("model.safetensors")).unwrap();
    assert_eq!(model("run"), model("again"));
    let told = place.succeed("evaluate run pictures --quick").stderr;
    assert!(told.contains("evaluating on the images held out of it"), "{told}");
    let refused = place.run("train digits --set data.stream=true --out no");
    assert_eq!(refused.code, Some(2));
    assert_snapshot!("streamed-refused", refused.complaint());
}

#[test]
fn packing_that_is_killed_goes_on_and_ends_in_the_same_bytes() {
    let place = Place::new();
    let pack = "data pack digits --limit 6000 --shard-mib 1 --out";
    place.succeed(&format!("{pack} whole"));
    let read = |folder: &str| {
        let entries = fs::read_dir(place.path(folder)).unwrap().map(Result::unwrap);
        let mut files: Vec<_> = entries
            .filter(|entry| entry.file_name() != ".lock")
            .map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    };
    let expected = read("whole");
    for pause in [20, 60, 120, 250, 500] {
        let mut child = place
            .command(&format!("{pack} killed"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    if !place.path("killed/index.json").exists() {
        place.succeed(&format!("{pack} killed"));
    }
    assert!(read("killed") == expected);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let place = Place::new();
    // Files of at most 300 KiB, or 600 where blocks are of 1 KiB: a shard does not fit.
    let program = env!("CARGO_BIN_EXE_concertina");
    let script = format!(
        "trap '' XFSZ; ulimit -f 600; \
         exec {program} data pack digits --limit 3000 --shard-mib 1 --out pack"
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(place.path("")).stdin(Stdio::null());
    let ended = Ended::of(&shell.output().unwrap());
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let told = &ended.stderr;
    assert!(told.contains("it goes on after the last whole shard"), "{told}");
    let names: Vec<_> =
        fs::read_dir(place.path("pack")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name == ".lock" || name == "unfinished.json"), "{names:?}");
    place.succeed("data pack digits --limit 3000 --shard-mib 1 --out pack");
    place.succeed("data inspect pack --verify");
}

#[test]
fn what_is_wrong_with_a_pack_is_told_and_leaves_nothing() {
    let place = Place::new();
    place.succeed(PACK);
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("data pack digits --limit 60 --size 32 --out larger");
    place.succeed("data pack digits --limit 60 --valid 0 --out cut");
    place.succeed("sample run -n 8 -o pictures");
    place.succeed("data pack pictures --valid 0 --out held");
    place.write("music/a.mid", b"MThd");
    place.write("some/a.txt", b"mine");
    place.write("a.csv", b"name,z1\n0,1\n");
    place.write("b.csv", b"name,z2\n0,1\n");
    place.write("c.npy", b"\x93NUMPY");
    let shard = fs::read(place.path("cut/train-00000.npy")).unwrap();
    fs::write(place.path("cut/train-00000.npy"), &shard[..1000]).unwrap();
    let before = place.files();
    assert_snapshot!(
        "bad-packs",
        place.refusals(&[
            ("data pack digits --out pack", 3),
            ("data pack pack --out other", 3),
            ("data pack digits --out some", 3),
            ("data pack digits --out a.csv", 3),
            ("data pack nowhere --out other", 3),
            ("data pack tunes --out other", 3),
            ("data pack digits --size 0 --out other", 2),
            ("data pack digits --valid 1.5 --out other", 2),
            ("data pack digits --shard-mib 0 --out other", 2),
            ("data inspect digits --verify", 2),
            ("data inspect cut", 3),
            ("train cut --out other", 3),
            ("train held --out other", 3),
            ("train pack --set data.size=64 --out other", 2),
            ("train pack --set data.classes=[8] --out other", 2),
            ("encode run larger -o a.npy", 3),
            ("encode run pack --shard 3/3 -o a.npy", 2),
            ("encode run pack --shard 1 -o a.npy", 2),
            ("encode run pack pack --shard 0/2 -o a.npy", 2),
            ("score run pack -o a.png", 2),
            ("score run pack --shard 0/2", 2),
            ("merge a.csv b.csv -o m.csv", 3),
            ("merge a.csv c.npy -o m.csv", 2),
            ("merge c.npy -o m.npy", 3),
            ("merge nowhere.csv -o m.csv", 3),
        ])
    );
    assert_eq!(place.files(), before);
}
