//! The verbs themselves.

use std::path::Path;

use concertina::data::FloatImages;
use concertina::data::music::tokens_of;
use concertina::math::Codes;
use concertina::model::{ConditionedModel, Draw, Model};
use concertina::rng::Seed;
use concertina::text::counted;
use concertina::{Error, Result};

use super::examples;
use super::inputs::{encoding, open_for};
use super::out::MusicOut;
use crate::args;
use crate::condition::{class, classes};
use crate::data::{self, Wanted};
use crate::example::Example;
use crate::exit::Exit;
use crate::output::told;
use crate::printer::Printer;

/// The largest temperature: tokens are nearly as probable as each other there.
const MAX_TEMPERATURE: f32 = 100.0;

/// `concertina decode`
pub(crate) fn decode(
    args: &args::Decode,
    model: &Model,
    codes: &Codes,
    labels: Option<&[String]>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = MusicOut::new(&args.out, &[&args.codes, &args.model])?;
    let classes = classes(model, codes.len(), labels, args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let draw = draw(args.music.temperature, 0)?;
    let names: Vec<String> = (0..codes.len()).map(|i| i.to_string()).collect();
    write(model, &conditioned, codes, draw, out, &names)?;
    printer.say(format_args!("{} written to {}", counted(codes.len(), "window"), told(&args.out)));
    Ok(Exit::Done)
}

/// `concertina reconstruct`
pub(crate) fn reconstruct(
    args: &args::Reconstruct,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = MusicOut::new(&args.out, &data::paths(&args.data, &args.model))?;
    let wanted = Wanted { limit: args.limit, ..Wanted::default() };
    let inputs = open_for(model, &args.data, wanted, printer)?;
    let n = inputs.windows.len();
    let classes = classes(model, n, inputs.labels.as_deref(), args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let codes = conditioned.encode(&inputs.windows)?;
    write(model, &conditioned, &codes, draw(args.music.temperature, 0)?, out, &inputs.names())?;
    printer.say(format_args!("{} written to {}", counted(n, "window"), told(&args.out)));
    Ok(Exit::Done)
}

/// `concertina sample`
pub(crate) fn sample(args: &args::Sample, model: &Model, printer: Printer) -> anyhow::Result<Exit> {
    let out = MusicOut::new(&args.out, &[&args.model])?;
    let labels = args.label.as_ref().map(|name| class(model, name)).transpose()?;
    let labels = labels.map_or_else(|| model.labels_in_turn(args.n), |l| Some(vec![l; args.n]));
    let conditioned = model.with_labels(labels.as_deref())?;
    let codes = model.sample_codes(args.n, Seed(args.seed))?;
    let names: Vec<String> = (0..args.n).map(|i| format!("sample-{i:06}")).collect();
    write(model, &conditioned, &codes, draw(args.music.temperature, args.seed)?, out, &names)?;
    printer.say(format_args!("{} written to {}", counted(args.n, "sample"), told(&args.out)));
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
    let out = MusicOut::new(&args.out, inputs)?;
    let draw = draw(args.music.temperature, args.seed)?;
    let (window, labels) = examples::open(model, example, printer)?;
    let classes = classes(model, 1, labels.as_deref(), args.label.as_deref())?;
    let code = model.with_labels(classes.as_deref())?.encode(&window)?;
    let codes = model.variations(code.row(0), args.amount as f32, args.n, Seed(args.seed))?;
    let labels = classes.map(|classes| classes.repeat(args.n));
    let conditioned = model.with_labels(labels.as_deref())?;
    let names: Vec<String> = (0..args.n).map(|i| format!("variation-{i:06}")).collect();
    write(model, &conditioned, &codes, draw, out, &names)?;
    printer.say(format_args!("{} written to {}", counted(args.n, "variation"), told(&args.out)));
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
    let out = MusicOut::new(&args.out, inputs)?;
    let draw = draw(args.music.temperature, 0)?;
    let (ends, labels) = examples::open(model, ends, printer)?;
    let classes = classes(model, ends.len(), labels.as_deref(), args.label.as_deref())?;
    let codes = model.with_labels(classes.as_deref())?.interpolate_codes(&ends, steps)?;
    let n = codes.len();
    // As for images: all are decoded with the class of the first.
    let labels = classes.map(|classes| vec![classes[0]; n]);
    let conditioned = model.with_labels(labels.as_deref())?;
    let name = |i: usize| match n == steps {
        true => format!("step-{i:03}"),
        false => format!("row-{:03}-column-{:03}", i / steps, i % steps),
    };
    let names: Vec<String> = (0..n).map(name).collect();
    write(model, &conditioned, &codes, draw, out, &names)?;
    printer.say(format_args!("{} written to {}", counted(n, "window"), told(&args.out)));
    Ok(Exit::Done)
}

/// How tokens are chosen: the most probable, unless a temperature is given.
fn draw(temperature: Option<f32>, seed: u64) -> Result<Draw> {
    match temperature {
        None => Ok(Draw::MostProbable),
        Some(temperature) if temperature > 0.0 && temperature <= MAX_TEMPERATURE => {
            Ok(Draw::Sampled { seed: Seed(seed), temperature })
        }
        Some(found) => Err(Error::config(format!(
            "`--temperature`: expected a number above 0 and at most {MAX_TEMPERATURE}, found \
             {found}"
        ))),
    }
}

/// Decodes and writes.
fn write(
    model: &Model,
    conditioned: &ConditionedModel<'_>,
    codes: &Codes,
    draw: Draw,
    out: MusicOut<'_>,
    names: &[String],
) -> Result<()> {
    let decoded: FloatImages = conditioned.decode_with(codes, draw)?;
    out.write(encoding(model)?, &tokens_of(decoded.values()), names)
}
