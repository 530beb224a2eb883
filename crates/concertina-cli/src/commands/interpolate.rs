//! `interpolate`.

use concertina::Error;
use concertina::artifact::write_whole;
use concertina::model::Model;
use concertina_report::plot::{ImageGrid, Theme};

use crate::args;
use crate::condition::classes;
use crate::example::{Example, open_images};
use crate::exit::Exit;
use crate::music;
use crate::output::png_path;
use crate::printer::Printer;

/// `concertina interpolate`
pub(crate) fn run(args: &args::Interpolate, printer: Printer) -> anyhow::Result<Exit> {
    if !(2..=100).contains(&args.steps) {
        let found = args.steps;
        return Err(Error::config(format!("`--steps`: expected 2 to 100, found {found}")).into());
    }
    let model = Model::open(&args.model)?;
    let ends = [Example::read(&args.a)?, Example::read(&args.b)?];
    let inputs = [ends[0].source.as_ref(), ends[1].source.as_ref(), args.model.as_path()];
    if model.card.music().is_some() {
        return music::interpolate(args, &model, &ends, &inputs, printer);
    }
    let out = png_path(&args.out, &inputs)?;
    let (ends, labels) = open_images(&model, &ends, printer)?;
    let classes = classes(&model, ends.len(), labels.as_deref(), args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let pictures = conditioned.interpolate(&ends, args.steps)?;
    let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), args.steps)?;
    write_whole(out, &sheet.to_png(Theme::Light)?)?;
    printer.say(format_args!("{} images written to {}", pictures.len(), out.display()));
    Ok(Exit::Done)
}
