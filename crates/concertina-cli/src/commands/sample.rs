//! `sample`.

use concertina::Error;
use concertina::model::Model;
use concertina::rng::Seed;

use crate::args;
use crate::exit::Exit;
use crate::output::PicturesOut;
use crate::printer::Printer;

/// `concertina sample`
pub(crate) fn run(args: &args::Sample, printer: &Printer) -> anyhow::Result<Exit> {
    let out = PicturesOut::new(&args.out)?;
    if !(1..=1_000_000).contains(&args.n) {
        let found = args.n;
        return Err(
            Error::config(format!("`-n`: expected 1 to 1000000 samples, found {found}")).into()
        );
    }
    let model = Model::open(&args.model)?;
    let pictures = model.sample(args.n, Seed(args.seed))?;
    let names: Vec<String> = (0..pictures.len()).map(|i| format!("sample-{i:06}")).collect();
    out.write(&pictures, &names, None)?;
    printer.say(format_args!("{} samples written to {}", pictures.len(), args.out.display()));
    Ok(Exit::Done)
}
