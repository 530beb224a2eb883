//! A request: what is asked for, and of what.

use axum::extract::{Query, Request};
use axum::http::{HeaderMap, header};

use super::body::receive;
use super::content::{Content, content};
use super::document::Fields;
use super::problem::Problem;
use super::room::Room;
use super::shared::Shared;

/// A request that has been read.
pub(crate) struct Given {
    pub(crate) headers: HeaderMap,
    pub(crate) fields: Fields,
    pub(crate) content: Content,
    /// For what was sent; what becomes of it is added.
    pub(crate) room: Room,
}

/// Reads a request; `takes` are the fields that it may have.
pub(crate) async fn given(
    shared: &Shared,
    request: Request,
    takes: &[&str],
) -> Result<Given, Problem> {
    let Query(fields) = Query::<Fields>::try_from_uri(request.uri())
        .map_err(|error| Problem::malformed(format!("the address: {}", error.body_text())))?;
    let (parts, body) = request.into_parts();
    let received = receive(shared, &parts.headers, body).await?;
    let media_type = parts.headers.get(header::CONTENT_TYPE);
    let media_type = media_type.map(|value| value.to_str().unwrap_or("what is no text"));
    let (content, fields) = content(media_type, received.bytes, fields).await?;
    if let Some(field) = fields.given().find(|field| *field != "model" && !takes.contains(field)) {
        return Err(Problem::unfit(format!(
            "`{field}` is not for this address, which takes model, {}",
            takes.join(", ")
        )));
    }
    Ok(Given { headers: parts.headers, fields, content, room: received.room })
}
