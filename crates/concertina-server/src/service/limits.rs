//! What a request may take, and all of them together.

use std::time::Duration;

/// What a request may take, and all of them together.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Pixels of a picture, before it is made to fit a model.
    pub pixels: usize,
    /// Images, windows or codes of a request; at most this many are computed together.
    pub images: usize,
    /// Requests that wait for a model.
    pub waiting: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Bytes that the requests being answered may take together, about; weights come on top.
    pub memory_bytes: usize,
    /// How long a request may wait until work on it begins.
    pub wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 32 << 20,
            pixels: 25_000_000,
            images: 512,
            waiting: 512,
            connections: 1024,
            memory_bytes: 1 << 30,
            wait: Duration::from_secs(30),
        }
    }
}
