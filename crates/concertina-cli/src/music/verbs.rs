//! The verbs themselves.

use std::path::Path;

use concertina::math::Codes;
use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::counted;

use super::attributes::moved;
use super::decoding::{Decoding, draw};
use super::examples;
use super::inputs::open_for;
use super::out::MusicOut;
use super::palette::PaletteOut;
use crate::args;
use crate::condition::{class, classes};
use crate::data::{self, Wanted};
use crate::example::Example;
use crate::exit::Exit;
use crate::output::told;
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
    codes: &Codes,
    labels: Option<&[String]>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = MusicOut::new(&args.out, &[&args.codes, &args.model], &args.music)?;
    let draw = draw(&args.music, 0)?;
    let chords = args.music.chords.as_ref();
    let classes = match chords {
        Some(_) => None,
        None => classes(model, codes.len(), labels, args.label.as_deref())?,
    };
    let names = (0..codes.len()).map(|i| i.to_string()).collect();
    let decoding = Decoding { codes: codes.clone(), classes, names }.on_each(model, chords)?;
    decoding.write(model, draw, out)?;
    let n = decoding.len();
    printer.say(format_args!("{} written to {}", counted(n, "window"), told(&args.out)));
    Ok(Exit::Done)
}

/// `concertina reconstruct`
pub(crate) fn reconstruct(
    args: &args::Reconstruct,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let args::Reconstruct { restore, music, attributes } = args;
    let out = MusicOut::new(&restore.out, &data::paths(&restore.data, &restore.model), music)?;
    let draw = draw(music, 0)?;
    let wanted = Wanted { limit: restore.limit, ..Wanted::default() };
    let inputs = open_for(model, &restore.data, wanted, printer)?;
    let n = inputs.windows.len();
    let classes = classes(model, n, inputs.labels.as_deref(), restore.label.as_deref())?;
    let codes = model.with_labels(classes.as_deref())?.encode(&inputs.windows)?;
    let codes = moved(codes, model, attributes, printer)?;
    let decoding = Decoding { codes, classes, names: inputs.names() };
    let decoding = decoding.on_each(model, music.chords.as_ref())?;
    decoding.write(model, draw, out)?;
    let n = decoding.len();
    printer.say(format_args!("{} written to {}", counted(n, "window"), told(&restore.out)));
    Ok(Exit::Done)
}

/// `concertina sample`
pub(crate) fn sample(args: &args::Sample, model: &Model, printer: Printer) -> anyhow::Result<Exit> {
    let n = args.n();
    let out = MusicOut::new(&args.out, &[&args.model], &args.music)?;
    let draw = draw(&args.music, args.seed)?;
    let label = args.label.as_ref().map(|name| class(model, name)).transpose()?;
    let classes = label.map_or_else(|| model.labels_in_turn(n), |label| Some(vec![label; n]));
    let codes = model.sample_codes(n, Seed(args.seed))?;
    let codes = moved(codes, model, &args.attributes, printer)?;
    let names = (0..n).map(|i| format!("sample-{i:06}")).collect();
    let decoding = Decoding { codes, classes, names };
    let decoding = decoding.on_each(model, args.music.chords.as_ref())?;
    decoding.write(model, draw, out)?;
    let n = decoding.len();
    printer.say(format_args!("{} written to {}", counted(n, "sample"), told(&args.out)));
    Ok(Exit::Done)
}

/// `concertina vary`
pub(crate) fn vary(
    args: &args::Vary,
    model: &Model,
    example: &[Example<'_>; 1],
    inputs: &[&Path],
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = MusicOut::new(&args.out, inputs, &args.music)?;
    let draw = draw(&args.music, args.seed)?;
    let (window, labels) = examples::open(model, example, printer)?;
    let classes = classes(model, 1, labels.as_deref(), args.label.as_deref())?;
    let code = model.with_labels(classes.as_deref())?.encode(&window)?;
    let codes = model.variations(code.row(0), args.amount as f32, args.n, Seed(args.seed))?;
    let codes = moved(codes, model, &args.attributes, printer)?;
    let classes = classes.map(|classes| classes.repeat(args.n));
    let names = (0..args.n).map(|i| format!("variation-{i:06}")).collect();
    let decoding = Decoding { codes, classes, names };
    let decoding = decoding.on_each(model, args.music.chords.as_ref())?;
    decoding.write(model, draw, out)?;
    let n = decoding.len();
    printer.say(format_args!("{} written to {}", counted(n, "variation"), told(&args.out)));
    Ok(Exit::Done)
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
    let decoding = Decoding { codes, classes, names: (0..n).map(name).collect() };
    let decoding = decoding.on_the_next(model, args.music.chords.as_ref())?;
    match out {
        Out::Music(out) => decoding.write(model, draw, out)?,
        Out::Palette(out) => {
            let windows = decoding.windows(model, draw)?;
            out.write(model, &windows, steps, "an interpolation", &note)?;
        }
    }
    printer.say(format_args!("{} written to {}", counted(n, "window"), told(&args.out)));
    Ok(Exit::Done)
}
