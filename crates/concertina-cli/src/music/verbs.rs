//! The verbs themselves.

use std::path::Path;

use concertina::math::Codes;
use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::counted;

use super::attributes::moved;
use super::decoding::{Decoding, draw};
use super::examples;
use super::inputs::{encoding, open_for, open_pieces};
use super::order::Order;
use super::out::MusicOut;
use super::palette::PaletteOut;
use super::writing::Writing;
use crate::answer::What;
use crate::args;
use crate::condition::{class, classes};
use crate::data::{self, Wanted};
use crate::example::Example;
use crate::exit::Exit;
use crate::output::tell_written;
use crate::printer::Printer;

/// What an interpolation is written as.
enum Out<'a> {
    Music(MusicOut<'a>),
    Palette(PaletteOut<'a>),
}

/// `concertina decode`
pub(crate) fn decode(
    args: &args::Decode,
    model: &Model,
    codes: Codes,
    labels: Option<&[String]>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let inputs = [args.codes.as_path(), &args.model];
    let writing = Writing::new(&args.out, &inputs, &args.music, 0)?;
    let classes = match &args.music.chords {
        Some(_) => None,
        None => classes(model, codes.len(), labels, args.label.as_deref())?,
    };
    let names = (0..codes.len()).map(|i| i.to_string()).collect();
    writing.write(model, Decoding { codes, classes, order: Order::Apart(names) }, "window", printer)
}

/// `concertina reconstruct`
pub(crate) fn reconstruct(
    args: &args::Reconstruct,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let args::Reconstruct { model: path, data, images, music, attributes } = args;
    let writing = Writing::new(&images.out, &data::paths(data, path), music, 0)?;
    let wanted = Wanted { limit: images.limit, ..Wanted::default() };
    // A code on several chords is no longer a place in a piece.
    let open = if music.chords.is_some() { open_for } else { open_pieces };
    let inputs = open(model, data, wanted, printer)?;
    let n = inputs.windows.len();
    let classes = classes(model, n, inputs.labels.as_deref(), images.label.as_deref())?;
    let codes = model.with_labels(classes.as_deref())?.encode(&inputs.windows)?;
    let codes = moved(codes, model, attributes, printer)?;
    writing.write(
        model,
        Decoding { codes, classes, order: Order::Pieces(inputs.places) },
        "window",
        printer,
    )
}

/// `concertina sample`
pub(crate) fn sample(args: &args::Sample, model: &Model, printer: Printer) -> anyhow::Result<Exit> {
    let n = args.n();
    let writing = Writing::new(&args.out, &[&args.model], &args.music, args.seed)?;
    let label = args.label.as_ref().map(|name| class(model, name)).transpose()?;
    let classes = label.map_or_else(|| model.labels_in_turn(n), |label| Some(vec![label; n]));
    let codes = model.sample_codes(n, Seed(args.seed))?;
    let codes = moved(codes, model, &args.attributes, printer)?;
    let names = (0..n).map(|i| format!("sample-{i:06}")).collect();
    writing.write(model, Decoding { codes, classes, order: Order::Apart(names) }, "sample", printer)
}

/// `concertina vary`
pub(crate) fn vary(
    args: &args::Vary,
    model: &Model,
    example: &[Example<'_>; 1],
    inputs: &[&Path],
    printer: Printer,
) -> anyhow::Result<Exit> {
    let writing = Writing::new(&args.out, inputs, &args.music, args.seed)?;
    let (window, labels) = examples::open(model, example, printer)?;
    let classes = classes(model, 1, labels.as_deref(), args.label.as_deref())?;
    let code = model.with_labels(classes.as_deref())?.encode(&window)?;
    let codes = model.variations(code.row(0), args.amount as f32, args.n, Seed(args.seed))?;
    let codes = moved(codes, model, &args.attributes, printer)?;
    let classes = classes.map(|classes| classes.repeat(args.n));
    let names = (0..args.n).map(|i| format!("variation-{i:06}")).collect();
    writing.write(
        model,
        Decoding { codes, classes, order: Order::Apart(names) },
        "variation",
        printer,
    )
}

/// `concertina interpolate`
pub(crate) fn interpolate(
    args: &args::Interpolate,
    model: &Model,
    ends: &[Example<'_>],
    steps: usize,
    inputs: &[&Path],
    printer: Printer,
) -> anyhow::Result<Exit> {
    // Found out before the work.
    let out = if PaletteOut::is_meant(&args.out) {
        Out::Palette(PaletteOut::new(&args.out, inputs)?)
    } else {
        Out::Music(MusicOut::new(&args.out, inputs, &args.music)?)
    };
    let draw = draw(&args.music, 0)?;
    let names: Vec<String> = ends.iter().map(Example::name).collect();
    let note = match names.as_slice() {
        [a, b, c, d] => format!("The corners are {a} and {b} above {c} and {d}."),
        names => format!("From {}.", names.join(" to ")),
    };
    let (ends, labels) = examples::open(model, ends, printer)?;
    let classes = classes(model, ends.len(), labels.as_deref(), args.label.as_deref())?;
    let codes = model.with_labels(classes.as_deref())?.interpolate_codes(&ends, steps)?;
    let n = codes.len();
    // As for images: all are decoded with the class of the first.
    let classes = classes.map(|classes| vec![classes[0]; n]);
    let name = |i: usize| {
        if n == steps {
            format!("step-{i:03}")
        } else {
            format!("row-{:03}-column-{:03}", i / steps, i % steps)
        }
    };
    let decoding = Decoding { codes, classes, order: Order::Apart((0..n).map(name).collect()) };
    let decoding = decoding.on_the_next(model, args.music.chords.as_ref())?;
    let windows = decoding.windows(model, draw)?;
    match out {
        Out::Music(out) => out.write(encoding(model)?, &decoding.order.pieces(&windows))?,
        Out::Palette(out) => out.write(model, &windows, steps, "an interpolation", &note)?,
    }
    tell_written(&args.out, What::Windows, n, counted(n, "window"), printer)?;
    Ok(Exit::Done)
}
