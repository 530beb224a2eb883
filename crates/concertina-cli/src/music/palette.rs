//! Windows on a grid: as piano rolls, or as a page that plays them.

use std::path::Path;

use concertina::artifact::write_whole;
use concertina::latent::grid;
use concertina::math::Codes;
use concertina::model::{Draw, Model};
use concertina::rng::Seed;
use concertina::{Error, Result};
use concertina_report::palette::Palette;
use concertina_report::plot::Theme;

use super::decoding::Decoding;
use super::inputs::encoding;
use super::order::Order;
use crate::answer::What;
use crate::args;
use crate::condition::classes;
use crate::exit::Exit;
use crate::output::{by_extension, extension, tell_written};
use crate::plane;
use crate::printer::Printer;

/// `-n`, if there is none.
const N: usize = 8;
/// The most `-n`: rolls of more could not be told apart.
const MOST: usize = 16;

/// What an OUT for a palette can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PaletteOut<'a> {
    Png(&'a Path),
    Html(&'a Path),
}

impl<'a> PaletteOut<'a> {
    /// The ends of its names.
    const ENDS: [&'static str; 2] = ["png", "html"];

    /// Whether a name is one of a palette.
    pub(super) fn is_meant(path: &Path) -> bool {
        extension(path).is_some_and(|found| Self::ENDS.contains(&found.as_str()))
    }

    /// Reads the kind from the name. It must not be one of the files that are read, `inputs`.
    pub(super) fn new(path: &'a Path, inputs: &[&Path]) -> Result<Self> {
        let [png, html] = Self::ENDS;
        by_extension("--out", path, inputs, [(png, Self::Png as fn(_) -> _), (html, Self::Html)])
    }

    /// Draws windows and writes them. `what` they are stands in the title, and `note` below.
    pub(super) fn write(
        self,
        model: &Model,
        windows: &[Vec<u16>],
        columns: usize,
        what: &str,
        note: &str,
    ) -> Result<()> {
        let title = format!("{} on {}: {what}", model.recipe.name, model.card.name());
        let encoding = encoding(model)?;
        let palette = Palette { title: &title, encoding, windows, columns, note };
        match self {
            Self::Png(path) => write_whole(path, &palette.to_png(Theme::Light)?),
            Self::Html(path) => write_whole(path, palette.to_html()?.as_bytes()),
        }
    }
}

/// `concertina manifold`
pub(crate) fn manifold(
    args: &args::Manifold,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = PaletteOut::new(&args.out, &[&args.model])?;
    let n = plane::side(args, N, MOST, "windows")?;
    let (codes, note) = codes(args, model, n)?;
    let classes = classes(model, codes.len(), None, args.label.as_deref())?;
    let windows = Decoding { codes, classes, order: Order::Apart(Vec::new()) }
        .windows(model, Draw::MostProbable)?;
    let on_chord = args.label.as_ref().map_or(String::new(), |label| format!(", on {label}"));
    out.write(model, &windows, n, &format!("{n} x {n} windows{on_chord}"), &note)?;
    tell_written(&args.out, What::Windows, n * n, format_args!("{n} x {n} windows"), printer)?;
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
