//! Answers, as the client wants them.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use concertina::artifact::PictureFormat;
use serde::Serialize;

use super::problem::Problem;
use super::room::Room;

/// What an answer can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    Json,
    Npy,
    Png,
    Jpeg,
    WebP,
    Midi,
}

impl MediaType {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Npy => "application/x-npy",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Midi => "audio/midi",
        }
    }

    /// The format of a picture.
    pub(crate) fn picture(self) -> Option<PictureFormat> {
        match self {
            Self::Png => Some(PictureFormat::Png),
            Self::Jpeg => Some(PictureFormat::Jpeg),
            Self::WebP => Some(PictureFormat::WebP),
            Self::Json | Self::Npy | Self::Midi => None,
        }
    }

    /// Of those that are offered, the one that the client likes best; the first one if it does not
    /// care.
    pub(crate) fn wanted(headers: &HeaderMap, offered: &[Self]) -> Result<Self, Problem> {
        let accepted =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let accepted: Vec<(&str, f32)> =
            accepted.flat_map(|value| value.split(',')).filter_map(range).collect();
        if accepted.is_empty() {
            return Ok(offered[0]);
        }
        let mut best: Option<(Self, f32)> = None;
        for &media_type in offered {
            // The most specific range that matches says how much it is liked.
            let liked = accepted
                .iter()
                .filter_map(|(range, weight)| Some((matches(range, media_type.name())?, *weight)))
                .max_by_key(|(specific, _)| *specific);
            if let Some((_, weight)) = liked
                && weight > 0.0
                && best.is_none_or(|(_, found)| weight > found)
            {
                best = Some((media_type, weight));
            }
        }
        best.map(|(media_type, _)| media_type).ok_or_else(|| {
            let offered: Vec<&str> = offered.iter().map(|media_type| media_type.name()).collect();
            Problem::new(
                StatusCode::NOT_ACCEPTABLE,
                format!("the answer can be {}, which `Accept` has none of", offered.join(", ")),
            )
        })
    }
}

/// A range of media types and its weight, from 0 to 1.
fn range(text: &str) -> Option<(&str, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
    Some((name, weight.unwrap_or(1.0)))
}

/// How specific a range is, if the media type is in it.
fn matches(range: &str, media_type: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(media_type) {
        return Some(2);
    }
    if range == "*/*" {
        return Some(0);
    }
    let kind = range.strip_suffix("/*")?;
    media_type.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(kind)).then_some(1)
}

/// Bytes of an answer, which take room until the client has them.
struct Kept {
    bytes: Vec<u8>,
    _room: Arc<Room>,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// An answer of these bytes, for which there is room.
pub(crate) fn bytes(media_type: MediaType, bytes: Vec<u8>, room: Arc<Room>) -> Response {
    let body = Body::from(Bytes::from_owner(Kept { bytes, _room: room }));
    typed(media_type, Response::new(body))
}

/// An answer in JSON, for which there is room.
pub(crate) fn json(document: &impl Serialize, room: Arc<Room>) -> Response {
    bytes(MediaType::Json, written(document), room)
}

/// A short answer in JSON.
pub(crate) fn short(document: &impl Serialize) -> Response {
    typed(MediaType::Json, written(document).into_response())
}

fn written(document: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(document).expect("answers have text for keys")
}

fn typed(media_type: MediaType, mut response: Response) -> Response {
    let value = HeaderValue::from_static(media_type.name());
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_say_what_they_like() {
        let offered = [MediaType::Json, MediaType::Npy, MediaType::Png];
        let wanted = |accept: &str| {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(accept) {
                headers.insert(header::ACCEPT, value);
            }
            MediaType::wanted(&headers, &offered).map_err(|problem| problem.status.as_u16())
        };
        for (accept, expected) in [
            ("", Ok(MediaType::Json)),
            ("*/*", Ok(MediaType::Json)),
            ("image/png", Ok(MediaType::Png)),
            ("image/*", Ok(MediaType::Png)),
            ("image/webp, */*;q=0.1", Ok(MediaType::Json)),
            ("application/json;q=0.5, application/x-npy", Ok(MediaType::Npy)),
            ("application/json;q=0, */*", Ok(MediaType::Npy)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Ok(MediaType::Json)),
            ("text/html", Err(406)),
            ("audio/*", Err(406)),
        ] {
            assert_eq!(wanted(accept), expected, "{accept}");
        }
    }
}
