//! `compare`.

use std::path::Path;

use concertina::artifact::{RunFolder, write_whole};
use concertina::compare::{Comparison, RunSummary, Spread};
use concertina::evaluate::{Evaluation, Options, Section};
use concertina::model::Model;
use concertina::text::number;
use concertina::{Error, Result};
use concertina_formats::csv;
use concertina_report::plot::{Curves, Series, Theme};

use crate::args;
use crate::data;
use crate::exit::Exit;
use crate::opened;
use crate::output::FigureOut;
use crate::printer::Printer;
use crate::words::{columns, spaced};
use crate::working::evaluated;

/// `concertina compare`
pub(crate) fn run(args: &args::Compare, printer: Printer) -> anyhow::Result<Exit> {
    let inputs: Vec<&Path> = args.runs.iter().map(AsRef::as_ref).collect();
    let outs =
        args.out.iter().map(|out| FigureOut::new(out, &inputs)).collect::<Result<Vec<_>>>()?;
    let folders = args.runs.iter().map(|run| RunFolder::open(run)).collect::<Result<Vec<_>>>()?;
    let mut found = Comparison::of(&folders)?;
    if args.evaluate {
        for (run, folder) in folders.iter().enumerate() {
            found.add(run, &evaluation(folder, printer)?);
        }
    }
    printer.found(&found, || lines(&found).into_iter().try_for_each(|line| printer.data(line)))?;
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

/// The quick evaluation of a run on the data that it was trained on.
fn evaluation(folder: &RunFolder, printer: Printer) -> anyhow::Result<Evaluation> {
    let model = Model::open(folder.path())?;
    let source = data::trained_on(folder)?;
    printer.say(format_args!("evaluating {} on {source}", folder.path().display()));
    let subject = opened::open_to_evaluate(&model, &source, printer)?;
    let sections = vec![Section::Reconstruction, Section::Embedding, Section::Samples];
    evaluated(&subject, &Options { sections, ..Options::quick() }, printer)
}

/// A row for each run, and one for each group of seeds.
fn lines(found: &Comparison) -> Vec<String> {
    let keys = keys(found);
    let mut rows = vec![head(&keys)];
    rows.extend(found.runs.iter().map(|run| row(run, &keys)));
    let mut lines = columns(&rows);
    let names = figure_names(found);
    if !names.is_empty() {
        let figure = |run: &RunSummary, name: &str| {
            run.figures.get(name).map_or(String::new(), |value| number(*value))
        };
        let mut rows =
            vec![std::iter::once("run").chain(names.iter().copied()).map(spaced).collect()];
        rows.extend(found.runs.iter().map(|run| {
            let figures = names.iter().map(|name| figure(run, name));
            std::iter::once(run.run.clone()).chain(figures).collect()
        }));
        lines.push(String::new());
        lines.extend(columns(&rows));
    }
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
        let figures: Vec<String> = group
            .figures
            .iter()
            .map(|(name, spread)| format!("{} {}", spaced(name), told(*spread)))
            .collect();
        if !figures.is_empty() {
            lines.push(format!("  {}", figures.join(", ")));
        }
    }
    lines
}

/// The figures of evaluations that any run has.
fn figure_names(found: &Comparison) -> Vec<&'static str> {
    let mut names: Vec<&str> =
        found.runs.iter().flat_map(|run| run.figures.keys().copied()).collect();
    names.sort_unstable();
    names.dedup();
    names
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
    let (keys, names) = (keys(found), figure_names(found));
    let mut head = head(&keys);
    head.extend(names.iter().map(ToString::to_string));
    let mut rows = vec![head];
    for run in &found.runs {
        let mut row = row(run, &keys);
        let n = row.len();
        let exact = [run.train.loss, run.valid.loss, run.valid.reconstruction];
        for (cell, value) in row[n - 3..].iter_mut().zip(exact) {
            *cell = value.to_string();
        }
        let figure = |name: &&str| run.figures.get(name).map_or(String::new(), f64::to_string);
        row.extend(names.iter().map(figure));
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
