//! Why there is no answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use concertina::Error;
use serde::Serialize;

/// Characters of a message.
const LONGEST: usize = 1000;

/// Why there is no answer: a status, and a body with what was expected, found, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    message: String,
    hint: Option<String>,
}

/// The body. Clients of the Open Inference Protocol read the field `error` alone.
#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

impl Problem {
    #[cold]
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let mut message = message.into();
        // It may quote what was sent.
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
            message.push_str(" ..");
        }
        Self { status, message, hint: None }
    }

    /// What was sent cannot be read.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// What was sent can be read, and is not what the model takes.
    pub(crate) fn unfit(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// More than is accepted.
    pub(crate) fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// Not now.
    pub(crate) fn busy(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// A mistake of this program.
    pub(crate) fn ours() -> Self {
        let message = "the server made a mistake, which its log has";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// One word for programs.
    fn kind(&self) -> &'static str {
        match self.status.as_u16() {
            400 => "malformed",
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            406 => "not_acceptable",
            408 => "too_slow",
            413 => "too_large",
            415 => "unsupported_media_type",
            421 => "misdirected",
            422 => "unfit",
            503 => "busy",
            504 => "waited_too_long",
            _ => "internal",
        }
    }
}

/// Valid work does not fail, and what a client sent is in memory: an error of the library is about
/// what was sent.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = if error.is_failed() {
            StatusCode::INTERNAL_SERVER_ERROR
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let hint = error.hint().map(ToString::to_string);
        Self { hint, ..Self::new(status, error.to_string()) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (kind, hint) = (self.kind(), self.hint.as_deref());
        let body = serde_json::to_vec(&Body { error: &self.message, kind, hint })
            .expect("text is valid JSON");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            // What else is being sent is not read.
            StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}
