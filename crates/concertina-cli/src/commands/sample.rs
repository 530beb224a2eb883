//! `sample`.

use concertina::model::Model;
use concertina::rng::Seed;
use concertina::text::counted;

use crate::args;
use crate::exit::Exit;
use crate::output::ImagesOut;
use crate::printer::Printer;

/// `concertina sample`
pub(crate) fn run(args: &args::Sample, printer: Printer) -> anyhow::Result<Exit> {
    let out = ImagesOut::new(&args.out, &[&args.model])?;
    let model = Model::open(&args.model)?;
    out.check(args.n, model.architecture.target)?;
    let pictures = match &args.label {
        Some(name) => {
            let labels = vec![model.class(name)?; args.n];
            model.conditioned_on(&labels)?.sample(Seed(args.seed))?
        }
        None => model.sample(args.n, Seed(args.seed))?,
    };
    let names: Vec<String> = (0..pictures.len()).map(|i| format!("sample-{i:06}")).collect();
    out.write(&pictures, &names, None)?;
    printer.say(format_args!("{} written to {}", counted(args.n, "sample"), args.out.display()));
    Ok(Exit::Done)
}
