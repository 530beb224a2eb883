//! `encode` and `decode`.

use std::path::Path;

use concertina::math::Codes;
use concertina::model::Model;
use concertina::text::counted;
use concertina::{Error, Result, memory};
use concertina_formats::{csv, npy};
use fs_err as fs;

use crate::answer::{Files, What};
use crate::args::{self, Encode};
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::examined::Examined;
use crate::exit::Exit;
use crate::music;
use crate::output::{CodesOut, ImagesOut, tell_written};
use crate::packed::Packed;
use crate::printer::Printer;
use crate::progress::Counting;

/// Images that are encoded before progress is told.
const AT_ONCE: usize = 4096;

/// `concertina encode`
pub(crate) fn encode(args: &Encode, printer: Printer) -> anyhow::Result<Exit> {
    let out = CodesOut::new(&args.out, &data::paths(&args.data, &args.model))?;
    if args.shard.is_some() && args.out.is_file() {
        let nothing = Files { written: Vec::new(), of: What::Codes, count: 0 };
        printer.made(&nothing, format_args!("{} is there: nothing to do", args.out.display()))?;
        return Ok(Exit::Done);
    }
    let device = args.device.find()?;
    let model = Model { device, ..Model::open(&args.model)? };
    let Encode { limit, train, shard: share, .. } = *args;
    let wanted = Wanted { limit, train, share, ..Wanted::default() };
    if let Some(packed) = Packed::open(&model, &args.data, wanted, args.label.as_deref())? {
        return encode_packed(args, &model, &packed, out, printer);
    }
    let inputs = Examined::open(&model, &args.data, wanted, printer)?;
    write_codes(args, &model, &inputs, out, printer)
}

/// Encodes the images of a pack and writes each code when it is known.
fn encode_packed(
    args: &Encode,
    model: &Model,
    packed: &Packed,
    out: CodesOut<'_>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let conditioned = model.with_labels(packed.classes.as_deref())?;
    let (n, size) = (packed.range.len(), model.architecture.latent_dim);
    let mut counting = Counting::new(printer, "images encoded", n);
    let mut rows = out.begin(n, size)?;
    for range in packed.chunks() {
        let codes = conditioned.encode_range(&packed.shards, range.clone())?;
        let labels = packed.labels(range.clone())?;
        rows.push(codes.values(), &Packed::names(range.clone()), labels.as_deref())?;
        counting.at(range.end - packed.range.start);
    }
    rows.finish()?;
    drop(counting);
    tell_of_codes(n, size, &args.out, printer)?;
    Ok(Exit::Done)
}

fn tell_of_codes(n: usize, size: usize, out: &Path, printer: Printer) -> anyhow::Result<()> {
    let (codes, dimensions) = (counted(n, "code"), counted(size, "dimension"));
    tell_written(out, What::Codes, n, format_args!("{codes} of {dimensions}"), printer)
}

/// Encodes examples and writes their codes.
fn write_codes(
    args: &Encode,
    model: &Model,
    inputs: &Examined,
    out: CodesOut<'_>,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let labels = inputs.labels.as_deref();
    let classes = classes(model, inputs.names.len(), labels, args.label.as_deref())?;
    let codes = encoded(model, classes.as_deref(), inputs, printer)?;
    out.write(&codes, &inputs.names, labels)?;
    tell_of_codes(codes.len(), codes.size(), &args.out, printer)?;
    Ok(Exit::Done)
}

/// The codes of examples, with progress.
fn encoded(
    model: &Model,
    labels: Option<&[u32]>,
    inputs: &Examined,
    printer: Printer,
) -> Result<Codes> {
    let conditioned = model.with_labels(labels)?;
    let examples = inputs.examples();
    let what = format!("{}s encoded", inputs.word());
    let mut counting = Counting::new(printer, what, examples.len());
    let size = model.architecture.latent_dim;
    let mut values = memory::room_for(examples.len(), size, "codes")?;
    for first in (0..examples.len()).step_by(AT_ONCE) {
        let range = first..examples.len().min(first + AT_ONCE);
        values.extend_from_slice(conditioned.encode_range(examples, range.clone())?.values());
        counting.at(range.end);
    }
    Ok(Codes::new(size, values))
}

/// `concertina decode`
pub(crate) fn decode(args: &args::Decode, printer: Printer) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.out)?;
    let model = Model::open(&args.model)?;
    if model.card.music().is_some() {
        let (codes, labels) = read(&args.codes)?;
        return music::decode(args, &model, codes, labels.as_deref(), printer);
    }
    music::expect_unused(&args.music.given())?;
    let out = ImagesOut::new(&args.out, &[&args.codes, &args.model])?;
    let (codes, labels) = read(&args.codes)?;
    out.check(codes.len(), model.architecture.target)?;
    let classes = classes(&model, codes.len(), labels.as_deref(), args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let names: Vec<String> = (0..codes.len()).map(|i| i.to_string()).collect();
    out.write(model.architecture.target, &names, [""; 2], printer, |range| {
        Ok((conditioned.decode_range(&codes, range)?, None))
    })?;
    tell_written(&args.out, What::Images, codes.len(), counted(codes.len(), "image"), printer)?;
    Ok(Exit::Done)
}

/// Codes from a .npy of shape N D (or D, for one), or a .csv, with their labels if a .csv has them.
fn read(path: &Path) -> Result<(Codes, Option<Vec<String>>)> {
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(
            Error::data("expected a file of codes (.npy or .csv), found none").in_file(path)
        );
    }
    let is_csv = path.extension().is_some_and(|extension| extension == "csv");
    parse(&fs::read(path)?, is_csv).map_err(|error| error.in_file(path))
}

/// The columns of a code in their order: from z1 as `encode` writes them, or from z0 where a file
/// names none.
fn check_columns(columns: &[String]) -> Result<()> {
    let from = |first: usize| (first..).map(|number| format!("z{number}"));
    if [0, 1].into_iter().any(|first| from(first).zip(columns).all(|(name, found)| name == *found))
    {
        return Ok(());
    }
    let expected: Vec<String> = from(1).take(columns.len()).collect();
    Err(Error::data(format!(
        "expected the columns {}, found {}",
        expected.join(", "),
        columns.join(", ")
    ))
    .with_hint(
        "`concertina encode` writes such files; the columns `name` and `label` may come first",
    ))
}

fn parse(bytes: &[u8], is_csv: bool) -> Result<(Codes, Option<Vec<String>>)> {
    let (size, values, labels): (usize, Vec<f32>, _) = if is_csv {
        let table = csv::parse(bytes)?;
        check_columns(&table.columns)?;
        (table.columns.len(), table.values, table.labels)
    } else {
        let array = npy::parse(bytes)?;
        let ([size] | [_, size]) = array.shape[..] else {
            let found = &array.shape;
            return Err(Error::data(format!("expected codes of shape [N, D], found {found:?}")));
        };
        (size, array.values.iter_f64().map(|value| value as f32).collect(), None)
    };
    if values.is_empty() || size == 0 {
        return Err(Error::data("expected codes, found none"));
    }
    if let Some(place) = values.iter().position(|value| !value.is_finite()) {
        let row = place / size;
        return Err(Error::data(format!(
            "expected finite numbers, found {} in code {row}",
            values[place]
        )));
    }
    Ok((Codes::new(size, values), labels))
}
