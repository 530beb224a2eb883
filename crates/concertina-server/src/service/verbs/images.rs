//! Images of codes, or windows of music: decoded, reconstructed, sampled, interpolated.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use concertina::ImageShape;
use concertina::artifact::PictureFormat;
use concertina::data::music::tokens_of;
use concertina::math::{interpolate as line, interpolate_square};
use concertina::model::Model;
use concertina::rng::Seed;
use concertina_formats::npy;
use serde::Serialize;

use super::codes::BYTES_PER_VALUE;
use crate::service::answer::{MediaType, bytes, json};
use crate::service::content::{Content, aside};
use crate::service::document::{Fields, Format};
use crate::service::given::Given;
use crate::service::input::{Input, Takes, codes, examples, expect_few, labels};
use crate::service::nested::Lists;
use crate::service::problem::Problem;
use crate::service::room::Room;
use crate::service::served::{Operation, Rows, Served};
use crate::service::shared::Shared;

#[derive(Serialize)]
struct Document<'a> {
    model: &'a str,
    shape: [usize; 4],
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<Lists<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pictures: Option<Vec<String>>,
}

/// How images are to be written.
struct Form {
    wanted: MediaType,
    format: Format,
}

impl Form {
    fn of(model: &Model, given: &Given) -> Result<Self, Problem> {
        let offered: &[MediaType] = if model.card.music().is_some() {
            &[MediaType::Json, MediaType::Npy, MediaType::Midi]
        } else {
            &[MediaType::Json, MediaType::Npy, MediaType::Png, MediaType::Jpeg, MediaType::WebP]
        };
        let format = given.fields.format.unwrap_or(Format::Values);
        if format == Format::Png && model.card.music().is_some() {
            return Err(Problem::unfit("`format`: expected `values`, since this is music"));
        }
        Ok(Self { wanted: MediaType::wanted(&given.headers, offered)?, format })
    }
}

/// `POST /v1/decode`
pub(super) async fn decode(
    shared: &Shared,
    served: &Served,
    given: Given,
) -> Result<Response, Problem> {
    let model = served.model();
    let form = Form::of(model, &given)?;
    let codes = codes(shared, model, given.content)?;
    let labels = labels(model, &given.fields, codes.len())?;
    answered(served, (Operation::Decode, codes, labels), form, given.room, None).await
}

/// `POST /v1/reconstruct`
pub(super) async fn reconstruct(
    shared: &Shared,
    served: &Served,
    mut given: Given,
) -> Result<Response, Problem> {
    let model = served.model();
    let form = Form::of(model, &given)?;
    let takes = Takes::to_encode(model, true);
    let input = examples(shared, model, given.content, &takes, &mut given.room).await?;
    let labels = labels(model, &given.fields, input.len())?;
    answered(served, (Operation::Reconstruct, input, labels), form, given.room, None).await
}

/// `POST /v1/sample`
pub(super) async fn sample(
    shared: &Shared,
    served: &Served,
    given: Given,
) -> Result<Response, Problem> {
    let model = served.model();
    let form = Form::of(model, &given)?;
    if !matches!(given.content, Content::Nothing) {
        return Err(Problem::unfit("expected no examples to sample, found some"));
    }
    let n = given.fields.n.unwrap_or(1);
    if n == 0 {
        return Err(Problem::unfit("`n`: expected at least 1 sample, found 0"));
    }
    expect_few(shared, n, "samples")?;
    let seed = match given.fields.seed {
        Some(seed) => seed,
        // Whoever likes the answer can ask for it again.
        None => u64::from(getrandom::u32().map_err(|_| Problem::ours())?),
    };
    let labels = if given.fields.label.is_empty() {
        model.labels_in_turn(n)
    } else {
        labels(model, &given.fields, n)?
    };
    let codes = model.sample_codes(n, Seed(seed))?;
    let shape = ImageShape::new(1, 1, codes.size());
    let codes = Input { shape, values: codes.into_values() };
    answered(served, (Operation::Decode, codes, labels), form, given.room, Some(seed)).await
}

/// `POST /v1/interpolate`
pub(super) async fn interpolate(
    shared: &Shared,
    served: &Served,
    mut given: Given,
) -> Result<Response, Problem> {
    let model = served.model();
    let form = Form::of(model, &given)?;
    let is_codes = matches!(&given.content, Content::Array(array) if array.is_of_codes());
    let input = if is_codes {
        codes(shared, model, given.content)?
    } else {
        let takes = Takes::to_encode(model, true);
        examples(shared, model, given.content, &takes, &mut given.room).await?
    };
    let [along, n] = steps(&given.fields, input.len())?;
    expect_few(shared, n, "steps")?;
    let labels = labels(model, &given.fields, input.len())?;
    let ends = if is_codes {
        input.values
    } else {
        let (operation, Input { shape, values }) = (Operation::Encode, input);
        let rows = Rows { operation, shape, values, labels: labels.clone() };
        // What is added later is for what becomes of these few.
        let room = Arc::new(std::mem::replace(&mut given.room, shared.memory.none()));
        served.ask(rows, &room).await?
    };
    let size = model.architecture.latent_dim;
    let ends: Vec<&[f32]> = ends.chunks_exact(size).collect();
    let path = match ends[..] {
        [start, end] => line(start, end, along),
        [a, b, c, d] => interpolate_square([a, b, c, d], along),
        _ => return Err(Problem::ours()),
    };
    let labels = labels.map(|labels| vec![labels[0]; n]);
    let path = Input { shape: ImageShape::new(1, 1, size), values: path.into_values() };
    answered(served, (Operation::Decode, path, labels), form, given.room, None).await
}

/// The steps of an interpolation along each side, and of all of it, between so many ends.
fn steps(fields: &Fields, n_ends: usize) -> Result<[usize; 2], Problem> {
    let of = |usual: usize| match fields.steps.unwrap_or(usual) {
        found @ (0 | 1) => {
            Err(Problem::unfit(format!("`steps`: expected at least 2, found {found}")))
        }
        steps => Ok(steps),
    };
    let [line, side] = Model::INTERPOLATION_STEPS;
    match n_ends {
        2 => of(line).map(|steps| [steps, steps]),
        4 => of(side).map(|steps| [steps, steps.saturating_mul(steps)]),
        found => Err(Problem::unfit(format!("expected two or four ends, found {found}"))),
    }
}

/// What the model makes of examples or codes, as it is wanted.
async fn answered(
    served: &Served,
    (operation, input, labels): (Operation, Input, Option<Vec<u32>>),
    Form { wanted, format }: Form,
    mut room: Room,
    seed: Option<u64>,
) -> Result<Response, Problem> {
    let target = served.model().architecture.target;
    let n = input.len();
    let picture = wanted.picture();
    if picture.is_some() && n != 1 {
        return Err(Problem::new(
            axum::http::StatusCode::NOT_ACCEPTABLE,
            format!("expected one image for an answer of {}, found {n}", wanted.name()),
        )
        .with_hint(
            "ask for application/json, with `format=png` for pictures, or application/x-npy",
        ));
    }
    room.add(n * target.len() * BYTES_PER_VALUE)?;
    let room = Arc::new(room);
    let rows = Rows { operation, shape: input.shape, values: input.values, labels };
    let values = served.ask(rows, &room).await?;
    if let Some(picture) = picture {
        return Ok(bytes(wanted, picture.encode(target, &values)?, room));
    }
    let shape = [n, target.channels, target.height, target.width];
    aside(values.len(), || match wanted {
        MediaType::Npy => Ok(bytes(wanted, npy::f32_bytes(&shape, &values), room)),
        MediaType::Midi => Ok(bytes(wanted, midi(served.model(), &values)?, room)),
        _ => {
            let (model, mut images, mut pictures) = (served.name(), None, None);
            match format {
                Format::Values => images = Some(Lists { shape: &shape, values: &values }),
                Format::Png => {
                    let image =
                        |image| Ok(STANDARD.encode(PictureFormat::Png.encode(target, image)?));
                    let all = values.chunks_exact(target.len()).map(image);
                    pictures = Some(all.collect::<Result<_, Problem>>()?);
                }
            }
            Ok(json(&Document { model, shape, seed, images, pictures }, room))
        }
    })
}

/// Windows one after another.
fn midi(model: &Model, values: &[f32]) -> Result<Vec<u8>, Problem> {
    let Some(encoding) = model.recipe.encoding()? else { return Err(Problem::ours()) };
    let tokens: Vec<Vec<u16>> =
        values.chunks_exact(model.architecture.target.len()).map(tokens_of).collect();
    let bars = (0..).step_by(encoding.bars());
    let windows: Vec<(usize, &[u16])> = bars.zip(tokens.iter().map(Vec::as_slice)).collect();
    Ok(encoding.to_piece(&windows).to_midi())
}
