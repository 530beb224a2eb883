//! Defects in pictures.

use std::sync::Arc;

use axum::response::Response;
use concertina::restore::PictureFile;
use concertina_formats::npy;
use serde::Serialize;

use super::restore::one_picture;
use crate::service::answer::{MediaType, bytes};
use crate::service::given::Given;
use crate::service::input::checked;
use crate::service::problem::Problem;
use crate::service::served::Served;
use crate::service::shared::Shared;

/// Bytes of a pixel while a picture is inspected.
const BYTES_PER_PIXEL: usize = 64;

#[derive(Serialize)]
struct Document<'a> {
    model: &'a str,
    score: f64,
    threshold: f64,
    rejected: bool,
    /// Whether the threshold promises its rate of false alarms.
    promised: bool,
    false_alarms: f64,
}

/// `POST /v1/inspect`
pub(super) async fn inspect(
    shared: &Shared,
    served: &Arc<Served>,
    mut given: Given,
) -> Result<Response, Problem> {
    let wanted = MediaType::wanted(&given.headers, &[MediaType::Json, MediaType::Npy])?;
    if served.inspecting().is_none() {
        return Err(Problem::unfit("this model was not given good pictures to inspect others by")
            .with_hint("`concertina serve MODEL --good PICTURES`"));
    }
    let picture = one_picture(given.content)?;
    let [width, height] = {
        let _turn = shared.turn().await?;
        checked(shared, &picture)?.size()
    };
    given.room.add(width * height * BYTES_PER_PIXEL)?;
    let room = Arc::new(given.room);
    let inspects = Arc::clone(served);
    let inspect = move || {
        let Some(inspecting) = inspects.inspecting() else { return Err(Problem::ours()) };
        let picture = PictureFile::from_bytes(Arc::<[u8]>::from(&picture[..]))?.read()?;
        let found = inspecting.inspector.inspect(&picture)?;
        if wanted == MediaType::Npy {
            return Ok(npy::f32_bytes(&found.sides, &found.map));
        }
        let threshold = inspecting.threshold;
        let document = Document {
            model: inspects.name(),
            score: found.score,
            threshold: threshold.score,
            rejected: found.score > threshold.score,
            promised: threshold.is_promised(),
            false_alarms: threshold.false_alarms,
        };
        serde_json::to_vec(&document).map_err(|_| Problem::ours())
    };
    let inspected = served.ask_alone(inspect, &room).await?;
    Ok(bytes(wanted, inspected, room))
}
