//! What was sent as a model takes it.

use std::sync::Arc;

use axum::body::Bytes;
use concertina::ImageShape;
use concertina::data::{Examples, FloatImages, Images, PictureBytes};
use concertina::model::Model;

use super::content::{Array, Content, Kind, Values, aside};
use super::document::Fields;
use super::problem::Problem;
use super::room::Room;
use super::shared::Shared;

/// What a pixel takes while a picture is decoded and made to fit: two pictures of four channels.
pub(crate) const BYTES_PER_PIXEL: usize = 8;
/// The pixels of a request's pictures are at most so many times those that one may have.
const AT_MOST_TIMES: usize = 4;

/// Examples or codes of one shape.
pub(crate) struct Input {
    pub(crate) shape: ImageShape,
    pub(crate) values: Vec<f32>,
}

/// Which images a model's verb takes.
pub(crate) struct Takes {
    /// As they are.
    pub(crate) kept: Vec<ImageShape>,
    /// Pictures of other sizes become this.
    pub(crate) otherwise: ImageShape,
}

impl Takes {
    /// What is encoded; `to_input` for images that come back, which lose nothing then.
    pub(crate) fn to_encode(model: &Model, to_input: bool) -> Self {
        let (input, target) = (model.architecture.input, model.architecture.target);
        Self { kept: vec![input, target], otherwise: if to_input { input } else { target } }
    }

    /// What is compared with its reconstruction.
    pub(crate) fn to_compare(model: &Model) -> Self {
        let target = model.architecture.target;
        Self { kept: vec![target], otherwise: target }
    }
}

impl Input {
    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.shape.len()
    }
}

/// Examples for a model.
pub(crate) async fn examples(
    shared: &Shared,
    model: &Model,
    content: Content,
    takes: &Takes,
    room: &mut Room,
) -> Result<Input, Problem> {
    let input = match content {
        Content::Nothing => return Err(none("images", takes)),
        Content::Array(array) if array.kind == Some(Kind::Codes) => {
            return Err(none("images", takes));
        }
        Content::Array(array) => aside(array.values.len(), || from_array(model, array, takes))?,
        Content::Pictures(_) if model.card.music().is_some() => {
            return Err(Problem::unfit("expected tokens of music, found pictures"));
        }
        Content::Pictures(pictures) => from_pictures(shared, pictures, takes, room).await?,
    };
    if input.values.is_empty() {
        return Err(none("images", takes));
    }
    expect_few(shared, input.len(), "images")?;
    Ok(input)
}

fn none(what: &str, takes: &Takes) -> Problem {
    Problem::unfit(format!("expected {what}, found none"))
        .with_hint(format!("this model takes images of {}", takes.otherwise))
}

/// An error for more examples than a request may have.
pub(crate) fn expect_few(shared: &Shared, n: usize, what: &str) -> Result<(), Problem> {
    let most = shared.limits.images;
    if n <= most {
        return Ok(());
    }
    Err(Problem::too_large(format!("expected at most {most} {what} in a request, found {n}"))
        .with_hint("send them in several"))
}

async fn from_pictures(
    shared: &Shared,
    pictures: Vec<Bytes>,
    takes: &Takes,
    room: &mut Room,
) -> Result<Input, Problem> {
    expect_few(shared, pictures.len(), "images")?;
    let mut all: Option<Input> = None;
    let mut pixels = 0_usize;
    for (index, bytes) in pictures.into_iter().enumerate() {
        let _turn = shared.turn().await?;
        let picture = checked(shared, &bytes)?;
        let [width, height] = picture.size();
        pixels = pixels.saturating_add(width * height);
        let most = shared.limits.pixels.saturating_mul(AT_MOST_TIMES);
        if pixels > most {
            return Err(Problem::too_large(format!(
                "expected pictures of at most {most} pixels together, found more"
            ))
            .with_hint("send fewer at a time, or smaller ones"));
        }
        if index == 0 {
            room.add(width * height * BYTES_PER_PIXEL)?;
        }
        let fit = || picture.fitted(&takes.kept, takes.otherwise);
        let image = aside(width * height, fit)?;
        let shape = image.shape();
        let all = all.get_or_insert_with(|| Input { shape, values: Vec::new() });
        if all.shape != shape {
            return Err(Problem::unfit(format!(
                "expected images of {}, as the first, found one of {shape} (index {index})",
                all.shape
            )));
        }
        let place = all.values.len();
        all.values.resize(place + shape.len(), 0.0);
        image.read(0, &mut all.values[place..])?;
    }
    all.ok_or_else(|| none("images", takes))
}

/// The header of a picture that is not too large.
pub(crate) fn checked(shared: &Shared, bytes: &Bytes) -> Result<PictureBytes, Problem> {
    let picture = aside(bytes.len(), || PictureBytes::new(Arc::<[u8]>::from(&bytes[..])))?;
    let [width, height] = picture.size();
    let most = shared.limits.pixels;
    if width.saturating_mul(height) > most {
        return Err(Problem::too_large(format!(
            "expected a picture of at most {most} pixels, found {width} x {height}"
        )));
    }
    Ok(picture)
}

fn from_array(model: &Model, array: Array, takes: &Takes) -> Result<Input, Problem> {
    let (shape, rows_last) = shape_of(&array.shape, &takes.kept)?;
    let mut values = match array.values {
        Values::Bytes(bytes) if model.card.music().is_none() => {
            FloatImages::of(&Images::new(ImageShape::new(1, 1, bytes.len()), bytes)?)?.into_values()
        }
        Values::Bytes(bytes) => bytes.into_iter().map(f32::from).collect(),
        Values::Floats(values) => values,
    };
    check_values(model, &values)?;
    if rows_last {
        values = planes(&values, shape);
    }
    Ok(Input { shape, values })
}

/// Which of the shapes the images of an array have, and whether their channels come last.
fn shape_of(found: &[usize], kept: &[ImageShape]) -> Result<(ImageShape, bool), Problem> {
    for &shape in kept {
        let ImageShape { channels, height, width } = shape;
        match *found {
            [_, c, h, w] if [c, h, w] == [channels, height, width] => return Ok((shape, false)),
            [_, h, w, c] if [c, h, w] == [channels, height, width] => return Ok((shape, true)),
            [_, h, w] if [1, h, w] == [channels, height, width] => return Ok((shape, false)),
            _ => {}
        }
    }
    let told = |shape: &ImageShape| {
        let ImageShape { channels, height, width } = shape;
        format!("[N, {channels}, {height}, {width}]")
    };
    let mut expected: Vec<String> = kept.iter().map(told).collect();
    expected.dedup();
    Err(Problem::unfit(format!(
        "expected images of shape {}, found an array of shape {found:?}",
        expected.join(" or ")
    )))
}

/// `[N, H, W, C]` as `[N, C, H, W]`.
fn planes(values: &[f32], shape: ImageShape) -> Vec<f32> {
    let channels = shape.channels;
    let image = |image| {
        (0..channels).flat_map(move |channel| {
            let image: &[f32] = image;
            image.iter().skip(channel).step_by(channels).copied()
        })
    };
    values.chunks_exact(shape.len()).flat_map(image).collect()
}

fn check_values(model: &Model, values: &[f32]) -> Result<(), Problem> {
    if model.card.music().is_none() {
        return match values.iter().position(|value| !(0.0..=1.0).contains(value)) {
            None => Ok(()),
            Some(index) => Err(Problem::unfit(format!(
                "expected values from 0 to 1, found {} at index {index}",
                values[index]
            ))
            .with_hint("values from 0 to 255 are sent as an array of uint8, or as pictures")),
        };
    }
    let voices = model.recipe.encoding()?.map_or(&[][..], |encoding| encoding.voices());
    for (index, &value) in values.iter().enumerate() {
        let classes = voices[index % voices.len()].classes;
        // The number of classes itself is padding.
        if !(0.0..=classes as f32).contains(&value) || value.fract() != 0.0 {
            return Err(Problem::unfit(format!(
                "expected a token, a whole number up to {classes}, found {value} at index {index}"
            )));
        }
    }
    Ok(())
}

/// Codes for a model: finite numbers, `[N, D]`, or `[D]` for one.
pub(crate) fn codes(shared: &Shared, model: &Model, content: Content) -> Result<Input, Problem> {
    let size = model.architecture.latent_dim;
    let array = match content {
        Content::Array(array) if array.kind != Some(Kind::Images) => array,
        _ => return Err(Problem::unfit(format!("expected codes, [N, {size}], found none"))),
    };
    let ([found] | [_, found]) = array.shape[..] else {
        return Err(Problem::unfit(format!(
            "expected codes of shape [N, {size}], found an array of shape {:?}",
            array.shape
        )));
    };
    let values = match array.values {
        Values::Floats(values) => values,
        Values::Bytes(bytes) => bytes.into_iter().map(f32::from).collect(),
    };
    if values.is_empty() {
        return Err(Problem::unfit(format!("expected codes, [N, {size}], found none")));
    }
    if found != size {
        return Err(Problem::unfit(format!(
            "expected codes with {size} latent dimensions, as this model's, found {found}"
        )));
    }
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(Problem::unfit(format!(
            "expected finite numbers, found {} in code {}",
            values[index],
            index / size
        )));
    }
    expect_few(shared, values.len() / size, "codes")?;
    Ok(Input { shape: ImageShape::new(1, 1, size), values })
}

/// The class of each of `n` examples, for a conditional model.
pub(crate) fn labels(
    model: &Model,
    fields: &Fields,
    n: usize,
) -> Result<Option<Vec<u32>>, Problem> {
    let classes = fields.label.iter().map(|name| Ok(model.class(name)?));
    let classes = classes.collect::<Result<Vec<u32>, Problem>>()?;
    match classes[..] {
        [] if model.architecture.classes == 0 => Ok(None),
        [] => Err(Problem::unfit("expected a class (`label`), since the model is conditional")),
        [class] => Ok(Some(vec![class; n])),
        _ if classes.len() == n => Ok(Some(classes)),
        _ => Err(Problem::unfit(format!(
            "expected one class (`label`), or one for each of {n}, found {}",
            classes.len()
        ))),
    }
}
