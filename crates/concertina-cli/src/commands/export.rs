//! `export`: a model in another form.

use std::path::Path;

use concertina::artifact::write_whole;
use concertina::export::{Pixels, answers, onnx, pytorch};
use concertina::model::Model;
use concertina::text::{bytes, counted};
use concertina::{Error, Result};
use concertina_explorer::{Options, Precision};
use concertina_formats::npz::Named;
use schemars::JsonSchema;
use serde::Serialize;

use super::explore::gather;
use crate::answer::paths;
use crate::args::{self, Form};
use crate::condition::classes;
use crate::data::Wanted;
use crate::examined::{Examined, Kind};
use crate::exit::Exit;
use crate::output::{begin_folder, by_extension, expect_new_folder};
use crate::printer::Printer;

/// What was written.
#[derive(JsonSchema, Serialize)]
pub(super) struct Exported {
    /// The paths of the files.
    written: Vec<String>,
    /// With `--html`: points on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<usize>,
    /// With `--half` and `--int8`: the largest change of a pixel by weights of fewer bits, in units
    /// of the range from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    rounding_difference: Option<f64>,
    /// With `--onnx` and `--pytorch`: examples to check the files with, by `check.py` there.
    #[serde(skip_serializing_if = "Option::is_none")]
    examples: Option<usize>,
}

/// `concertina export`
pub(crate) fn run(args: &args::Export, printer: Printer) -> anyhow::Result<Exit> {
    match &args.form {
        Form { html: Some(file), .. } => page(args, file, printer),
        Form { onnx: Some(folder), .. } => networks(args, folder, "ONNX Runtime", printer),
        Form { pytorch: Some(folder), .. } => networks(args, folder, "PyTorch", printer),
        Form { .. } => unreachable!("one form is required"),
    }
}

/// A page to walk through the latent space.
fn page(args: &args::Export, file: &Path, printer: Printer) -> anyhow::Result<Exit> {
    let shown = &args.exhibited;
    let read = [shown.data.as_deref().unwrap_or_default().as_ref(), shown.model.as_path()];
    let kinds = [("html", (|path| path) as fn(&Path) -> &Path)];
    let html = by_extension("--html", file, &read, kinds)?;
    let precision = match args {
        args::Export { half: true, .. } => Precision::Float16,
        args::Export { int8: true, .. } => Precision::Int8,
        args::Export { .. } => Precision::Float32,
    };
    let options = Options {
        points: args.points,
        thumbnails: args.thumbnails.min(args.points),
        precision,
        ..gather::options(shown)
    };
    let exhibit = gather::exhibit(shown, options, false, printer)?;
    let page = exhibit.to_html();
    write_whole(html, page.as_bytes())?;
    printer.made(
        &Exported {
            written: paths([html]),
            points: Some(exhibit.points()),
            rounding_difference: exhibit.rounding_difference.map(f64::from),
            examples: None,
        },
        format_args!(
            "{} written: {}, {}",
            html.display(),
            bytes(page.len() as u64),
            counted(exhibit.points(), "point")
        ),
    )?;
    if let Some(difference) = exhibit.rounding_difference {
        printer.say(format_args!(
            "weights of {} bits change no pixel of these by more than {difference:.1e} of 0..1",
            precision.bits()
        ));
    }
    Ok(Exit::Done)
}

/// The networks, for programs that run them without this one.
fn networks(
    args: &args::Export,
    folder: &Path,
    runtime: &str,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let shown = &args.exhibited;
    let of_a_page = [
        ("--beside", shown.beside.is_some()),
        ("--method", shown.method.is_some()),
        ("--seed", shown.seed.is_some()),
    ];
    if let Some((flag, _)) = of_a_page.iter().find(|(_, given)| *given) {
        return Err(Error::config(format!(
            "`{flag}`: expected beside `--html` only, found beside another form"
        ))
        .into());
    }
    expect_new_folder(folder, "exported model")?;
    shown.threads.begin()?;
    let model = Model::open(&shown.model)?;
    let is_pytorch = args.form.pytorch.is_some();
    let pixels = if is_pytorch || args.float { Pixels::Floats } else { Pixels::Bytes };
    let answers = match examples(args, &model, pixels, printer) {
        Ok(answers) => Some(answers),
        Err(error) if shown.data.is_some() => return Err(error),
        Err(error) => {
            printer.warn(format_args!("no examples to check the files with: {error}"));
            None
        }
    };
    let arrays = answers.as_ref().map(|(_, arrays)| &arrays[..]);
    let files = if is_pytorch {
        pytorch::folder(&model, arrays)?
    } else {
        onnx::folder(&model, pixels, arrays)?
    };
    let mut written = begin_folder(folder)?;
    for (name, bytes) in &files {
        written.write(name, bytes)?;
    }
    written.finish()?;
    let names = files.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let places: Vec<_> = files.iter().map(|(name, _)| folder.join(name)).collect();
    printer.made(
        &Exported {
            written: paths(places.iter().map(AsRef::as_ref)),
            points: None,
            rounding_difference: None,
            examples: answers.as_ref().map(|(n, _)| *n),
        },
        format_args!("{} written: {names}", folder.display()),
    )?;
    if answers.is_some() {
        printer.say(format_args!(
            "`python check.py` there compares {runtime} with what the model makes of the examples"
        ));
    }
    Ok(Exit::Done)
}

/// How many examples there are, and these with what the model makes of them.
fn examples(
    args: &args::Export,
    model: &Model,
    pixels: Pixels,
    printer: Printer,
) -> anyhow::Result<(usize, Vec<Named>)> {
    let source = [gather::source(&args.exhibited, model)?];
    let wanted = Wanted { limit: Some(args.examples), ..Wanted::default() };
    let inputs = Examined::open(model, &source, wanted, printer)?;
    let n = inputs.examples().len().min(args.examples);
    let labels = inputs.labels.as_ref().map(|labels| &labels[..n]);
    let labels = classes(model, n, labels, None)?;
    let of = |examples| answers(model, examples, labels.as_deref(), pixels);
    let found: Result<_> = match &inputs.kind {
        Kind::Images { images, .. } => of(&images.take(n)),
        Kind::Music(windows) => of(&windows.select(&(0..n).collect::<Vec<_>>())),
    };
    Ok((n, found?))
}
