//! `serve`: its answers are those of the other verbs, byte for byte; how it ends; what it refuses.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use fs_err as fs;
use insta::assert_snapshot;

use crate::place::{Place, TINY, terminate};

/// A `serve` that goes on in the background, and where it listens.
struct Serving {
    child: Child,
    host: String,
}

impl Serving {
    fn start(place: &Place, arguments: &str) -> Self {
        let command = format!("serve {arguments} --port 0");
        let mut child =
            place.command(&command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, host: address.trim().strip_prefix("http://").unwrap().to_owned() }
    }

    /// The status and the body of the answer.
    fn ask(&self, line: &str, headers: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let length = body.len();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n",
            self.host
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = String::from_utf8_lossy(&answer[9..12]).into_owned();
        (status, answer.split_off(head + 4))
    }

    /// Ends it by SIGTERM: what it said to stderr. It ends well.
    fn end(mut self) -> String {
        terminate(&self.child);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        said
    }
}

#[test]
fn answers_are_those_of_the_command_line() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 1 --seed 3 -o one.png");
    let serving = Serving::start(&place, "run again=run photo-2x");
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
    let said = serving.end();
    assert!(said.contains("again: a model of the recipe dense-vae"), "{said}");
    assert!(said.ends_with("ended\n"), "{said}");
}

#[test]
fn a_token_keeps_others_out() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.write("token", b"secret\n");
    let serving = Serving::start(&place, "run --token-file token");
    assert_eq!(serving.ask("POST /v1/sample", "", b"").0, "401");
    assert_eq!(serving.ask("POST /v1/sample", "Authorization: Bearer secret\r\n", b"").0, "200");
    serving.end();
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
