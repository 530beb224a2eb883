//! `score`.

mod out;
mod packed;
mod told;

use concertina::artifact::write_whole;
use concertina::evaluate::{Score, Scores};
use concertina::model::Model;
use concertina::{Error, Result};

use self::out::Out;
pub(super) use self::told::Document;
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
    // A program that asks for the answer gets it, also of a part that is there.
    let is_there = args.shard.is_some() && args.out.iter().all(|out| out.is_file());
    if is_there && !printer.answers_in_json() {
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
    let worst = scores.worst(WORST).into_iter();
    let worst: Vec<(Score, &str)> =
        worst.map(|index| (scores.scores[index], inputs.names[index].as_str())).collect();
    let counts = [scores.scores.len(), scores.n_outliers.unwrap_or(0)];
    let document = Document::new(&scores, counts, &worst).with_all(&scores, &inputs);
    printer.found(&document, || print(&scores, inputs.word(), counts, &worst, printer))?;
    for out in outs {
        write_whole(out.path(), &out.bytes(&model, &scores, &inputs)?)?;
        printer.say(format_args!("{} written", out.path().display()));
    }
    Ok(Exit::Done)
}
