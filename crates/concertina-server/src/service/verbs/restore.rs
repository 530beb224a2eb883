//! Pictures without their noise, or enlarged.

use std::sync::Arc;

use axum::body::Bytes;
use axum::response::Response;
use concertina::restore::{PictureFile, Restorer};

use crate::service::answer::{MediaType, bytes};
use crate::service::content::Content;
use crate::service::given::Given;
use crate::service::input::{Takes, checked, examples, labels};
use crate::service::problem::Problem;
use crate::service::served::{Operation, Rows, Served};
use crate::service::shared::Shared;

/// Bytes of a pixel of the picture: decoded, as rows, and once more to see how noisy it is.
const BYTES_PER_PIXEL: usize = 32;
/// Bytes of a pixel of what is restored, and of the picture that it is written as.
const BYTES_PER_RESTORED: usize = 16;

/// `POST /v1/denoise` and `/v1/upscale`, for a model whose task undoes `undoes`.
pub(super) async fn restore(
    shared: &Shared,
    served: &Served,
    mut given: Given,
    undoes: &str,
) -> Result<Response, Problem> {
    let offered = [MediaType::Png, MediaType::Jpeg, MediaType::WebP];
    let wanted = MediaType::wanted(&given.headers, &offered)?;
    let format = wanted.picture().ok_or_else(Problem::ours)?;
    let model = served.model();
    let trained_for = model.recipe.task.undoes();
    if trained_for != undoes {
        return Err(Problem::unfit(format!(
            "expected a model trained for the task \"{undoes}\", found one for \"{trained_for}\""
        )));
    }
    let picture = one_picture(given.content)?;
    let labels = labels(model, &given.fields, 1)?;
    let Some(restorer) = Restorer::of(model) else {
        // A model of images of one size.
        let takes = Takes::to_encode(model, true);
        let content = Content::Pictures(vec![picture]);
        let input = examples(shared, model, content, &takes, &mut given.room).await?;
        let (operation, shape) = (Operation::Reconstruct, input.shape);
        let rows = Rows { operation, shape, values: input.values, labels };
        let room = Arc::new(given.room);
        let values = served.ask(rows, &room).await?;
        return Ok(bytes(wanted, format.encode(model.architecture.target, &values)?, room));
    };
    let size = {
        let _turn = shared.turn().await?;
        checked(shared, &picture)?.size()
    };
    let pixels = size[0] * size[1] * restorer.factor() * restorer.factor();
    if pixels > shared.limits.pixels {
        return Err(Problem::too_large(format!(
            "expected a picture that becomes at most {} pixels, found one that becomes {pixels}",
            shared.limits.pixels
        )));
    }
    given.room.add(size[0] * size[1] * BYTES_PER_PIXEL + pixels * BYTES_PER_RESTORED)?;
    let room = Arc::new(given.room);
    let restore = move || {
        let mut written = Vec::new();
        let picture = PictureFile::from_bytes(Arc::<[u8]>::from(&picture[..]))?;
        restorer.restore_file(picture, format, &mut written, |_| Ok(()))?;
        Ok(written)
    };
    let restored = served.ask_alone(restore, &room).await?;
    Ok(bytes(wanted, restored, room))
}

/// The one picture that was sent.
pub(super) fn one_picture(content: Content) -> Result<Bytes, Problem> {
    let found = match content {
        Content::Pictures(mut pictures) if pictures.len() == 1 => return Ok(pictures.remove(0)),
        Content::Pictures(pictures) => format!("{}", pictures.len()),
        Content::Array(_) => "an array".to_owned(),
        Content::Nothing => "none".to_owned(),
    };
    Err(Problem::unfit(format!("expected one picture (image/png, say), found {found}")))
}
