//! Scores of a pack: each is written when it is known, and none is kept but the worst.

use std::path::Path;

use concertina::evaluate::{Score, Scores};
use concertina::model::Model;
use concertina::{Error, Result};

use super::out::{self, Out};
use super::told::{Document, WORST, print, warn};
use crate::args;
use crate::exit::Exit;
use crate::output::{Place, Rows};
use crate::packed::Packed;
use crate::printer::Printer;
use crate::progress::Counting;

/// Scores the images of a pack.
pub(super) fn score(
    args: &args::Score,
    model: &Model,
    packed: &Packed,
    outs: &[Out<'_>],
    printer: Printer,
) -> anyhow::Result<Exit> {
    let paths = outs.iter().map(|out| csv_path(*out)).collect::<Result<Vec<_>>>()?;
    let conditioned = model.with_labels(packed.classes.as_deref())?;
    // What holds for every image.
    let common = Scores::of_errors(model, &[], args.quantile)?;
    let columns = out::columns(&common);
    let mut tables = paths
        .iter()
        .map(|path| Rows::csv(Place::File(path), columns.clone()))
        .collect::<Result<Vec<_>>>()?;
    let mut worst: Vec<(Score, usize)> = Vec::new();
    let mut outliers = 0;
    let mut counting = Counting::new(printer, "images scored", packed.range.len());
    for range in packed.chunks() {
        let errors = conditioned.reconstruction_errors_range(&packed.shards, range.clone())?;
        let scores = Scores::of_errors(model, &errors, args.quantile)?;
        outliers += scores.n_outliers.unwrap_or(0);
        let labels = packed.labels(range.clone())?;
        let values = out::values(&scores)?;
        for table in &mut tables {
            table.push(&values, &Packed::names(range.clone()), labels.as_deref())?;
        }
        worst.extend(scores.scores.into_iter().zip(range.clone()));
        worst.sort_by(|(a, i), (b, j)| b.error.total_cmp(&a.error).then(i.cmp(j)));
        worst.truncate(WORST);
        counting.at(range.end - packed.range.start);
    }
    drop(counting);
    warn(&common, printer);
    let names: Vec<String> = worst.iter().map(|(_, index)| index.to_string()).collect();
    let worst: Vec<(Score, &str)> =
        worst.iter().zip(&names).map(|((score, _), name)| (*score, name.as_str())).collect();
    let counts = [packed.range.len(), outliers];
    let document = Document::new(&common, counts, &worst);
    printer.found(&document, || print(&common, "image", counts, &worst, printer))?;
    for (table, path) in tables.into_iter().zip(paths) {
        table.finish()?;
        printer.say(format_args!("{} written", path.display()));
    }
    Ok(Exit::Done)
}

fn csv_path(out: Out<'_>) -> Result<&Path> {
    match out {
        Out::Csv(path) => Ok(path),
        Out::Png(_) => Err(refused("--out NAME.png")),
    }
}

fn refused(flag: &str) -> Error {
    Error::config(format!("`{flag}`: expected images in memory, found a pack"))
        .with_hint("scores of a pack go to a .csv: `--out scores.csv`")
}
