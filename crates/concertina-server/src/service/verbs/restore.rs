//! Pictures without their noise, or enlarged.

use axum::body::Bytes;
use axum::response::Response;
use concertina::artifact::PictureFormat;
use concertina::restore::{PictureFile, Restorer};

use crate::service::answer::{MediaType, bytes};
use crate::service::content::Content;
use crate::service::given::Given;
use crate::service::input::{Takes, checked, examples, labels};
use crate::service::problem::Problem;
use crate::service::served::{Operation, Rows, Served};
use crate::service::shared::Shared;

/// Bytes of a pixel of what is restored, and of the picture that it is written as.
const BYTES_PER_PIXEL: usize = 16;

/// `POST /v1/denoise` and `/v1/upscale`, for a model whose task undoes `undoes`.
pub(super) async fn restore(
    shared: &Shared,
    served: &Served,
    given: Given,
    undoes: &str,
) -> Result<Response, Problem> {
    let offered = [MediaType::Png, MediaType::Jpeg, MediaType::WebP];
    let wanted = MediaType::wanted(&given.headers, &offered)?;
    let format = match wanted {
        MediaType::Jpeg => PictureFormat::Jpeg,
        MediaType::WebP => PictureFormat::WebP,
        _ => PictureFormat::Png,
    };
    let model = served.model();
    let trained_for = model.recipe.task.undoes();
    if trained_for != undoes {
        return Err(Problem::unfit(format!(
            "expected a model trained for the task \"{undoes}\", found one for \"{trained_for}\""
        )));
    }
    let picture = one_picture(given.content)?;
    let size = checked(shared, &picture)?.size();
    let Some(restorer) = Restorer::of(model) else {
        // A model of images of one size.
        let takes = Takes::to_encode(model, true);
        let content = Content::Pictures(vec![picture]);
        let input = examples(shared, model, content, &takes).await?;
        let labels = labels(model, &given.fields, 1)?;
        let (operation, shape) = (Operation::Reconstruct, input.shape);
        let values = served.ask(Rows { operation, shape, values: input.values, labels }).await?;
        return Ok(bytes(wanted, format.encode(model.architecture.target, &values)?));
    };
    let pixels = size[0] * size[1] * restorer.factor() * restorer.factor();
    if pixels > shared.limits.pixels {
        return Err(Problem::too_large(format!(
            "expected a picture that becomes at most {} pixels, found one that becomes {pixels}",
            shared.limits.pixels
        )));
    }
    let _room = shared.room(pixels * BYTES_PER_PIXEL)?;
    let restored = served.ask_alone(move || {
        let mut written = Vec::new();
        let picture = PictureFile::from_bytes(picture.to_vec())?;
        restorer.restore_file(picture, format, &mut written, |_| Ok(()))?;
        Ok(written)
    });
    Ok(bytes(wanted, restored.await?))
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
