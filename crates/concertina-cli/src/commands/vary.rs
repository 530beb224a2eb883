//! `vary`.

use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::counted;

use crate::answer::What;
use crate::args;
use crate::condition::classes;
use crate::example::{Example, open_images};
use crate::exit::Exit;
use crate::music;
use crate::output::{ImagesOut, tell_written};
use crate::printer::Printer;

/// `concertina vary`
pub(crate) fn run(args: &args::Vary, printer: Printer) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.out)?;
    let model = Model::open(&args.model)?;
    let example = [Example::read(&args.example)?];
    let inputs = [example[0].source.as_ref(), args.model.as_path()];
    if model.card.music().is_some() {
        return music::vary(args, &model, &example, &inputs, printer);
    }
    music::expect_unused(&[args.music.given(), args.attributes.given()].concat())?;
    let out = ImagesOut::new(&args.out, &inputs)?;
    out.check(args.n, model.architecture.target)?;
    let (image, labels) = open_images(&model, &example, printer)?;
    let classes = classes(&model, 1, labels.as_deref(), args.label.as_deref())?;
    let code = model.with_labels(classes.as_deref())?.encode(&image)?;
    let codes = model.variations(code.row(0), args.amount as f32, args.n, Seed(args.seed))?;
    let labels = classes.map(|classes| classes.repeat(args.n));
    let conditioned = model.with_labels(labels.as_deref())?;
    let names: Vec<String> = (0..args.n).map(|i| format!("variation-{i:06}")).collect();
    out.write(model.architecture.target, &names, [""; 2], printer, |range| {
        Ok((conditioned.decode_range(&codes, range)?, None))
    })?;
    tell_written(&args.out, What::Images, args.n, counted(args.n, "variation"), printer)?;
    Ok(Exit::Done)
}
