//! `score`.

mod out;
mod packed;
mod told;

use concertina::artifact::write_whole;
use concertina::evaluate::{Score, Scores};
use concertina::model::Model;
use concertina::{Error, Result};
use serde::Serialize;

use self::out::Out;
use self::told::{WORST, print, warn};
use crate::args;
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::examined::Examined;
use crate::exit::Exit;
use crate::packed::Packed;
use crate::printer::Printer;

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
    if args.shard.is_some() && args.out.iter().all(|out| out.is_file()) {
        printer.say("all parts are there: nothing to do");
        return Ok(Exit::Done);
    }
    let model = Model::open(&args.model)?;
    let args::Score { limit, train, shard: share, .. } = *args;
    let wanted = Wanted { limit, train, share, ..Wanted::default() };
    if let Some(packed) = Packed::open(&model, &args.data, wanted, args.label.as_deref())? {
        return packed::score(args, &model, &packed, &outs, printer);
    }
    let inputs = Examined::open(&model, &args.data, wanted, printer)?;
    let n = inputs.names.len();
    let labels = classes(&model, n, inputs.labels.as_deref(), args.label.as_deref())?;
    let scores = Scores::of(&model, inputs.examples(), labels.as_deref(), args.quantile)?;
    warn(&scores, printer);
    if args.json {
        printer.data(serde_json::to_string_pretty(&Document::new(&scores, &inputs))?)?;
    } else {
        let worst = scores.worst(WORST).into_iter();
        let worst: Vec<(Score, &str)> =
            worst.map(|index| (scores.scores[index], inputs.names[index].as_str())).collect();
        let counts = [scores.scores.len(), scores.n_outliers.unwrap_or(0)];
        print(&scores, inputs.word(), counts, &worst, printer)?;
    }
    for out in outs {
        write_whole(out.path(), &out.bytes(&model, &scores, &inputs)?)?;
        printer.say(format_args!("{} written", out.path().display()));
    }
    Ok(Exit::Done)
}

/// What `--json` writes: the scores with the names of the images.
#[derive(Serialize)]
struct Document<'a> {
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

#[derive(Serialize)]
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
