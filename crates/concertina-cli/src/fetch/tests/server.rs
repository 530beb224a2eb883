//! A web server of a page, so that the tests need no network.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Serves replies in order, the last one for ever, and remembers what was asked.
pub(super) struct Server {
    port: u16,
    ranges: Arc<Mutex<Vec<Option<String>>>>,
}

/// What is sent before the connection is closed.
#[derive(Clone)]
pub(super) struct Reply(Vec<u8>);

impl Reply {
    /// The whole file.
    pub(super) fn whole(body: &[u8]) -> Self {
        Self::new("200 OK", &format!("Content-Length: {}\r\n", body.len()), body)
    }

    /// The file from byte `start` on.
    pub(super) fn rest(body: &[u8], start: usize) -> Self {
        let (rest, all) = (&body[start..], body.len());
        let range = format!("Content-Range: bytes {start}-{}/{all}\r\n", all - 1);
        let headers = format!("{range}Content-Length: {}\r\n", rest.len());
        Self::new("206 Partial Content", &headers, rest)
    }

    /// The whole file without saying how long it is.
    pub(super) fn unmeasured(body: &[u8]) -> Self {
        Self::new("200 OK", "", body)
    }

    /// An answer without a file.
    pub(super) fn status(status: &str) -> Self {
        Self::new(status, "Content-Length: 0\r\n", b"")
    }

    /// This reply without its last `count` bytes: a connection that breaks.
    pub(super) fn cut(mut self, count: usize) -> Self {
        self.0.truncate(self.0.len() - count);
        self
    }

    fn new(status: &str, headers: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");
        Self([head.as_bytes(), body].concat())
    }
}

impl Server {
    pub(super) fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let (seen, mut replies) = (Arc::clone(&ranges), replies.to_vec());
        // The thread ends with the test process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let reply = if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() };
                answer(stream.unwrap(), &reply, &seen);
            }
        });
        Self { port, ranges }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/file.gz", self.port)
    }

    /// The `Range` header of each request so far.
    pub(super) fn ranges(&self) -> Vec<Option<String>> {
        self.ranges.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, reply: &Reply, seen: &Mutex<Vec<Option<String>>>) {
    let head: Vec<String> = BufReader::new(&stream)
        .lines()
        .map(|line| line.unwrap().to_ascii_lowercase())
        .take_while(|line| !line.is_empty())
        .collect();
    let range = head.iter().find_map(|line| line.strip_prefix("range: "));
    seen.lock().unwrap().push(range.map(str::to_owned));
    // The client may have heard enough before the end.
    let _ = stream.write_all(&reply.0);
}
