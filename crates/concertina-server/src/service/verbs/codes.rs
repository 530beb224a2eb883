//! Codes of examples.

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
    given: Given,
) -> Result<Response, Problem> {
    let wanted = MediaType::wanted(&given.headers, &[MediaType::Json, MediaType::Npy])?;
    let model = served.model();
    let input = examples(shared, model, given.content, &Takes::to_encode(model, false)).await?;
    let n = input.len();
    let labels = labels(model, &given.fields, n)?;
    let rows =
        Rows { operation: Operation::Encode, shape: input.shape, values: input.values, labels };
    let codes = served.ask(rows).await?;
    let shape = [n, model.architecture.latent_dim];
    if wanted == MediaType::Npy {
        return Ok(bytes(wanted, array(&shape, &codes)));
    }
    let codes = Lists { shape: &shape, values: &codes };
    Ok(json(&Document { model: served.name(), shape, codes }))
}

/// The bytes of a `.npy`.
pub(super) fn array(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let mut bytes = npy::f32_header(shape);
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}
