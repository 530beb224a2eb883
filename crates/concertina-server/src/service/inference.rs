//! The Open Inference Protocol (version 2, over HTTP, without its binary extension), for clients of
//! `KServe`, Triton and others. A model there is a fixed function: `NAME.encode`, `NAME.decode` or
//! `NAME.reconstruct`.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use concertina::ImageShape;
use concertina::model::Model;
use serde::{Deserialize, Serialize};

use super::answer::{json, short};
use super::body::receive;
use super::content::{Array, Content, Kind, Values, aside};
use super::input::{Input, Takes, codes, examples, expect_few};
use super::nested::{Lists, Nested};
use super::problem::Problem;
use super::served::{Operation, Rows, Served};
use super::shared::{App, Shared};

/// There is one version of each model.
const VERSION: &str = "1";
/// Axes of a tensor: example, channel, row, column.
const MOST_AXES: usize = 4;

#[derive(Serialize)]
struct Server {
    name: &'static str,
    version: &'static str,
    extensions: [&'static str; 0],
}

/// `GET /v2`
pub(crate) async fn server() -> Response {
    short(&Server { name: "concertina", version: env!("CARGO_PKG_VERSION"), extensions: [] })
}

#[derive(Serialize)]
struct Live {
    live: bool,
}

/// `GET /v2/health/live`
pub(crate) async fn live() -> Response {
    short(&Live { live: true })
}

#[derive(Serialize)]
struct Ready<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    ready: bool,
}

/// `GET /v2/health/ready`
pub(crate) async fn ready(State(shared): State<App>) -> Result<Response, Problem> {
    shared.expect_ready()?;
    Ok(short(&Ready { name: None, ready: true }))
}

/// `GET /v2/models/{name}/ready`
pub(crate) async fn model_ready(
    State(shared): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Function::find(&shared, &name)?;
    shared.expect_ready()?;
    Ok(short(&Ready { name: Some(&name), ready: true }))
}

/// One of the functions that a model is there.
struct Function<'a> {
    served: &'a Arc<Served>,
    operation: Operation,
}

impl<'a> Function<'a> {
    const NAMES: [(&'static str, Operation); 3] = [
        ("encode", Operation::Encode),
        ("decode", Operation::Decode),
        ("reconstruct", Operation::Reconstruct),
    ];

    fn find(shared: &'a Shared, name: &str) -> Result<Self, Problem> {
        let found = name.rsplit_once('.').and_then(|(served, function)| {
            let (_, operation) = Self::NAMES.into_iter().find(|(name, _)| *name == function)?;
            let served = shared.models.iter().find(|found| found.name() == served)?;
            Some(Self { served, operation })
        });
        found.ok_or_else(|| {
            let names: Vec<String> = shared
                .models
                .iter()
                .flat_map(|served| {
                    Self::NAMES.map(|(function, _)| format!("{}.{function}", served.name()))
                })
                .collect();
            let message = format!("no model is called `{name}`; there are {}", names.join(", "));
            Problem::new(StatusCode::NOT_FOUND, message)
        })
    }

    /// The name of what it takes, and the shape of one.
    fn takes(&self) -> (&'static str, Vec<usize>) {
        let Model { architecture, .. } = self.served.model();
        match self.operation {
            Operation::Decode => ("codes", vec![architecture.latent_dim]),
            _ => ("images", sides(architecture.input)),
        }
    }

    /// The same of what it gives.
    fn gives(&self) -> (&'static str, Vec<usize>) {
        let Model { architecture, .. } = self.served.model();
        match self.operation {
            Operation::Encode => ("codes", vec![architecture.latent_dim]),
            _ => ("images", sides(architecture.target)),
        }
    }
}

fn sides(shape: ImageShape) -> Vec<usize> {
    vec![shape.channels, shape.height, shape.width]
}

#[derive(Serialize)]
struct Tensor {
    name: &'static str,
    datatype: &'static str,
    /// -1 for any number.
    shape: Vec<i64>,
}

impl Tensor {
    fn new((name, shape): (&'static str, Vec<usize>), datatype: &'static str) -> Self {
        let shape = shape.into_iter().map(|side| i64::try_from(side).unwrap_or(i64::MAX));
        Self { name, datatype, shape: std::iter::once(-1).chain(shape).collect() }
    }
}

#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    versions: [&'static str; 1],
    platform: &'static str,
    inputs: Vec<Tensor>,
    outputs: [Tensor; 1],
}

/// `GET /v2/models/{name}`
pub(crate) async fn model(
    State(shared): State<App>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let function = Function::find(&shared, &name)?;
    let mut inputs = vec![Tensor::new(function.takes(), "FP32")];
    if function.served.model().architecture.classes > 0 {
        inputs.push(Tensor::new(("label", Vec::new()), "INT64"));
    }
    let outputs = [Tensor::new(function.gives(), "FP32")];
    let (versions, platform) = ([VERSION], "concertina");
    Ok(short(&About { name: &name, versions, platform, inputs, outputs }))
}

/// Fields that are not here are allowed, and without effect: the protocol says so of parameters.
#[derive(Deserialize)]
struct Asked {
    id: Option<String>,
    inputs: Vec<Given>,
}

#[derive(Deserialize)]
struct Given {
    name: String,
    shape: Vec<usize>,
    datatype: String,
    data: Nested,
}

#[derive(Serialize)]
struct Answered<'a> {
    model_name: &'a str,
    model_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    outputs: [Output<'a>; 1],
}

#[derive(Serialize)]
struct Output<'a> {
    name: &'static str,
    datatype: &'static str,
    shape: &'a [usize],
    data: Lists<'a>,
}

/// `POST /v2/models/{name}/infer`
pub(crate) async fn infer(
    State(shared): State<App>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let function = Function::find(&shared, &name)?;
    let (parts, body) = request.into_parts();
    if parts.headers.contains_key("inference-header-content-length") {
        return Err(Problem::malformed("expected tensors in JSON, found binary ones"));
    }
    let received = receive(&shared, &parts.headers, body).await?;
    let asked = aside(received.bytes.len(), || {
        serde_json::from_slice::<Asked>(&received.bytes)
            .map_err(|error| Problem::malformed(format!("the body: {error}")))
    })?;
    let (own, _) = function.takes();
    let (mut input, mut label) = (None, None);
    for given in asked.inputs {
        let place = match given.name.as_str() {
            "label" => &mut label,
            name if name == own => &mut input,
            found => {
                return Err(Problem::unfit(format!(
                    "expected an input called `{own}`, found `{found}`"
                )));
            }
        };
        if place.replace(given).is_some() {
            return Err(Problem::unfit("expected each input once, found one twice"));
        }
    }
    let input = input
        .ok_or_else(|| Problem::unfit(format!("expected an input called `{own}`, found none")))?;
    let model = function.served.model();
    let size = input.data.values.len();
    let content = Content::Array(aside(size, || array(input, function.operation))?);
    let mut room = received.room;
    let Input { shape, values } = if function.operation == Operation::Decode {
        codes(&shared, model, content)?
    } else {
        examples(&shared, model, content, &Takes::to_encode(model, true), &mut room).await?
    };
    let n = values.len() / shape.len();
    expect_few(&shared, n, "examples")?;
    let labels = labels(model, label, n)?;
    let (gives, one) = function.gives();
    room.add(n.saturating_mul(one.iter().product::<usize>()).saturating_mul(16))?;
    let room = Arc::new(room);
    let rows = Rows { operation: function.operation, shape, values, labels };
    let values = function.served.ask(rows, &room).await?;
    let shape = [vec![n], one].concat();
    // Flat, as the protocol has it by default.
    let flat = [values.len()];
    let data = Lists { shape: &flat, values: &values };
    let outputs = [Output { name: gives, datatype: "FP32", shape: &shape, data }];
    let (model_version, id) = (VERSION, asked.id);
    Ok(aside(values.len(), || {
        json(&Answered { model_name: &name, model_version, id, outputs }, room)
    }))
}

/// A tensor's numbers with its shape.
fn array(given: Given, operation: Operation) -> Result<Array, Problem> {
    let Given { name, shape, datatype, data } = given;
    if shape.len() > MOST_AXES || checked_len(&shape) != Some(data.values.len()) {
        return Err(Problem::unfit(format!(
            "`{name}`: expected as many numbers as its shape has, found {}",
            data.values.len()
        )));
    }
    let is_byte = |value: &f32| (0.0..=255.0).contains(value) && value.fract() == 0.0;
    let values = match datatype.as_str() {
        "FP32" | "FP64" => Values::Floats(data.values),
        "UINT8" if data.values.iter().all(is_byte) => {
            Values::Bytes(data.values.iter().map(|value| *value as u8).collect())
        }
        found => {
            return Err(Problem::unfit(format!(
                "`{name}`: expected the datatype FP32, or UINT8 with numbers from 0 to 255, found \
                 {found}"
            )));
        }
    };
    let kind = if operation == Operation::Decode { Kind::Codes } else { Kind::Images };
    Ok(Array { kind: Some(kind), shape, values })
}

fn checked_len(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |all, side| all.checked_mul(*side))
}

/// The numbers of classes.
fn labels(model: &Model, given: Option<Given>, n: usize) -> Result<Option<Vec<u32>>, Problem> {
    let classes = model.architecture.classes;
    match given {
        None if classes == 0 => Ok(None),
        None => Err(Problem::unfit("expected an input called `label`, found none")),
        Some(_) if classes == 0 => {
            Err(Problem::unfit("expected no `label`, since the model is not conditional"))
        }
        Some(given) => {
            let is_class = |value: &f32| *value < classes as f32 && *value >= 0.0;
            let whole = given.data.values.iter().all(|value| value.fract() == 0.0);
            if given.data.values.len() != n || !whole || !given.data.values.iter().all(is_class) {
                return Err(Problem::unfit(format!(
                    "`label`: expected {n} whole numbers below {classes}"
                )));
            }
            Ok(Some(given.data.values.iter().map(|value| *value as u32).collect()))
        }
    }
}
