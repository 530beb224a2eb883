//! Windows on a grid: as piano rolls, or as a page that plays them.

use std::path::Path;

use concertina::artifact::write_whole;
use concertina::data::music::tokens_of;
use concertina::latent::grid;
use concertina::math::Codes;
use concertina::model::{Draw, Model};
use concertina::rng::Seed;
use concertina::{Error, Result};
use concertina_report::palette::Palette;
use concertina_report::plot::Theme;

use super::inputs::encoding;
use crate::args;
use crate::condition::classes;
use crate::exit::Exit;
use crate::output::by_extension;
use crate::plane;
use crate::printer::Printer;

/// `-n`, if there is none.
const N: usize = 8;
/// The most `-n`: rolls of more could not be told apart.
const MOST: usize = 16;

/// What an OUT for a palette can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PaletteOut<'a> {
    Png(&'a Path),
    Html(&'a Path),
}

/// `concertina manifold`
pub(crate) fn manifold(
    args: &args::Manifold,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let kinds = [("png", PaletteOut::Png as fn(_) -> _), ("html", PaletteOut::Html)];
    let out = by_extension("--out", &args.out, &[&args.model], kinds)?;
    let n = plane::side(args, N, MOST, "windows")?;
    let (codes, note) = codes(args, model, n)?;
    let classes = classes(model, codes.len(), None, args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let decoded = conditioned.decode_with(&codes, Draw::MostProbable)?;
    let windows: Vec<Vec<u16>> = decoded.iter().map(tokens_of).collect();
    let on_chord = args.label.as_ref().map_or(String::new(), |label| format!(", on {label}"));
    let (name, data) = (&model.recipe.name, model.card.name());
    let title = format!("{name} on {data}: {n} x {n} windows{on_chord}");
    let palette = Palette {
        title: &title,
        encoding: encoding(model)?,
        windows: &windows,
        columns: n,
        note: &note,
    };
    match out {
        PaletteOut::Png(path) => write_whole(path, &palette.to_png(Theme::Light)?)?,
        PaletteOut::Html(path) => write_whole(path, palette.to_html()?.as_bytes())?,
    }
    printer.say(format_args!("{n} x {n} windows written to {}", args.out.display()));
    Ok(Exit::Done)
}

/// The codes of the grid, row by row, and what they are.
fn codes(args: &args::Manifold, model: &Model, n: usize) -> Result<(Codes, String)> {
    if model.architecture.latent_dim == 2 {
        let across = plane::values(args, n)?;
        let spacing = match args.range {
            None => "by the quantiles of the prior".to_owned(),
            Some(range) => format!("evenly from -{range} to {range}"),
        };
        let note = format!(
            "The latent plane: z1 grows to the right and z2 upwards, {spacing}. Each window is \
             decoded to the most probable tokens."
        );
        return Ok((grid(&across, &across), note));
    }
    if args.range.is_some() {
        return Err(Error::config(format!(
            "`--range`: expected a model with 2 latent dimensions, found {}",
            model.architecture.latent_dim
        ))
        .with_hint("leave `--range` out: the corners are samples, drawn with `--seed`"));
    }
    let seed = args.seed.unwrap_or(0);
    let note = format!(
        "The corners are four samples (seed {seed}); between them are interpolations in latent \
         space. Each window is decoded to the most probable tokens."
    );
    Ok((model.sample_square(n, Seed(seed))?, note))
}
