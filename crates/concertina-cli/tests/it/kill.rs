//! Runs that are killed and taken up again end in the same bytes.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use fs_err as fs;

use crate::place::{Ended, Place, TINY, terminate};

/// Runs of 12 epochs, and how often they are killed where there is time: long enough to be killed
/// in the middle of, short enough for that.
const RUNS: [(&str, usize); 2] = [
    (
        "train digits --recipe denoise --limit 192 --epochs 12 --set training.batch-size=16 \
         --threads 2",
        12,
    ),
    (
        "train tunes --recipe melody-vae --limit 192 --epochs 12 --set training.batch-size=16 \
         --set network.encoder=[16] --set network.decoder=[16] --set bottleneck.latent-dim=8 \
         --threads 2",
        6,
    ),
];

/// The final files that must not depend on when a run was killed: the model, and the metrics
/// without their times.
fn final_bytes(place: &Place, run: &str) -> (Vec<u8>, Vec<String>) {
    let model = fs::read(place.path(run).join("model.safetensors")).unwrap();
    let metrics = fs::read_to_string(place.path(run).join("metrics.jsonl")).unwrap();
    let timeless = metrics.lines().map(|line| {
        let (head, _) = line.split_once(",\"images_per_second\"").unwrap();
        head.to_owned()
    });
    (model, timeless.collect())
}

/// The program at work in the background, unheard.
fn start(place: &Place, arguments: &str) -> Child {
    place.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_run_killed_at_any_moment_ends_in_the_same_bytes() {
    // Otherwise half as often, with as long a way from one moment to the next as two have.
    let has_time = std::env::var_os("CONCERTINA_SLOW_TESTS").is_some();
    for (train, times) in RUNS {
        let (times, stride) = if has_time { (times, 1.25) } else { (times / 2, 1.5625) };
        kill(&Place::new(), train, times, stride);
    }
}

fn kill(place: &Place, train: &str, times: usize, stride: f64) {
    place.succeed(&format!("{train} --out whole"));
    let expected = final_bytes(place, "whole");
    assert_eq!(expected.1.len(), 12);

    let mut killed = 0;
    let mut pause = 5;
    while killed < times {
        let run = format!("killed-{pause}");
        let mut child = start(place, &format!("{train} --out {run}"));
        // Kill, and once more during the resumed part, at moments spread over start, training and
        // end.
        sleep(Duration::from_millis(pause));
        let in_time = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        if in_time && place.path(&run).join("config.toml").exists() {
            let mut child = start(place, &format!("resume {run}"));
            sleep(Duration::from_millis(pause / 2 + 10));
            child.kill().unwrap();
            child.wait().unwrap();
            place.succeed(&format!("resume {run}"));
            assert_eq!(final_bytes(place, &run), expected, "{train} killed after {pause} ms");
            killed += 1;
        }
        // Whatever the machine's speed, the pauses cover the run: once they outlast it, they begin
        // anew between.
        pause = if in_time { (pause as f64 * stride) as u64 + 7 } else { 11 };
        fs::remove_dir_all(place.path(&run)).unwrap_or_default();
    }
}

#[test]
fn where_the_data_is_seen_from_leaves_no_trace_in_the_model() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out digits"));
    place.succeed("sample digits -n 24 -o pictures");
    // A folder called as a named set is not what the name means, nor is it when the run is resumed.
    place.succeed(&format!("{TINY} --out named"));
    place
        .succeed("train pictures --recipe dense-vae --epochs 2 --set network.hidden=[8] --out run");
    for run in ["named", "run"] {
        let model = place.path(run).join("model.safetensors");
        let whole = fs::read(&model).unwrap();
        fs::remove_file(&model).unwrap();
        // The resumed run knows the absolute path only.
        place.succeed(&format!("resume {run}"));
        assert!(fs::read(&model).unwrap() == whole, "{run}");
    }
    let ended = place.succeed("evaluate run ./pictures/ --only reconstruction");
    assert!(ended.stderr.contains("held out"), "{}", ended.stderr);
    assert!(ended.stdout.contains("evaluated on pictures: 2 test images"), "{}", ended.stdout);
    // Of other images in a folder of the same name all are used.
    place.succeed("sample digits -n 24 --seed 5 -o other/pictures");
    let ended = place.succeed("evaluate run other/pictures --only reconstruction");
    assert!(
        ended.stdout.contains("not known to be what it was trained on: 24 test images"),
        "{}",
        ended.stdout
    );
}

#[test]
fn ctrl_c_writes_a_checkpoint_and_ends_with_130() {
    let place = Place::new();
    let child = place
        .command("train digits --recipe dense-vae --limit 600 --epochs 10000 --out run")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !place.path("run/metrics.jsonl").exists() {
        sleep(Duration::from_millis(20));
    }
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("run `concertina resume run` to continue"), "{talk}");
    assert!(!place.path("run/model.safetensors").exists());
}

#[test]
fn a_command_that_is_interrupted_says_so_and_leaves_nothing() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    for (out, part) in [("new.npy", ".new.npy.part"), ("new", ".new.part")] {
        let before = place.files();
        let child = place
            .command(&format!("sample run -n 1000000 -o {out}"))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !place.path(part).exists() {
            sleep(Duration::from_millis(5));
        }
        terminate(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "interrupted\n");
        assert!(place.files() == before, "{out}: something was left");
    }
}

#[test]
fn a_run_stopped_while_drawing_has_its_model_and_draws_when_resumed() {
    let place = Place::new();
    let child = place
        .command(&format!("{TINY} --out run"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !place.path("run/model.safetensors").exists() {
        sleep(Duration::from_millis(1));
    }
    terminate(&child);
    let ended = Ended::of(&child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    let told = "the model is complete; run `concertina resume run` to draw them";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(!place.path("run/report.html").exists());

    let model = fs::read(place.path("run/model.safetensors")).unwrap();
    place.succeed("resume run");
    assert!(place.path("run/report.html").exists());
    assert!(fs::read(place.path("run/model.safetensors")).unwrap() == model);
}
