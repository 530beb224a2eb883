//! `interpolate`.

use concertina::Error;
use concertina::artifact::write_whole;
use concertina::data::Images;
use concertina::model::Model;
use concertina_report::plot::{ImageGrid, Theme};

use crate::args;
use crate::condition::classes;
use crate::data::{self, Inputs, Wanted};
use crate::end::End;
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
    let ends = [End::read(&args.a)?, End::read(&args.b)?];
    let inputs = [ends[0].source.as_ref(), ends[1].source.as_ref(), args.model.as_path()];
    if model.card.music().is_some() {
        return music::interpolate(args, &model, &ends, &inputs, printer);
    }
    let out = png_path(&args.out, &inputs)?;
    let is_shared = ends[0].source == ends[1].source;
    let last = |ends: &[End<'_>]| ends.iter().map(|end| end.number).max().flatten();
    let upto = if is_shared { last(&ends) } else { last(&ends[..1]) };
    let first = images(&model, ends[0].source, upto, printer)?;
    // Two images of one set are the usual case: it is read once.
    let other = match ends[1].source {
        _ if is_shared => None,
        source => Some(images(&model, source, last(&ends[1..]), printer)?),
    };
    let from = [&first, other.as_ref().unwrap_or(&first)];
    let numbers =
        [ends[0].of(from[0].images.len(), "image")?, ends[1].of(from[1].images.len(), "image")?];
    let pixels = [0, 1].map(|end| from[end].images.image(numbers[end]));
    let label = |end: usize| from[end].label_names()?.get(numbers[end]).cloned();
    let labels: Option<Vec<String>> = [label(0), label(1)].into_iter().collect();
    let ends = Images::new(first.images.shape(), pixels.concat())?;
    let pictures = match classes(&model, 2, labels.as_deref(), args.label.as_deref())? {
        Some(classes) => model.conditioned_on(&classes)?.interpolate(&ends, args.steps)?,
        None => model.interpolate(&ends, args.steps)?,
    };
    let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), args.steps)?;
    write_whole(out, &sheet.to_png(Theme::Light)?)?;
    printer.say(format_args!("{} images written to {}", pictures.len(), out.display()));
    Ok(Exit::Done)
}

/// The images of a source up to this index, or all.
fn images(
    model: &Model,
    source: &str,
    upto: Option<usize>,
    printer: Printer,
) -> anyhow::Result<Inputs> {
    let limit = upto.map(|index| index.saturating_add(1));
    let wanted = Wanted { limit, fit_to_input: true, ..Wanted::default() };
    data::open_for(model, &[source.to_owned()], wanted, printer)
}
