//! `manifold`.

use concertina::Error;
use concertina::artifact::write_whole;
use concertina::latent::grid;
use concertina::model::Model;
use concertina_report::plot::{Manifold, Theme};

use crate::answer::What;
use crate::args;
use crate::condition::classes;
use crate::exit::Exit;
use crate::music;
use crate::output::{check_amount, png_path, tell_written};
use crate::plane;
use crate::printer::Printer;

/// `-n`, if there is none.
const N: usize = 20;
/// The most `-n`.
const MOST: usize = 100;

/// `concertina manifold`
pub(crate) fn run(args: &args::Manifold, printer: Printer) -> anyhow::Result<Exit> {
    let model = Model::open(&args.model)?;
    if model.card.music().is_some() {
        return music::manifold(args, &model, printer);
    }
    let out = png_path(&args.out, &[&args.model])?;
    let n = plane::side(args, N, MOST, "images")?;
    let across = plane::values(args, n)?;
    if model.architecture.latent_dim != 2 {
        return Err(Error::config(format!(
            "expected a model with 2 latent dimensions, found {}",
            model.architecture.latent_dim
        ))
        .with_hint(
            "train one: `concertina train DATA --recipe conv-vae`, or any recipe with \
             `--set bottleneck.latent-dim=2`",
        )
        .into());
    }
    check_amount(n * n, model.architecture.target)?;
    let up: Vec<f32> = across.iter().rev().copied().collect();
    let codes = grid(&across, &across);
    let images = match classes(&model, codes.len(), None, args.label.as_deref())? {
        Some(classes) => model.conditioned_on(&classes)?.decode(&codes)?,
        None => model.decode(&codes)?,
    };
    let manifold = Manifold {
        title: "",
        shape: images.shape(),
        pixels: images.values(),
        x_values: &across,
        y_values: &up,
        x_name: "z1",
        y_name: "z2",
        note: "",
    };
    write_whole(out, &manifold.to_png(Theme::Light)?)?;
    tell_written(out, What::Images, n * n, format_args!("{n} x {n} images"), printer)?;
    Ok(Exit::Done)
}
