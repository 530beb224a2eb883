//! Outlier scores of examples.

use std::sync::Arc;

use axum::response::Response;
use concertina::evaluate::Scores;
use serde::Serialize;

use crate::service::answer::{MediaType, json};
use crate::service::given::Given;
use crate::service::input::{Takes, examples, labels};
use crate::service::problem::Problem;
use crate::service::served::{Operation, Rows, Served};
use crate::service::shared::Shared;

#[derive(Serialize)]
struct Document<'a> {
    model: &'a str,
    #[serde(flatten)]
    scores: Scores,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
}

/// `POST /v1/score`
pub(super) async fn score(
    shared: &Shared,
    served: &Served,
    mut given: Given,
) -> Result<Response, Problem> {
    MediaType::wanted(&given.headers, &[MediaType::Json])?;
    let model = served.model();
    let quantile = given.fields.quantile.unwrap_or(Scores::QUANTILE);
    Scores::check_quantile(quantile)?;
    let takes = Takes::to_compare(model);
    let input = examples(shared, model, given.content, &takes, &mut given.room).await?;
    let labels = labels(model, &given.fields, input.len())?;
    let rows =
        Rows { operation: Operation::Score, shape: input.shape, values: input.values, labels };
    let room = Arc::new(given.room);
    let errors = served.ask(rows, &room).await?;
    let scores = Scores::of_errors(model, &errors, quantile)?;
    Ok(json(&Document { model: served.name(), caution: scores.caution(), scores }, room))
}
