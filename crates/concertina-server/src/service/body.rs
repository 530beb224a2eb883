//! The bytes of a request's body.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use tokio::time::{Instant, timeout};

use super::problem::Problem;
use super::room::Room;
use super::shared::Shared;

/// The longest pause between two pieces.
const PAUSE: Duration = Duration::from_secs(10);
/// The least bytes in a second, once the first pause is over.
const LEAST_RATE: f64 = 1024.0;
/// For all of it.
const WITHIN: Duration = Duration::from_mins(5);
/// What a request takes for each byte of its body: the bytes, and the numbers that they become.
const TIMES: usize = 5;

/// A body, and the room that is kept for what becomes of it.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    pub(crate) room: Room,
}

/// Reads a body, if it is small enough and comes fast enough.
pub(crate) async fn receive(
    shared: &Shared,
    headers: &HeaderMap,
    body: Body,
) -> Result<Received, Problem> {
    let most = shared.limits.body_bytes;
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    // Room is kept for what has come, not for what was announced.
    let mut room = shared.memory.none();
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(1 << 16));
    let mut pieces = body.into_data_stream();
    let begun = Instant::now();
    loop {
        let Ok(piece) = timeout(PAUSE, pieces.next()).await else { return Err(too_slow()) };
        let Some(piece) = piece else { break };
        let piece =
            piece.map_err(|_| Problem::malformed("the body ended before all of it was there"))?;
        if bytes.len() + piece.len() > most {
            return Err(too_large(most));
        }
        room.add(piece.len().saturating_mul(TIMES))?;
        bytes.extend_from_slice(&piece);
        if begun.elapsed() > WITHIN {
            return Err(too_slow());
        }
        let late = begun.elapsed().saturating_sub(PAUSE);
        if (bytes.len() as f64) < late.as_secs_f64() * LEAST_RATE {
            return Err(too_slow());
        }
    }
    Ok(Received { bytes: bytes.into(), room })
}

fn too_large(most: usize) -> Problem {
    Problem::too_large(format!("expected a body of at most {most} bytes, found more"))
        .with_hint("send fewer examples at a time, or as application/x-npy")
}

fn too_slow() -> Problem {
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        format!("expected {LEAST_RATE} bytes of the body in a second, found fewer"),
    )
}
