//! `compare`.

use std::path::Path;

use concertina::artifact::{RunFolder, write_whole};
use concertina::compare::{Comparison, RunSummary, Spread};
use concertina::text::number;
use concertina::{Error, Result};
use concertina_formats::csv;
use concertina_report::plot::{Curves, Series, Theme};

use crate::args;
use crate::exit::Exit;
use crate::output::FigureOut;
use crate::printer::Printer;
use crate::words::columns;

/// `concertina compare`
pub(crate) fn run(args: &args::Compare, printer: Printer) -> anyhow::Result<Exit> {
    let inputs: Vec<&Path> = args.runs.iter().map(AsRef::as_ref).collect();
    let outs =
        args.out.iter().map(|out| FigureOut::new(out, &inputs)).collect::<Result<Vec<_>>>()?;
    let folders = args.runs.iter().map(|run| RunFolder::open(run)).collect::<Result<Vec<_>>>()?;
    let found = Comparison::of(&folders)?;
    if args.json {
        printer.data(serde_json::to_string_pretty(&found)?)?;
    } else {
        for line in lines(&found) {
            printer.data(line)?;
        }
    }
    if found.runs.iter().any(|run| run.unit != found.runs[0].unit) {
        printer.warn("the losses of these runs are in different units: compare them with care");
    }
    for out in outs {
        let bytes = match out {
            FigureOut::Png(_) => curves(&found)?,
            FigureOut::Csv(_) => table(&found)?,
        };
        write_whole(out.path(), &bytes)?;
        printer.say(format_args!("{} written", out.path().display()));
    }
    Ok(Exit::Done)
}

/// A row for each run, and one for each group of seeds.
fn lines(found: &Comparison) -> Vec<String> {
    let keys = keys(found);
    let mut rows = vec![head(&keys)];
    rows.extend(found.runs.iter().map(|run| row(run, &keys)));
    let mut lines = columns(&rows);
    for group in &found.groups {
        let names: Vec<&str> = group.runs.iter().map(|&run| found.runs[run].run.as_str()).collect();
        let told = |Spread { mean, std }: Spread| format!("{} ± {}", number(mean), number(std));
        lines.push(format!(
            "{} seeds ({}): validation loss {}, reconstruction {}",
            group.runs.len(),
            names.join(", "),
            told(group.loss),
            told(group.reconstruction)
        ));
    }
    lines
}

/// The keys of the settings that differ.
fn keys(found: &Comparison) -> Vec<String> {
    let mut keys: Vec<String> =
        found.runs.iter().flat_map(|run| run.settings.keys().cloned()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn head(keys: &[String]) -> Vec<String> {
    let fixed = ["data", "seed", "epochs", "training loss", "validation loss", "reconstruction"];
    let own = |word: &str| word.to_owned();
    std::iter::once(own("run")).chain(keys.iter().cloned()).chain(fixed.map(own)).collect()
}

fn row(run: &RunSummary, keys: &[String]) -> Vec<String> {
    let epochs = if run.epochs == run.planned_epochs {
        run.epochs.to_string()
    } else {
        format!("{} of {}", run.epochs, run.planned_epochs)
    };
    let settings = keys.iter().map(|key| run.settings.get(key).cloned().unwrap_or_default());
    let fixed = [
        run.data.clone(),
        run.seed.to_string(),
        epochs,
        number(run.train.loss),
        number(run.valid.loss),
        number(run.valid.reconstruction),
    ];
    std::iter::once(run.run.clone()).chain(settings).chain(fixed).collect()
}

/// The table, with all digits.
fn table(found: &Comparison) -> Result<Vec<u8>> {
    let keys = keys(found);
    let mut rows = vec![head(&keys)];
    for run in &found.runs {
        let mut row = row(run, &keys);
        let n = row.len();
        let exact = [run.train.loss, run.valid.loss, run.valid.reconstruction];
        for (cell, value) in row[n - 3..].iter_mut().zip(exact) {
            *cell = value.to_string();
        }
        rows.push(row);
    }
    Ok(csv::write_rows(&rows)?)
}

/// The validation loss of each run over its epochs.
fn curves(found: &Comparison) -> Result<Vec<u8>> {
    let series: Vec<Series> = found
        .runs
        .iter()
        .map(|run| {
            let losses = run.history.iter().map(|metrics| metrics.valid.loss);
            Series::by_epoch(run.run.clone(), losses)
        })
        .collect();
    if series.len() > MOST_CURVES {
        return Err(Error::config(format!(
            "expected at most {MOST_CURVES} runs in a picture, found {}",
            series.len()
        )));
    }
    let y_name = format!("validation loss ({})", found.runs[0].unit);
    Curves { x_name: "epoch", y_name: &y_name, series: &series, ..Curves::default() }
        .to_png(Theme::Light)
}

/// Of more, colours could not be told apart.
const MOST_CURVES: usize = 10;
