//! Several inputs, what is piped in and out, and how much is said.

use std::io::Write;
use std::process::{Output, Stdio};

use concertina::artifact::PictureFormat;
use concertina::shape::ImageShape;
use fs_err as fs;

use crate::place::{Ended, Place, TINY, terminate};

/// The program with these bytes piped into it.
fn piped(place: &Place, arguments: &str, input: &[u8]) -> Output {
    let mut command = place.command(arguments);
    command.env("TMPDIR", place.path("temporary")).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who refuses at once may not read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn place_with_model() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("temporary")).unwrap();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 5 -o pictures");
    place
}

#[test]
fn several_inputs_are_one() {
    let place = place_with_model();
    place.succeed("encode run pictures -o whole.csv");
    let whole = fs::read_to_string(place.path("whole.csv")).unwrap();
    let codes = |line: &str| line.split_once(',').unwrap().1.to_owned();

    let [a, b] = ["pictures/sample-000003.png", "pictures/sample-000001.png"];
    place.succeed(&format!("encode run {a} {b} -o two.csv"));
    let two = fs::read_to_string(place.path("two.csv")).unwrap();
    let lines: Vec<&str> = two.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("sample-000003.png,"), "{two}");
    for (line, number) in [(1, 3), (2, 1)] {
        assert_eq!(codes(lines[line]), codes(whole.lines().nth(number + 1).unwrap()));
    }

    // Two of one name, a folder, and a set with labels.
    fs::create_dir(place.path("other")).unwrap();
    fs::copy(place.path(a), place.path("other/sample-000003.png")).unwrap();
    place.succeed(&format!("reconstruct run {a} other/sample-000003.png pictures -o out"));
    let mut names: Vec<String> = fs::read_dir(place.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 7, "{names:?}");
    assert!(names.contains(&"other-sample-000003.png".to_owned()), "{names:?}");
    let ended = place.succeed(&format!("score run {a} digits --limit 3"));
    assert!(ended.stdout.contains("images       3"), "{}", ended.stdout);
    place.fail(&format!("encode run {a} nowhere -o x.csv"), 3, &["`nowhere` is neither"]);
    // None of them is overwritten.
    place.fail(&format!("reconstruct run {a} {b} -o {b}"), 2, &["another file than the input"]);
}

#[test]
fn pictures_and_codes_go_through_pipes() {
    let place = place_with_model();
    let picture = fs::read(place.path("pictures/sample-000003.png")).unwrap();
    place.succeed("reconstruct run pictures/sample-000003.png -o file.png");
    let ended = piped(&place, "denoise run - -o -", &picture);
    assert_eq!(ended.status.code(), Some(2), "it is not made for that");
    let ended = piped(&place, "reconstruct run - -o -", &picture);
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(ended.stdout, fs::read(place.path("file.png")).unwrap());

    let codes = piped(&place, "encode run - pictures -o -", &picture);
    let codes = Ended::of(&codes);
    assert_eq!(codes.stdout.lines().count(), 7);
    assert!(codes.stdout.lines().nth(1).unwrap().starts_with("-,"), "{}", codes.stdout);

    let many = piped(&place, "sample run -n 5 -o -", b"");
    place.succeed("sample run -n 5 -o many.npy");
    assert_eq!(many.stdout, fs::read(place.path("many.npy")).unwrap());
    let array = piped(&place, "encode run - -o -", &many.stdout);
    assert_eq!(Ended::of(&array).stdout.lines().count(), 6);

    for (input, words) in [(&b""[..], "found nothing"), (b"no picture", "`-`: not a picture")] {
        let ended = Ended::of(&piped(&place, "encode run - -o -", input));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""));
        assert!(ended.complaint().contains(words), "{}", ended.stderr);
    }
    assert_eq!(fs::read_dir(place.path("temporary")).unwrap().count(), 0, "something was left");
    place.fail("train - --recipe dense-vae", 2, &["expected training data with a name"]);
    place.fail("train digits --out -", 2, &["`--out`: expected a folder, found `-`"]);
    place.fail("evaluate run digits --figures -", 2, &["`--figures`: expected a folder"]);
    assert!(!place.path("-").exists());
}

#[test]
fn what_is_piped_in_is_gone_after_an_interrupt() {
    let place = place_with_model();
    let mut command = place.command("encode run - -o codes.csv");
    command.env("TMPDIR", place.path("temporary")).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let temporary = || fs::read_dir(place.path("temporary")).unwrap().count();
    let started = std::time::Instant::now();
    let is_begun = || {
        let mut entries = fs::read_dir(place.path("temporary")).unwrap();
        entries.any(|entry| entry.unwrap().path().join("stdin").exists())
    };
    while !is_begun() {
        assert!(started.elapsed().as_secs() < 60, "no temporary file was begun");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // `wait` would close the pipe first, and an end of the input races with the signal.
    let open_end = child.stdin.take();
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(open_end);
    assert_eq!(temporary(), 0, "something was left");
}

#[test]
fn pictures_are_written_in_the_format_of_their_name() {
    let place = place_with_model();
    for (name, beginning) in
        [("a.jpg", &b"\xff\xd8\xff"[..]), ("a.JPEG", b"\xff\xd8\xff"), ("a.webp", b"RIFF")]
    {
        for n in [1, 7] {
            place.succeed(&format!("sample run -n {n} -o {name}"));
            assert!(fs::read(place.path(name)).unwrap().starts_with(beginning), "{name}");
        }
    }
    place.fail("sample run -o a.tiff", 2, &[".png, .jpg, .webp or .npy"]);
}

#[test]
fn more_is_said_where_more_is_wanted() {
    let place = Place::new();
    let train = "train digits --recipe dense-vae --set network.hidden=[8] --limit 12 --epochs 40";
    let lines = |flags: &str, out: &str| {
        let ended = place.succeed(&format!("{train} {flags} --out {out}"));
        let epochs = ended.stderr.lines().filter(|line| line.starts_with("epoch ")).count();
        (epochs, ended.stderr.contains("memory: about "))
    };
    assert_eq!(lines("-v", "a"), (40, true));
    assert_eq!(lines("", "b"), (21, false));
    place.fail("recipes -q -v", 2, &["cannot be used with"]);
}

#[test]
fn identical_images_are_told_of() {
    let place = Place::new();
    for number in 0..30_u8 {
        let level = f32::from(number / 10) / 3.0;
        let picture = PictureFormat::Png.encode(ImageShape::new(1, 8, 8), &[level; 64]).unwrap();
        place.write(&format!("pictures/{number}.png"), &picture);
    }
    let train = "train pictures --recipe dense-ae --epochs 1 --set network.hidden=[8]";
    let ended = place.succeed(&format!("{train} --out run"));
    let words = "identical to others of them: 24 of 27";
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
    assert!(ended.stderr.contains("training images too: 3 of 3"), "{}", ended.stderr);
    let ended = place.succeed("score run pictures");
    assert!(ended.stderr.contains("the largest of 3 held-out errors"), "{}", ended.stderr);
}
