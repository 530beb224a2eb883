//! One request to one mirror: what is missing of the part is added to it.

use std::io::Read as _;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{StatusCode, header};

use super::failure::Failure;
use super::part::Part;

/// The most that is taken of a file whose size is not known.
const MOST_BYTES: u64 = 8 << 30;

/// Adds to the part what it lacks.
///
/// # Errors
/// [`Failure::Cut`] if the connection broke, [`Failure::Refused`] if this mirror has no such file.
pub(super) fn append(
    url: &str,
    size: Option<u64>,
    part: &mut Part,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let start = part.length();
    let mut request = agent().get(url);
    if start > 0 {
        request = request.header(header::RANGE, format!("bytes={start}-"));
    }
    let response = request.call().map_err(|error| Failure::Refused(error.to_string()))?;

    let status = response.status();
    let is_continued = status == StatusCode::PARTIAL_CONTENT;
    if status == StatusCode::RANGE_NOT_SATISFIABLE && start > 0 {
        // Nothing lies beyond the part: the checksum will tell whether it is all or something else.
        return Ok(());
    }
    if !is_continued && status != StatusCode::OK {
        return Err(Failure::Refused(format!("the server answered {status}")));
    }

    let before = if is_continued { start } else { 0 };
    let total = response.body().content_length().map(|rest| before.saturating_add(rest));
    if let (Some(total), Some(size)) = (total, size)
        && total != size
    {
        return Err(Failure::Refused(format!("expected {size} bytes, the server has {total}")));
    }
    if !is_continued {
        part.clear()?;
    }
    receive(&mut response.into_body(), total.or(size), part, progress)
}

/// Reads the body to its end; `total` is what the part must then hold, if that is known.
fn receive(
    body: &mut ureq::Body,
    total: Option<u64>,
    part: &mut Part,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), Failure> {
    let most = total.unwrap_or(MOST_BYTES);
    let mut reader = body.as_reader();
    let mut buffer = vec![0; 64 * 1024];
    progress(part.length(), total);
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) => {
                let reason = format!("stopped after {} bytes: {error}", part.length());
                return Err(Failure::Cut(reason));
            }
        };
        if part.length() + count as u64 > most {
            part.clear()?;
            return Err(Failure::Refused(format!("expected {most} bytes, the server sent more")));
        }
        part.append(&buffer[..count])?;
        progress(part.length(), total);
    }
    match total {
        Some(total) if part.length() < total => {
            Err(Failure::Cut(format!("stopped after {} of {total} bytes", part.length())))
        }
        _ => Ok(()),
    }
}

/// Patient with slow networks, not with dead ones. Files come as they are: a checksum is of the
/// stored bytes.
fn agent() -> Agent {
    let patience = Some(Duration::from_secs(30));
    Agent::config_builder()
        .timeout_resolve(patience)
        .timeout_connect(patience)
        .timeout_recv_response(patience)
        .timeout_per_read(patience)
        .timeout_per_write(patience)
        .http_status_as_error(false)
        .accept_encoding("identity")
        .user_agent(concat!("concertina/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}
