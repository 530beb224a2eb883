//! `score`.

mod out;

use concertina::artifact::write_whole;
use concertina::evaluate::{Score, Scores};
use concertina::model::Model;
use concertina::text::{counted, number, percent, thousands};
use concertina::{Error, Result};
use schemars::JsonSchema;
use serde::Serialize;

use self::out::Out;
use crate::args;
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::examined::Examined;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::words::on_one_line;

/// How many of the images with the largest errors are printed.
const WORST: usize = 10;

/// `concertina score`
pub(crate) fn run(args: &args::Score, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    let inputs = data::paths(&args.data, &args.model);
    let outs = args.out.iter().map(|out| Out::new(out, &inputs)).collect::<Result<Vec<_>>>()?;
    if !(args.quantile > 0.0 && args.quantile < 1.0) {
        let found = args.quantile;
        return Err(Error::config(format!(
            "`--quantile`: expected a number above 0 and below 1, found {found}"
        ))
        .into());
    }
    let model = Model::open(&args.model)?;
    let wanted = Wanted { limit: args.limit, train: args.train, ..Wanted::default() };
    let inputs = Examined::open(&model, &args.data, wanted, printer)?;
    let n = inputs.names.len();
    let labels = classes(&model, n, inputs.labels.as_deref(), args.label.as_deref())?;
    let scores = Scores::of(&model, inputs.examples(), labels.as_deref(), args.quantile)?;
    if scores.threshold.is_none() {
        printer.warn(
            "the model file has no errors of held-out images, since an earlier version wrote it: \
             the scores have no percentiles and no threshold",
        );
    }
    if let Some(caution) = scores.caution() {
        printer.warn(caution);
    }
    printer.found(&Document::new(&scores, &inputs), || print(&scores, &inputs, printer))?;
    for out in outs {
        write_whole(out.path(), &out.bytes(&model, &scores, &inputs)?)?;
        printer.say(format_args!("{} written", out.path().display()));
    }
    Ok(Exit::Done)
}

fn print(scores: &Scores, inputs: &Examined, printer: Printer) -> anyhow::Result<()> {
    let line = |name: &str, value: String| printer.data(format_args!("{name:<12} {value}"));
    let (n, word) = (scores.scores.len(), inputs.word());
    line(&format!("{word}s"), thousands(n))?;
    line("score", format!("reconstruction error, {}", scores.unit))?;
    if let (Some(threshold), Some(outliers)) = (scores.threshold, scores.n_outliers) {
        line(
            "threshold",
            format!(
                "{}: {} of the model's {} have smaller errors",
                number(threshold.into()),
                percent(scores.quantile),
                counted(scores.held_out_images, &format!("held-out {word}"))
            ),
        )?;
        let share = outliers as f64 / n as f64;
        let usual = percent(1.0 - scores.quantile);
        line(
            "outliers",
            format!(
                "{} of {}, {} ({usual} of held-out {word}s)",
                thousands(outliers),
                thousands(n),
                percent(share)
            ),
        )?;
    }
    for (place, index) in scores.worst(WORST).into_iter().enumerate() {
        let Score { error, percentile, .. } = scores.scores[index];
        let place = if place == 0 { "worst" } else { "" };
        let percentile = percentile.map_or(String::new(), |p| format!("  percentile {p:>5.1}"));
        let name = on_one_line(&inputs.names[index]);
        line(place, format!("{:>10}{percentile}  {name}", number(error.into())))?;
    }
    Ok(())
}

/// What `--json` writes: the scores with the names of the images.
#[derive(JsonSchema, Serialize)]
pub(super) struct Document<'a> {
    unit: &'a str,
    quantile: f64,
    threshold: Option<f32>,
    held_out_images: usize,
    images: usize,
    n_outliers: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<String>,
    /// The names of the images with the largest errors, the largest first.
    worst: Vec<&'a str>,
    scores: Vec<Named<'a>>,
}

#[derive(JsonSchema, Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(flatten)]
    score: Score,
}

impl<'a> Document<'a> {
    fn new(scores: &'a Scores, inputs: &'a Examined) -> Self {
        let name = |index: usize| inputs.names[index].as_str();
        let named = |(index, score): (usize, &Score)| Named {
            name: name(index),
            label: inputs.labels.as_ref().map(|labels| labels[index].as_str()),
            score: *score,
        };
        Self {
            unit: &scores.unit,
            quantile: scores.quantile,
            threshold: scores.threshold,
            held_out_images: scores.held_out_images,
            images: scores.scores.len(),
            n_outliers: scores.n_outliers,
            caution: scores.caution(),
            worst: scores.worst(WORST).into_iter().map(name).collect(),
            scores: scores.scores.iter().enumerate().map(named).collect(),
        }
    }
}
