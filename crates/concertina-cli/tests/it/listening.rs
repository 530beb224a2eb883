//! The program in the background, listening at an address that it told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::place::{Place, terminate};

pub(crate) struct Listening {
    child: Child,
    /// Without `http://`: host, port, and a path if there is one.
    address: String,
}

impl Listening {
    pub(crate) fn start(place: &Place, command: &str) -> Self {
        let mut child =
            place.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().strip_prefix("http://").unwrap().to_owned() }
    }

    /// The path of its first page.
    pub(crate) fn path(&self) -> &str {
        &self.address[self.host().len()..]
    }

    /// Asks: the status and the body of the answer. `headers` are whole lines with their ends.
    pub(crate) fn ask(&self, line: &str, headers: &str, body: &[u8]) -> (String, Vec<u8>) {
        let (host, length) = (self.host(), body.len());
        let mut stream = TcpStream::connect(host).unwrap();
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = String::from_utf8_lossy(&answer[9..12]).into_owned();
        (status, answer.split_off(head + 4))
    }

    /// Ends it by SIGTERM: its exit code, and what it said to stderr.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        terminate(&self.child);
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }

    fn host(&self) -> &str {
        self.address.split('/').next().unwrap_or_default()
    }
}
