//! `sample`.

use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::counted;

use crate::answer::What;
use crate::args;
use crate::condition::class;
use crate::exit::Exit;
use crate::music;
use crate::output::{ImagesOut, tell_written};
use crate::printer::Printer;

/// `concertina sample`
pub(crate) fn run(args: &args::Sample, printer: Printer) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.out)?;
    let model = Model::open(&args.model)?;
    if model.card.music().is_some() {
        return music::sample(args, &model, printer);
    }
    music::expect_unused(&[args.music.given(), args.attributes.given()].concat())?;
    let n = args.n();
    let out = ImagesOut::new(&args.out, &[&args.model])?;
    out.check(n, model.architecture.target)?;
    let labels = args.label.as_ref().map(|name| class(&model, name)).transpose()?;
    let labels = labels.map_or_else(|| model.labels_in_turn(n), |l| Some(vec![l; n]));
    let conditioned = model.with_labels(labels.as_deref())?;
    let codes = model.sample_codes(n, Seed(args.seed))?;
    let names: Vec<String> = (0..n).map(|i| format!("sample-{i:06}")).collect();
    out.write(model.architecture.target, &names, [""; 2], printer, |range| {
        Ok((conditioned.decode_range(&codes, range)?, None))
    })?;
    tell_written(&args.out, What::Images, n, counted(n, "sample"), printer)?;
    Ok(Exit::Done)
}
