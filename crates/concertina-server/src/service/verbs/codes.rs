//! Codes of examples.

use std::sync::Arc;

use axum::response::Response;
use concertina_formats::npy;
use serde::Serialize;

use crate::service::answer::{MediaType, bytes, json};
use crate::service::given::Given;
use crate::service::input::{Takes, examples, labels};
use crate::service::nested::Lists;
use crate::service::problem::Problem;
use crate::service::served::{Operation, Rows, Served};
use crate::service::shared::Shared;

/// What a number takes, as a float and in JSON.
pub(super) const BYTES_PER_VALUE: usize = 4 + 12;

#[derive(Serialize)]
struct Document<'a> {
    model: &'a str,
    shape: [usize; 2],
    codes: Lists<'a>,
}

/// `POST /v1/encode`
pub(super) async fn encode(
    shared: &Shared,
    served: &Served,
    mut given: Given,
) -> Result<Response, Problem> {
    let wanted = MediaType::wanted(&given.headers, &[MediaType::Json, MediaType::Npy])?;
    let model = served.model();
    let takes = Takes::to_encode(model, false);
    let input = examples(shared, model, given.content, &takes, &mut given.room).await?;
    let n = input.len();
    let labels = labels(model, &given.fields, n)?;
    given.room.add(n * model.architecture.latent_dim * BYTES_PER_VALUE)?;
    let room = Arc::new(given.room);
    let rows =
        Rows { operation: Operation::Encode, shape: input.shape, values: input.values, labels };
    let codes = served.ask(rows, &room).await?;
    let shape = [n, model.architecture.latent_dim];
    if wanted == MediaType::Npy {
        return Ok(bytes(wanted, npy::f32_bytes(&shape, &codes), room));
    }
    let codes = Lists { shape: &shape, values: &codes };
    Ok(json(&Document { model: served.name(), shape, codes }, room))
}
