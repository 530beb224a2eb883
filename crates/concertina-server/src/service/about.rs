//! What the server tells of itself and of its models.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use concertina::model::Model;
use serde::Serialize;

use super::answer::short;
use super::problem::Problem;
use super::served::Served;
use super::shared::App;
use super::verbs::Verb;

#[derive(Serialize)]
struct Health<'a> {
    status: &'a str,
    version: &'a str,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `GET /health`: whether the process answers.
pub(crate) async fn health() -> Response {
    short(&Health { status: "alive", version: VERSION })
}

/// `GET /ready`: whether requests should come here.
pub(crate) async fn ready(State(shared): State<App>) -> Result<Response, Problem> {
    shared.expect_ready()?;
    Ok(short(&Health { status: "ready", version: VERSION }))
}

/// `GET /metrics`
pub(crate) async fn metrics(State(shared): State<App>) -> Response {
    let waiting = shared.models.iter().map(|served| (served.name(), served.waiting()));
    let mut response = shared.metrics.text(waiting).into_response();
    let text = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(text));
    response
}

/// `GET /openapi.json`
pub(crate) async fn openapi() -> Response {
    let mut response = include_str!("openapi.json").into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// A model in a list.
#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    recipe: &'a str,
    /// The addresses that it answers at.
    verbs: Vec<&'static str>,
}

#[derive(Serialize)]
struct List<'a> {
    models: Vec<Listed<'a>>,
}

/// A model, with what is to be known to ask it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    listed: Listed<'a>,
    /// Channels, height and width of what it encodes.
    input: [usize; 3],
    /// The same of what it decodes.
    output: [usize; 3],
    latent_dim: usize,
    /// Whether it takes pictures of any size for `denoise` and `upscale`.
    any_size: bool,
    /// The classes of its condition; empty without one.
    classes: Vec<&'a str>,
    /// What it was trained on, in lines of a name and a text.
    data: Vec<(String, String)>,
}

/// `GET /v1/models`
pub(crate) async fn models(State(shared): State<App>) -> Response {
    short(&List { models: shared.models.iter().map(|served| listed(served)).collect() })
}

/// `GET /v1/models/{name}`
pub(crate) async fn model(
    State(shared): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let served = shared.served(Some(&name))?;
    let model = served.model();
    let architecture = &model.architecture;
    let sides = |shape: concertina::ImageShape| [shape.channels, shape.height, shape.width];
    let classes = &model.card.classes[..architecture.classes.min(model.card.classes.len())];
    Ok(short(&Told {
        listed: listed(served),
        input: sides(architecture.input),
        output: sides(architecture.target),
        latent_dim: architecture.latent_dim,
        any_size: concertina::restore::Restorer::of(model).is_some(),
        classes: classes.iter().map(|class| class.name.as_str()).collect(),
        data: model.card.lines(),
    }))
}

fn listed(served: &Served) -> Listed<'_> {
    let model = served.model();
    let verbs = Verb::ALL.into_iter().filter(|verb| answers(served, model, *verb));
    Listed {
        name: served.name(),
        recipe: &model.recipe.name,
        verbs: verbs.map(Verb::path).collect(),
    }
}

fn answers(served: &Served, model: &Model, verb: Verb) -> bool {
    match verb {
        Verb::Sample => model.has_prior() || (model.mixture.is_some() && !model.code_has_image()),
        Verb::Inspect => served.inspecting().is_some(),
        Verb::Denoise => model.recipe.task.undoes() == "noise",
        Verb::Upscale => model.recipe.task.undoes() == "downscale",
        _ => true,
    }
}
