//! `serve`: its answers are those of the other verbs, byte for byte; how it ends; what it refuses.

use fs_err as fs;
use insta::assert_snapshot;

use crate::listening::Listening;
use crate::place::{Place, TINY};

fn start(place: &Place, arguments: &str) -> Listening {
    Listening::start(place, &format!("serve {arguments} --port 0"))
}

#[test]
fn answers_are_those_of_the_command_line() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 1 --seed 3 -o one.png");
    let serving = start(&place, "run again=run photo-2x");
    let read = |name: &str| fs::read(place.path(name)).unwrap();
    let picture = read("one.png");
    let png = "Content-Type: image/png\r\n";
    for (command, line, headers, name) in [
        (
            "sample run -n 1 --seed 3",
            "sample?model=dense-vae&seed=3",
            "Accept: image/png\r\n",
            "s.png",
        ),
        ("encode run one.png", "encode?model=again", "Accept: application/x-npy\r\n", "e.npy"),
        (
            "reconstruct run one.png",
            "reconstruct?model=dense-vae",
            "Accept: image/png\r\n",
            "r.png",
        ),
        ("upscale one.png", "upscale?model=photo-2x", "", "u.png"),
        ("upscale one.png", "upscale?model=photo-2x", "Accept: image/webp\r\n", "u.webp"),
    ] {
        place.succeed(&format!("{command} -o {name}"));
        let (body, headers) = match name {
            "s.png" => (&[][..], headers.to_owned()),
            _ => (picture.as_slice(), format!("{png}{headers}")),
        };
        let (status, answer) = serving.ask(&format!("POST /v1/{line}"), &headers, body);
        assert_eq!(status, "200", "{line}: {}", String::from_utf8_lossy(&answer));
        assert!(answer == read(name), "{line}");
    }
    let (code, said) = serving.end();
    assert_eq!(code, Some(0));
    assert!(said.contains("again: a model of the recipe dense-vae"), "{said}");
    assert!(said.ends_with("ended\n"), "{said}");
}

#[test]
fn a_token_keeps_others_out() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.write("token", b"secret\n");
    let serving = start(&place, "run --token-file token");
    assert_eq!(serving.ask("POST /v1/sample", "", b"").0, "401");
    assert_eq!(serving.ask("POST /v1/sample", "Authorization: Bearer secret\r\n", b"").0, "200");
    assert_eq!(serving.end().0, Some(0));
}

#[test]
fn what_cannot_be_served_is_refused() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.write("empty", b"\n");
    place.write("good/a.txt", b"no picture");
    assert_snapshot!(place.refusals(&[
        ("serve", 2),
        ("serve nothing --port 0", 3),
        ("serve run run --port 0", 2),
        ("serve a/b=run --port 0", 2),
        ("serve run --port 0 --token-file empty", 3),
        ("serve run --port 0 --token-file nothing", 3),
        ("serve run --port 0 --good good", 2),
        ("serve run --port 0 --max-images 0", 2),
        ("serve run --host example.org", 2),
    ]));
}
