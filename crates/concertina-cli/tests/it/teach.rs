//! The command `lesson`: where it writes, what it refuses, how it is stopped, and the page that a
//! quick one leaves.
#![expect(clippy::print_stderr, reason = "a skipped test should be seen")]

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use fs_err as fs;
use insta::assert_snapshot;

use crate::place::{Place, terminate};

#[test]
fn a_folder_of_something_else_is_refused_and_kept() {
    let place = Place::new();
    place.write("taken/letter.txt", b"dear");
    place.write("file", b"mine");
    place.write("full/lesson.toml", b"format = 1\ndata = \"digits\"\neffort = \"full\"\n");
    place.write("old/lesson.toml", b"format = 0\ndata = \"digits\"\neffort = \"quick\"\n");
    place.write("broken/lesson.toml", b"effort = \n");
    place.write("paced/lesson.toml", b"format = 1\ndata = \"digits\"\npace = \"quick\"\n");
    place.write("few.npy", &npy_of_bytes(12));
    let before = place.files();
    let told = place.refusals(&[
        ("lesson --data digits --quick --out taken", 3),
        ("lesson --data digits --quick --out file", 3),
        ("lesson --data digits --quick --out full", 2),
        ("lesson --data digits --quick --out old", 3),
        ("lesson --data digits --quick --out paced", 3),
        ("lesson --data digits --quick --out broken", 3),
        ("lesson --data nowhere --out new", 3),
        ("lesson --data few.npy --out new", 3),
        ("lesson --threads 0", 2),
    ]);
    assert_snapshot!("bad-lessons", told);
    assert_eq!(place.files(), before);
    assert!(!place.path("new").exists());
}

#[test]
fn ctrl_c_stops_a_lesson_and_the_same_command_goes_on() {
    let place = Place::new();
    let stopped_when_begun = || {
        let mut child = place
            .command("lesson --quick")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Before its first model the program has nothing to save, and a signal ends it at once.
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut talk = String::new();
        while !talk.contains("model 1/") {
            talk += &lines.next().expect("it goes on until it is stopped").unwrap();
            talk.push('\n');
        }
        // So that it has trained a little.
        sleep(Duration::from_secs(1));
        terminate(&child);
        for line in lines {
            talk += &line.unwrap();
        }
        assert_eq!(child.wait().unwrap().code(), Some(130), "{talk}");
        talk
    };
    let talk = stopped_when_begun();
    assert!(talk.contains("the quick lesson on digits: 15,000 training images"), "{talk}");
    assert!(talk.contains("model 1/") && talk.contains("run the same command"), "{talk}");
    // The page of the first section is there already; nothing was trained for it.
    let page = fs::read_to_string(place.path("runs/lesson-digits-quick/lesson.html")).unwrap();
    assert!(page.contains("Still to come"));
    let talk = stopped_when_begun();
    assert!(talk.contains("resuming at step"), "{talk}");
}

#[test]
fn a_quick_lesson_leaves_a_page_with_every_section() {
    if std::env::var_os("CONCERTINA_SLOW_TESTS").is_none() {
        eprintln!("skipped: takes minutes; set CONCERTINA_SLOW_TESTS=1");
        return;
    }
    let place = Place::new();
    let ended = place.succeed("lesson --data digits --quick --out lesson");
    assert_eq!(ended.stdout, "lesson/lesson.html\n");
    let page = fs::read_to_string(place.path("lesson/lesson.html")).unwrap();
    for number in 1..=14 {
        assert!(page.contains(&format!("<section id=\"part-{number}\">")), "{number}");
    }
    assert!(!page.contains("Still to come") && !page.contains(">NaN"));
    assert!(!page.contains("src=\"http") && !page.contains("<script"));
    // The second time everything is there, and the page is the same.
    let again = place.succeed("lesson --data digits --quick --out lesson");
    assert!(again.stderr.contains("conv-ae: already trained"), "{}", again.stderr);
    assert!(fs::read_to_string(place.path("lesson/lesson.html")).unwrap() == page);
}

/// `n` images of 28x28 as an .npy file.
fn npy_of_bytes(n: usize) -> Vec<u8> {
    let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({n}, 28, 28), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend((0..n * 28 * 28).map(|i| (i % 251) as u8));
    bytes
}
