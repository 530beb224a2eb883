//! `denoise` and `upscale`.

mod pictures;

use std::path::Path;

use concertina::model::Model;
use concertina::restore::{Restorer, built_in, is_picture_name};
use concertina::{Error, ImageShape};

use self::pictures::Pictures;
use super::reconstruct::{self, Request};
use crate::args;
use crate::exit::Exit;
use crate::output::ImagesOut;
use crate::printer::Printer;
use crate::stdin;

/// `concertina denoise`
pub(crate) fn denoise(args: &args::Restore, printer: Printer) -> anyhow::Result<Exit> {
    restore(args, "noise", "photo-denoise", None, printer)
}

/// `concertina upscale`
pub(crate) fn upscale(args: &args::Upscale, printer: Printer) -> anyhow::Result<Exit> {
    let own = if args.factor == Some(4) { "photo-4x" } else { "photo-2x" };
    restore(&args.restore, "downscale", own, args.factor, printer)
}

/// `task` is the kind that the model must have been trained for, `own` the built-in model, of which
/// there may be one for each `factor`.
///
/// A model that takes pictures of any size gets them as they are; others, arrays and data sets are
/// fitted to the model.
fn restore(
    args: &args::Restore,
    task: &str,
    own: &str,
    factor: Option<usize>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.images.out)?;
    let (path, data) = model_and_data(&args.given)?;
    if let (Some(_), Some(factor)) = (path, factor) {
        return Err(Error::config(format!(
            "`--factor`: expected the built-in model, which there are several of, found {factor} \
             for a model that has its own"
        ))
        .with_hint("leave it out")
        .into());
    }
    let model = path.map_or_else(|| built_in(own), Model::open)?;
    check_task(&model, task)?;
    let request = Request { model: path, data, to: &args.images };
    let pictures = Pictures::find(&request)?;
    match (Restorer::of(&model), pictures) {
        (Some(restorer), Some(pictures)) => pictures.restore(restorer, printer),
        (_, None) if path.is_none() => Err(Error::config(format!(
            "expected picture files or folders of them, to be written as pictures, for the \
             built-in model, found {} and {}",
            data.join(", "),
            args.images.out.display()
        ))
        .into()),
        _ => reconstruct::images(&request, &model, printer),
    }
}

/// The model, unless there are only pictures, and DATA.
fn model_and_data(given: &[String]) -> Result<(Option<&Path>, &[String]), Error> {
    let (first, rest) = given.split_first().expect("clap asks for at least one");
    let path = Path::new(first);
    let holds = |file| path.join(file).exists();
    let is_data = first == stdin::DASH
        || is_picture_name(first)
        || (path.is_dir() && !holds("model.safetensors") && !holds("config.toml"));
    match rest {
        _ if is_data => Ok((None, given)),
        [] if path.exists() => {
            Err(Error::config(format!("expected DATA behind the model `{first}`, found none")))
        }
        [] => Ok((None, given)),
        rest => Ok((Some(path), rest)),
    }
}

fn check_task(model: &Model, task: &str) -> Result<(), Error> {
    let trained_for = model.recipe.task.undoes();
    if task == trained_for {
        return Ok(());
    }
    let is_digit = model.architecture.target == ImageShape::new(1, 28, 28);
    let recipe = match (task, is_digit) {
        ("noise", true) => "denoise",
        ("noise", false) => "wide-denoise",
        (_, true) => "super-resolution",
        (_, false) => "enlarge-2x",
    };
    Err(Error::config(format!(
        "expected a model trained for the task \"{task}\", found one for \"{trained_for}\""
    ))
    .with_hint(format!("train one: `concertina train DATA --recipe {recipe}`")))
}
