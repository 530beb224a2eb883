//! Many at the same time: every answer is right, and none is lost when the server ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concertina::data::FloatImages;
use concertina::model::Model;
use concertina::rng::{Purpose, Seed, Stream};
use concertina_formats::npy::f32_bytes;
use concertina_server::Limits;

use crate::client::Client;
use crate::server::{Server, model};

const CLIENTS: usize = 64;

/// For how long: a moment, or as long as a load test is run.
fn time() -> Duration {
    let is_slow = std::env::var_os("CONCERTINA_SLOW_TESTS").is_some();
    Duration::from_secs(if is_slow { 60 } else { 2 })
}

/// A question, and the bytes of its only right answer.
struct Question {
    line: String,
    body: Vec<u8>,
    expected: Vec<u8>,
}

/// Different numbers of different images, by all verbs that are computed together.
fn questions(model: &Model) -> Vec<Question> {
    let shape = model.architecture.target;
    let size = model.architecture.latent_dim;
    let mut questions = Vec::new();
    for n in 1..=12 {
        let mut values = vec![0.0; n * shape.len()];
        Stream::new(Seed(1), Purpose::Figure, [n as u32, 0, 0]).fill_normal(&mut values);
        for value in &mut values {
            *value = value.abs().min(1.0);
        }
        let images = FloatImages::new(shape, values);
        let body = f32_bytes(&[n, shape.height, shape.width], images.values());
        let codes = model.encode(&images).unwrap();
        let pixels = [n, shape.channels, shape.height, shape.width];
        let decoded = f32_bytes(&pixels, model.decode(&codes).unwrap().values());
        let reconstructed = f32_bytes(&pixels, model.reconstruct(&images).unwrap().values());
        let sampled = f32_bytes(&pixels, model.sample(n, Seed(n as u64)).unwrap().values());
        let codes = f32_bytes(&[n, size], codes.values());
        for (verb, body, expected) in [
            ("encode", body.clone(), codes.clone()),
            ("decode", codes, decoded),
            ("reconstruct", body, reconstructed),
            (&format!("sample?n={n}&seed={n}"), Vec::new(), sampled),
        ] {
            questions.push(Question { line: format!("POST /v1/{verb}"), body, expected });
        }
    }
    questions
}

const HEADERS: [&str; 2] = ["Content-Type: application/x-npy", "Accept: application/x-npy"];

#[test]
#[expect(clippy::print_stderr, reason = "how many there were is the result of a load test")]
fn every_answer_among_many_is_right() {
    let model = model("dense-vae");
    let questions = questions(&model);
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let (asked, until) = (AtomicUsize::new(0), Instant::now() + time());
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (asked, questions, server) = (&asked, &questions, &server);
            scope.spawn(move || {
                let mut client = Client::new(server.port).unwrap();
                for question in questions.iter().cycle().skip(number * 7) {
                    if Instant::now() > until {
                        break;
                    }
                    let answer = client.ask(&question.line, &HEADERS, &question.body).unwrap();
                    assert_eq!(answer.status, 200, "{}: {}", question.line, answer.text());
                    assert!(answer.body == question.expected, "{}", question.line);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let asked = asked.into_inner();
    assert!(asked > CLIENTS, "{asked}");
    eprintln!("{asked} answers, all of them right, in {:?}", time());
    assert_eq!(server.ended().cut, 0);
}

#[test]
fn whoever_was_accepted_is_answered_when_the_server_ends() {
    let model = model("dense-vae");
    let questions = questions(&model);
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let (right, turned_away) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (right, turned_away, questions, port) =
                (&right, &turned_away, &questions, server.port);
            scope.spawn(move || {
                let mut client = Client::new(port).ok();
                for question in questions.iter().cycle().skip(number * 5) {
                    let Some(open) = &mut client else { return };
                    // A connection that was accepted gets an answer to everything that it asks.
                    let answer = open.ask(&question.line, &HEADERS, &question.body);
                    let answer = answer.unwrap_or_else(|error| panic!("lost: {error}"));
                    if answer.status == 200 {
                        assert!(answer.body == question.expected, "{}", question.line);
                        right.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.status, 503, "{}", answer.text());
                        turned_away.fetch_add(1, Ordering::Relaxed);
                    }
                    if answer.header("connection") == Some("close") {
                        // From now on there is nobody to connect to, or he ends soon.
                        client = None;
                    }
                }
            });
        }
        std::thread::sleep(Duration::from_millis(700));
        server.stop();
    });
    assert_eq!(server.ended().cut, 0);
    let (right, turned_away) = (right.into_inner(), turned_away.into_inner());
    assert!(right > CLIENTS, "{right} right, {turned_away} turned away");
    assert_eq!(turned_away, 0);
}

/// Clients that connect again whenever they are told to go do not keep the server from ending.
#[test]
fn who_comes_again_does_not_keep_the_server_from_ending() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let port = server.port;
    let (began, ended) = (Instant::now(), std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !ended.load(Ordering::SeqCst) {
                    let client = Client::new(port);
                    let _answer = client.and_then(|mut client| client.ask("GET /health", &[], b""));
                }
            });
        }
        std::thread::sleep(Duration::from_millis(300));
        let told = server.ended();
        ended.store(true, Ordering::SeqCst);
        assert_eq!(told.cut, 0);
    });
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// Whoever is tired of waiting leaves the queue, and others may wait in his place.
#[test]
fn who_has_gone_takes_no_place() {
    let limits = Limits { waiting: 2, ..Limits::default() };
    let server = Server::limited(limits, &["photo-4x"]);
    let shape = concertina::ImageShape::new(1, 500, 500);
    let picture =
        concertina::artifact::PictureFormat::Png.encode(shape, &vec![0.5; shape.len()]).unwrap();
    let head = format!(
        "POST /v1/upscale HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: image/png\r\n\
         Content-Length: {}\r\n\r\n",
        server.port,
        picture.len()
    );
    let begin = || {
        use std::io::Write;
        let mut client = Client::new(server.port).unwrap();
        client.stream().write_all(head.as_bytes()).unwrap();
        client.stream().write_all(&picture).unwrap();
        client
    };
    // One is worked on; others come, wait, and go.
    let mut first = begin();
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(100));
        drop(begin());
    }
    std::thread::sleep(Duration::from_millis(100));
    let mut last = begin();
    assert_eq!(first.answer().unwrap().status, 200);
    assert_eq!(last.answer().unwrap().status, 200);
}
