//! What is refused, and with which status.

use std::io::Write;
use std::net::Shutdown;
use std::time::{Duration, Instant};

use concertina::ImageShape;
use concertina::artifact::PictureFormat;
use concertina_formats::npy::f32_bytes;
use concertina_server::{Limits, Settings};
use serde_json::json;

use crate::client::{Client, ask, ask_json};
use crate::server::Server;

const JSON: &str = "Content-Type: application/json";
const NPY: &str = "Content-Type: application/x-npy";
const PNG: &str = "Content-Type: image/png";

/// A picture of one grey: large sides, few bytes.
fn blank(width: usize, height: usize) -> Vec<u8> {
    let shape = ImageShape::new(1, height, width);
    PictureFormat::Png.encode(shape, &vec![0.5; shape.len()]).unwrap()
}

#[test]
fn every_mistake_has_its_status_and_says_what_was_expected() {
    let limits = Limits { body_bytes: 200_000, images: 4, pixels: 10_000, ..Limits::default() };
    let server = Server::limited(limits, &["dense-vae", "conditional-vae", "photo-2x"]);
    let image = json!([vec![vec![0.5; 28]; 28]]).to_string();
    let many = json!({ "images": vec![vec![vec![0; 28]; 28]; 5] }).to_string();
    let nan = f32_bytes(&[1, 2], &[f32::NAN, 0.0]);
    let cut = &blank(28, 28)[..60];
    let large = vec![b' '; 200_001];
    let animated = b"GIF89a\xff\xff\xff\xff\x00\x00\x00".to_vec();
    let dense = "model=dense-vae";
    for (line, headers, body, status, told) in [
        ("POST /v1/encode?model=dense-vae", &[JSON][..], b"{" as &[u8], 400, "EOF"),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"\xff\xfe", 400, "the body"),
        ("POST /v1/encode?model=dense-vae", &[NPY], b"\x93NUMPY", 400, "npy"),
        (
            "POST /v1/encode?model=dense-vae",
            &["Content-Type: multipart/form-data; boundary=x"],
            b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nabc",
            400,
            "the form",
        ),
        (
            "POST /v1/encode?model=dense-vae",
            &["Content-Type: multipart/form-data"],
            b"a",
            400,
            "the form",
        ),
        ("POST /v1/encode?modle=dense-vae", &[JSON], b"{}", 400, "unknown field `modle`"),
        ("POST /v1/encode", &[JSON], b"{}", 422, "expected the name of a model"),
        ("POST /v1/sample?model=dense-vae&n=x", &[], b"", 400, "the address"),
        ("POST /v1/sample?model=dense-vae", &[JSON], b"{\"model\": \"dense-vae\"}", 422, "in both"),
        ("GET /nothing", &[], b"", 404, "nothing at this address"),
        ("POST /v1/encode?model=other", &[JSON], b"{}", 404, "no model is called `other`"),
        ("GET /v1/models/other", &[], b"", 404, "no model is called `other`"),
        ("GET /v1/encode", &[], b"", 405, "another method"),
        ("DELETE /v1/models", &[], b"", 405, "another method"),
        ("POST /v1/sample?model=dense-vae", &["Accept: text/html"], b"", 406, "Accept"),
        ("POST /v1/sample?model=dense-vae&n=2", &["Accept: image/png"], b"", 406, "one image"),
        ("POST /v1/encode?model=dense-vae", &[JSON], &large, 413, "at most 200000 bytes"),
        ("POST /v1/encode?model=dense-vae", &[JSON], many.as_bytes(), 413, "at most 4 images"),
        ("POST /v1/sample?model=dense-vae&n=5", &[], b"", 413, "at most 4 samples"),
        ("POST /v1/sample?model=dense-vae&n=99999999999", &[], b"", 413, "at most 4 samples"),
        ("POST /v1/encode?model=dense-vae", &[PNG], &blank(101, 100), 413, "at most 10000 pixels"),
        ("POST /v1/upscale?model=photo-2x", &[PNG], &blank(101, 100), 413, "at most 10000 pixels"),
        ("POST /v1/upscale?model=photo-2x", &[PNG], &blank(80, 80), 413, "becomes 25600"),
        ("POST /v1/encode?model=dense-vae", &["Content-Type: text/plain"], b"x", 415, "text/plain"),
        ("POST /v1/encode?model=dense-vae", &[], b"x", 415, "found none"),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"{}", 422, "expected images, found none"),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"[1]", 422, "the body"),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"{\"imags\": []}", 422, "unknown field"),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"{\"images\": []}", 422, "shape"),
        (
            "POST /v1/encode?model=dense-vae",
            &[JSON],
            b"{\"images\": [[[1]]]}",
            422,
            "[N, 1, 28, 28]",
        ),
        (
            "POST /v1/encode?model=dense-vae",
            &[JSON],
            b"{\"images\": [[1], [1, 2]]}",
            422,
            "one shape",
        ),
        ("POST /v1/encode?model=dense-vae", &[JSON], b"{\"images\": [\"?\"]}", 422, "base64"),
        (
            "POST /v1/encode?model=dense-vae",
            &[JSON],
            b"{\"images\": [\"aGVsbG8=\"]}",
            422,
            "picture",
        ),
        ("POST /v1/encode?model=dense-vae&n=3", &[JSON], b"{}", 422, "`n` is not for"),
        ("POST /v1/encode?model=dense-vae", &[PNG], b"hello", 422, "not a picture"),
        ("POST /v1/encode?model=dense-vae", &[PNG], b"", 422, "found none"),
        ("POST /v1/encode?model=dense-vae", &[PNG], cut, 422, "cut short"),
        ("POST /v1/encode?model=dense-vae", &[PNG], &animated, 422, "picture"),
        (
            "POST /v1/encode?model=dense-vae",
            &[NPY],
            &f32_bytes(&[1, 28, 28], &[2.0; 784]),
            422,
            "0 to 1",
        ),
        ("POST /v1/decode?model=dense-vae", &[NPY], &nan, 422, "finite numbers, found NaN"),
        ("POST /v1/decode?model=dense-vae", &[JSON], b"{\"codes\": [[1e99, 0]]}", 422, "finite"),
        ("POST /v1/decode?model=dense-vae", &[JSON], b"{\"codes\": [[1, 2, 3]]}", 422, "2 latent"),
        ("POST /v1/decode?model=dense-vae", &[JSON], b"{\"codes\": []}", 422, "codes"),
        ("POST /v1/decode?model=dense-vae", &[PNG], b"x", 422, "expected codes"),
        ("POST /v1/sample?model=dense-vae&n=0", &[], b"", 422, "at least 1"),
        ("POST /v1/sample?model=photo-2x", &[], b"", 422, "nothing to sample"),
        (
            "POST /v1/interpolate?model=dense-vae",
            &[JSON],
            b"{\"codes\": [[1, 2]]}",
            422,
            "two or four",
        ),
        ("POST /v1/score?model=dense-vae&quantile=2", &[PNG], b"x", 422, "quantile"),
        ("POST /v1/denoise?model=photo-2x", &[PNG], &blank(9, 9), 422, "downscale"),
        ("POST /v1/inspect?model=photo-2x", &[PNG], &blank(9, 9), 422, "good pictures"),
        (
            "POST /v1/decode?model=conditional-vae",
            &[JSON],
            b"{\"codes\": [[0, 0, 0, 0]]}",
            422,
            "label",
        ),
        ("POST /v1/sample?model=conditional-vae&label=x", &[], b"", 422, "found `x`"),
    ] {
        let answer = ask(server.port, line, headers, body);
        let said = answer.text();
        assert_eq!(answer.status, status, "{line}: {said}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(told), "{line}: expected `{told}`, found `{error}`");
        if status == 405 {
            assert!(answer.header("allow").is_some(), "{line}");
        }
    }
    // After all that it answers as before.
    let body = format!("{{\"images\": {image}}}");
    let answer = ask_json(server.port, &format!("/v1/encode?{dense}"), &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn strangers_and_pages_of_others_are_refused() {
    let settings = Settings {
        token: Some("secret".to_owned()),
        origin: Some("https://example.org".to_owned()),
        ..Settings::default()
    };
    let server = Server::start(&settings, &["dense-vae"]);
    let port = server.port;
    let own = format!("Origin: http://127.0.0.1:{port}");
    let right = "Authorization: Bearer secret";
    for (line, headers, status) in [
        ("POST /v1/sample", &[][..], 401),
        ("POST /v1/sample", &["Authorization: Bearer secre"], 401),
        ("POST /v1/sample", &["Authorization: Bearer secret2"], 401),
        ("POST /v1/sample", &["Authorization: Basic secret"], 401),
        ("GET /v1/models", &[], 401),
        ("GET /nothing", &[], 401),
        ("POST /v1/sample", &[right], 200),
        ("POST /v1/sample", &["authorization: bearer secret"], 200),
        ("POST /v1/sample", &[right, "Host: evil.example"], 421),
        ("POST /v1/sample", &[right, "Origin: https://evil.example"], 403),
        ("POST /v1/sample", &[right, "Origin: null"], 403),
        ("POST /v1/sample", &[right, &own], 200),
        ("POST /v1/sample", &[right, "Origin: https://example.org"], 200),
        ("OPTIONS /v1/sample", &["Origin: https://example.org"], 204),
        ("GET /health", &["Host: anything"], 200),
        ("GET /ready", &[], 200),
        ("GET /metrics", &[], 200),
    ] {
        let answer = ask(port, line, headers, b"");
        assert_eq!(answer.status, status, "{line} {headers:?}: {}", answer.text());
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
        let is_allowed = headers.contains(&"Origin: https://example.org");
        assert_eq!(answer.header("access-control-allow-origin").is_some(), is_allowed);
    }
}

#[test]
fn who_sends_slowly_or_half_is_told_so() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let head = |length: usize| {
        format!(
            "POST /v1/encode HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{NPY}\r\n\
             Content-Length: {length}\r\n\r\n",
            server.port
        )
    };
    let begun = Instant::now();
    std::thread::scope(|scope| {
        // A body that does not come.
        scope.spawn(|| {
            let mut client = Client::new(server.port).unwrap();
            client.stream().write_all(head(100_000).as_bytes()).unwrap();
            let answer = client.answer().unwrap();
            assert_eq!((answer.status, answer.header("connection")), (408, Some("close")));
        });
        // A body of a byte in a while.
        scope.spawn(|| {
            let mut client = Client::new(server.port).unwrap();
            client.stream().write_all(head(100_000).as_bytes()).unwrap();
            let mut dripping = client.stream().try_clone().unwrap();
            let drips = scope.spawn(move || {
                while dripping.write_all(b"x").is_ok() && begun.elapsed().as_secs() < 30 {
                    std::thread::sleep(Duration::from_millis(300));
                }
            });
            assert_eq!(client.answer().unwrap().status, 408);
            client.stream().shutdown(Shutdown::Both).unwrap();
            drips.join().unwrap();
        });
        // Who closes half of the connection is taken for one who has gone: nothing is computed for
        // him, or he is answered if that was quicker.
        scope.spawn(|| {
            let mut client = Client::new(server.port).unwrap();
            let body = f32_bytes(&[1, 28, 28], &[0.5; 784]);
            client.stream().write_all(head(body.len()).as_bytes()).unwrap();
            client.stream().write_all(&body).unwrap();
            client.stream().shutdown(Shutdown::Write).unwrap();
            assert!(client.answer().map_or(200, |answer| answer.status) == 200);
        });
        // Who has not, gets no more than an error.
        scope.spawn(|| {
            let mut client = Client::new(server.port).unwrap();
            client.stream().write_all(head(100_000).as_bytes()).unwrap();
            client.stream().write_all(b"half").unwrap();
            client.stream().shutdown(Shutdown::Write).unwrap();
            assert!(client.answer().map_or(400, |answer| answer.status) >= 400);
        });
        // Large headers.
        scope.spawn(|| {
            let long = format!("A: {}", "x".repeat(40_000));
            let answer = Client::new(server.port).unwrap().ask("GET /health", &[&long], b"");
            assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 431));
            let many: Vec<String> = (0..80).map(|n| format!("A{n}: x")).collect();
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            let answer = Client::new(server.port).unwrap().ask("GET /health", &many, b"");
            assert_eq!(answer.unwrap().status, 431);
        });
    });
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    assert_eq!(ask(server.port, "GET /health", &[], b"").status, 200);
}

/// A hundred million pixels take a few kilobytes to send, and none of them is looked at.
#[test]
fn bombs_are_not_unpacked() {
    let server = Server::limited(Limits::default(), &["dense-vae", "photo-2x"]);
    let bomb = {
        let bytes = vec![0; 10_000 * 10_000];
        let mut png = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        let grey = image::ExtendedColorType::L8;
        image::ImageEncoder::write_image(encoder, &bytes, 10_000, 10_000, grey).unwrap();
        png
    };
    let begun = Instant::now();
    for line in ["POST /v1/encode?model=dense-vae", "POST /v1/upscale?model=photo-2x"] {
        let answer = ask(server.port, line, &[PNG], &bomb);
        assert_eq!(answer.status, 413, "{}", answer.text());
    }
    let huge = b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, \
                 'shape': (99999999999, 28, 28), }";
    let answer = ask(server.port, "POST /v1/encode?model=dense-vae", &[NPY], huge);
    assert_eq!(answer.status, 400, "{}", answer.text());
    let deep = [vec![b'['; 50_000], vec![b']'; 50_000]].concat();
    let body = [b"{\"images\": ".as_slice(), &deep, b"}"].concat();
    let answer = ask(server.port, "POST /v1/encode?model=dense-vae", &[JSON], &body);
    assert!([400, 422].contains(&answer.status), "{}", answer.text());
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn who_comes_too_much_is_told_to_come_again() {
    let limits = Limits { waiting: 1, wait: Duration::from_millis(100), ..Limits::default() };
    let server = Server::limited(limits, &["photo-4x"]);
    let picture = blank(400, 400);
    let upscale = || ask(server.port, "POST /v1/upscale", &[PNG], &picture);
    let mut statuses = std::thread::scope(|scope| {
        // One is worked on, one waits in vain, and the rest may not even wait.
        let asked: Vec<_> = (0..8)
            .map(|_| {
                std::thread::sleep(Duration::from_millis(10));
                scope.spawn(upscale)
            })
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect::<Vec<_>>()
    });
    statuses.sort_by_key(|answer| answer.status);
    let found: Vec<u16> = statuses.iter().map(|answer| answer.status).collect();
    assert_eq!((found[0], found[1], found[7]), (200, 503, 504), "{found:?}");
    let refused = statuses.iter().find(|answer| answer.status == 503).unwrap();
    assert_eq!(refused.header("retry-after"), Some("1"));
    let waiting = Limits { memory_bytes: 4096, ..Limits::default() };
    let small = Server::limited(waiting, &["dense-vae"]);
    let answer = ask(small.port, "POST /v1/sample?n=9", &[], b"");
    assert_eq!(answer.status, 413, "{}", answer.text());
}
