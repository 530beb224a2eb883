//! A request's body as it was sent: JSON, pictures, a form, an array.

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use concertina_formats::npy::Encoded;
use tokio::runtime::Handle;

use super::document::{Document, Fields, Images, is_json};
use super::nested::Nested;
use super::problem::Problem;

/// Work on more bytes, pixels or numbers is done where it holds up nobody else. For fewer, the
/// change of threads would take longer than the work.
const LARGE: usize = 1 << 16;

/// Files in a form, whatever a server allows besides.
const MOST_PICTURES: usize = 1 << 16;

/// Examples as they were sent.
pub(crate) enum Content {
    Nothing,
    /// Pictures' files.
    Pictures(Vec<Bytes>),
    Array(Array),
}

impl Array {
    /// Whether it is of codes, as far as it says or its axes tell.
    pub(crate) fn is_of_codes(&self) -> bool {
        self.kind.map_or(self.shape.len() <= 2, |kind| kind == Kind::Codes)
    }
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Floats(floats) => floats.len(),
        }
    }
}

/// Numbers: images or codes, as far as they say.
pub(crate) struct Array {
    pub(crate) kind: Option<Kind>,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Images,
    Codes,
}

pub(crate) enum Values {
    /// From 0 to 255.
    Bytes(Vec<u8>),
    Floats(Vec<f32>),
}

/// What a body has, by its media type; `fields` are those of the address.
pub(crate) async fn content(
    media_type: Option<&str>,
    bytes: Bytes,
    fields: Fields,
) -> Result<(Content, Fields), Problem> {
    if bytes.is_empty() {
        return Ok((Content::Nothing, fields));
    }
    let Some(whole) = media_type else { return Err(unsupported("none")) };
    let essence = whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => aside(bytes.len(), || json(&bytes, fields)),
        "application/x-npy" => {
            let array = aside(bytes.len(), || npy(bytes.to_vec()))?;
            Ok((Content::Array(array), fields))
        }
        "multipart/form-data" => {
            // All of it is here: nothing is waited for.
            let (content, own) = if bytes.len() < LARGE {
                form(whole, bytes).await?
            } else {
                let form = form(whole, bytes);
                tokio::task::block_in_place(|| Handle::current().block_on(form))?
            };
            Ok((content, fields.with(own)?))
        }
        "image/png" | "image/jpeg" | "image/webp" | "image/bmp" | "image/tiff" | "image/gif" => {
            Ok((Content::Pictures(vec![bytes]), fields))
        }
        found => Err(unsupported(found)),
    }
}

fn unsupported(found: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!(
            "expected a body of application/json, application/x-npy, multipart/form-data, \
             image/png, image/jpeg, image/webp, image/bmp, image/tiff or image/gif, found {found}"
        ),
    )
    .with_hint("the header `Content-Type` says what a body is")
}

/// Runs what takes long for many bytes, pixels or numbers where it holds up nobody else.
pub(crate) fn aside<T>(size: usize, work: impl FnOnce() -> T) -> T {
    if size < LARGE { work() } else { tokio::task::block_in_place(work) }
}

fn json(bytes: &[u8], fields: Fields) -> Result<(Content, Fields), Problem> {
    let mut document: Document = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("the body: {error}");
        // What is JSON, and not what is expected, is another mistake than what is none.
        if is_json(bytes) { Problem::unfit(message) } else { Problem::malformed(message) }
    })?;
    let fields = fields.with(document.take_fields())?;
    let array = |kind, nested: Nested| {
        Content::Array(Array {
            kind: Some(kind),
            shape: nested.shape,
            values: Values::Floats(nested.values),
        })
    };
    let content = match (document.images, document.codes) {
        (None, None) => Content::Nothing,
        (Some(Images::Numbers(nested)), None) => array(Kind::Images, nested),
        (Some(Images::Pictures(pictures)), None) => {
            Content::Pictures(pictures.into_iter().map(Bytes::from).collect())
        }
        (None, Some(nested)) => array(Kind::Codes, nested),
        (Some(_), Some(_)) => {
            return Err(Problem::unfit("expected `images` or `codes`, found both"));
        }
    };
    Ok((content, fields))
}

fn npy(bytes: Vec<u8>) -> Result<Array, Problem> {
    let encoded = Encoded::read(bytes).map_err(|error| Problem::malformed(error.to_string()))?;
    let shape = encoded.shape.clone();
    let values = match encoded.into_u8() {
        Ok(bytes) => Values::Bytes(bytes),
        Err(encoded) => Values::Floats(encoded.iter_f64().map(|value| value as f32).collect()),
    };
    Ok(Array { kind: None, shape, values })
}

/// Pictures and fields of a form; of an array in a form there is one.
async fn form(media_type: &str, bytes: Bytes) -> Result<(Content, Fields), Problem> {
    let malformed = |told: String| Problem::malformed(format!("the form: {told}"));
    let unread = |error: MultipartError| malformed(error.body_text());
    let mut fields = Fields::default();
    let mut request = Request::builder()
        .header(header::CONTENT_TYPE, media_type)
        .body(Body::from(bytes))
        .map_err(|error| malformed(error.to_string()))?;
    // The body is not longer than it may be, which is not what axum thinks by itself.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| malformed(error.body_text()))?;
    let (mut pictures, mut array) = (Vec::new(), None);
    while let Some(part) = form.next_field().await.map_err(unread)? {
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let is_npy = part.content_type() == Some("application/x-npy");
        let bytes = part.bytes().await.map_err(unread)?;
        if !is_file {
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| Problem::malformed(format!("`{name}`: expected text in UTF-8")))?;
            fields.add(&name, text)?;
        } else if is_npy {
            array = Some(aside(bytes.len(), || npy(bytes.to_vec()))?);
        } else {
            if pictures.len() == MOST_PICTURES {
                return Err(Problem::too_large(format!(
                    "the form: expected at most {MOST_PICTURES} files, found more"
                )));
            }
            pictures.push(bytes);
        }
    }
    match (array, pictures.is_empty()) {
        (None, true) => Ok((Content::Nothing, fields)),
        (None, false) => Ok((Content::Pictures(pictures), fields)),
        (Some(array), true) => Ok((Content::Array(array), fields)),
        (Some(_), false) => Err(Problem::unfit("expected pictures or an array, found both")),
    }
}
