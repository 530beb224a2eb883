//! A client of our own: it reads every byte, and says exactly what it is told to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON, not {}", self.text()))
    }

    /// The numbers of a `.npy`, and its shape.
    pub(crate) fn array(&self) -> (Vec<usize>, Vec<f32>) {
        let array = concertina_formats::npy::parse(&self.body).unwrap();
        (array.shape, array.values.iter_f64().map(|value| value as f32).collect())
    }
}

/// A connection that is kept.
pub(crate) struct Client {
    port: u16,
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn new(port: u16) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_mins(2)))?;
        stream.set_nodelay(true)?;
        Ok(Self { port, stream: BufReader::new(stream) })
    }

    /// Asks, and reads the answer. `headers` are whole lines, without their ends.
    pub(crate) fn ask(
        &mut self,
        line: &str,
        headers: &[&str],
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut head = format!("{line} HTTP/1.1\r\n");
        if !headers.iter().any(|header| header.to_lowercase().starts_with("host:")) {
            head += &format!("Host: 127.0.0.1:{}\r\n", self.port);
        }
        for header in headers {
            head += &format!("{header}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        self.answer()
    }

    pub(crate) fn answer(&mut self) -> std::io::Result<Answer> {
        let mut line = String::new();
        let bad = || std::io::Error::other("no answer of HTTP");
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let status = line.get(9..12).and_then(|code| code.parse().ok()).ok_or_else(bad)?;
        let mut headers = Vec::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        answer.body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }
}

/// Asks once.
pub(crate) fn ask(port: u16, line: &str, headers: &[&str], body: &[u8]) -> Answer {
    Client::new(port).unwrap().ask(line, headers, body).unwrap()
}

/// Asks with a body of JSON.
pub(crate) fn ask_json(port: u16, path: &str, body: &str) -> Answer {
    ask(port, &format!("POST {path}"), &["Content-Type: application/json"], body.as_bytes())
}
