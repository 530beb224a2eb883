//! The server attacked: strangers, slow senders, crowds, and what is no request.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use concertina_server::{Bound, File, Site};

/// A server in the background, its port and the path to its first page.
fn started() -> (u16, String) {
    let bound = Bound::new(0).unwrap();
    let address = bound.address();
    let (host, path) = address.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let port = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let mut site = Site::default();
    let page = File { media_type: "text/html; charset=utf-8", bytes: b"<p>hello".to_vec() };
    site.insert("", page);
    site.insert("data/x", File { media_type: "application/octet-stream", bytes: vec![7; 100_000] });
    let site = site.with_made(|path| {
        let number = path.strip_prefix("made/")?.parse::<u8>().ok()?;
        Some(File { media_type: "text/plain", bytes: vec![number] })
    });
    let path = format!("/{path}");
    std::thread::spawn(move || bound.serve(site));
    (port, path)
}

/// All that comes back for some bytes.
fn said(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let _sent = stream.write_all(request);
    let mut answer = Vec::new();
    let _read = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(port: u16, path: &str) -> String {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    said(port, request.as_bytes())
}

fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}

#[test]
fn files_are_served_under_the_token_alone() {
    let (port, path) = started();
    let page = get(port, &path);
    assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("<p>hello"), "{page}");
    assert!(page.contains("nosniff") && page.contains("text/html"), "{page}");
    assert_eq!(get(port, &format!("{path}data/x")).matches('\u{7}').count(), 100_000);
    assert!(get(port, &format!("{path}made/65")).ends_with("\r\n\r\nA"));
    for other in ["made/256", "data", "data/", "../data/x", "data/../../etc/passwd", "%2e%2e/x"] {
        assert_eq!(status(&get(port, &format!("{path}{other}"))), "404", "{other}");
    }
    assert_eq!(status(&get(port, "/")), "404");
    assert_eq!(status(&get(port, "/data/x")), "403");
}

#[test]
fn what_is_no_request_gets_a_status_or_nothing() {
    let (port, path) = started();
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    let long = "x".repeat(1 << 20);
    for (request, expected) in [
        (format!("GET {path} HTTP/1.1\r\n\r\n"), "421"),
        (format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421"),
        (format!("GET {path} HTTP/1.1\r\n{host}Origin: http://evil.example\r\n\r\n"), "403"),
        (format!("POST {path} HTTP/1.1\r\n{host}Content-Length: 99999999999\r\n\r\n"), "405"),
        (format!("DELETE {path} HTTP/1.1\r\n{host}\r\n"), "405"),
        (format!("GET /{long} HTTP/1.1\r\n{host}\r\n"), "431"),
        (format!("GET {path} HTTP/1.1\r\n{host}A: {long}\r\n\r\n"), "431"),
        ("hello\r\n\r\n".to_owned(), "400"),
        ("\0\x01\x02\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = said(port, request.as_bytes());
        let line = &request[..request.len().min(60)];
        // Where much is sent that nobody reads, the system may throw the answer away.
        assert!(
            status(&answer) == expected || (answer.is_empty() && request.len() > 1000),
            "{line}: {answer}"
        );
    }
    assert_eq!(status(&get(port, &path)), "200");
}

#[test]
fn crowds_and_slow_senders_do_not_keep_others_out() {
    let (port, path) = started();
    let begun = Instant::now();
    let mut crowd: Vec<TcpStream> =
        (0..500).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    for stream in &mut crowd {
        let _sent = stream.write_all(b"GET / HT");
    }
    // Places are taken until those who hold them have had their time.
    assert!(["200", "503"].contains(&status(&get(port, &path))));
    let free = loop {
        if status(&get(port, &path)) == "200" {
            break begun.elapsed();
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(200));
    };
    assert!(free < Duration::from_secs(20), "{free:?}");
    let mut ended = 0;
    for stream in &mut crowd {
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        let mut answer = Vec::new();
        if stream.read_to_end(&mut answer).is_ok() || !answer.is_empty() {
            ended += 1;
        }
    }
    assert!(ended > 300, "{ended} of 500 were told to go");
}
