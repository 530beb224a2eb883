//! What is served.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

/// A file in memory.
#[derive(Clone, Debug)]
pub struct File {
    /// Its media type, for instance "text/html; charset=utf-8".
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Files by their paths, without a slash at the beginning.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<String, File>,
    made: Option<Box<Make>>,
}

/// Makes the file of a path, if there is one.
type Make = dyn Fn(&str) -> Option<File> + Send + Sync;

impl Site {
    /// Adds a file. An empty path is the first page.
    pub fn insert(&mut self, path: impl Into<String>, file: File) {
        self.files.insert(path.into(), file);
    }

    /// Files that are made when they are asked for; they come after the others.
    #[must_use]
    pub fn with_made(self, made: impl Fn(&str) -> Option<File> + Send + Sync + 'static) -> Self {
        Self { made: Some(Box::new(made)), ..self }
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<File> {
        let made = || self.made.as_ref().and_then(|made| made(path));
        self.files.get(path).cloned().or_else(made)
    }

    /// The answer to a request for a path.
    pub(crate) fn answer(&self, path: &str) -> Response<Body> {
        match self.file(path) {
            Some(file) => answer(StatusCode::OK, file.media_type, file.bytes),
            None => refusal(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("files", &self.files.keys()).finish_non_exhaustive()
    }
}

/// A plain answer that says why there is no other.
pub(crate) fn refusal(status: StatusCode, why: &str) -> Response<Body> {
    answer(status, "text/plain; charset=utf-8", format!("{why}\n").into_bytes())
}

fn answer(status: StatusCode, media_type: &'static str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
