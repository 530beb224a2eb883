//! `interpolate`.

use std::path::Path;

use concertina::artifact::write_whole;
use concertina::model::Model;
use concertina::{Error, Result};
use concertina_report::plot::{ImageGrid, Theme};

use crate::answer::What;
use crate::args;
use crate::condition::classes;
use crate::example::{Example, open_images};
use crate::exit::Exit;
use crate::music;
use crate::output::{png_path, tell_written};
use crate::printer::Printer;

/// The most `--steps`: between two ends, and along the sides of a square.
const MOST_STEPS: [usize; 2] = [100, 30];

/// `concertina interpolate`
pub(crate) fn run(args: &args::Interpolate, printer: Printer) -> anyhow::Result<Exit> {
    let all = [Some(&args.a), Some(&args.b), args.c.as_ref(), args.d.as_ref()];
    let ends =
        all.into_iter().flatten().map(|end| Example::read(end)).collect::<Result<Vec<_>>>()?;
    let is_square = usize::from(ends.len() == 4);
    let (steps, most) =
        (args.steps.unwrap_or(Model::INTERPOLATION_STEPS[is_square]), MOST_STEPS[is_square]);
    if !(2..=most).contains(&steps) {
        let words = ["", " along the sides of a square"][is_square];
        return Err(Error::config(format!(
            "`--steps`: expected 2 to {most}{words}, found {steps}"
        ))
        .into());
    }
    let model = Model::open(&args.model)?;
    let sources = ends.iter().map(|end| Path::new(end.source));
    let inputs: Vec<&Path> = sources.chain([args.model.as_path()]).collect();
    if model.card.music().is_some() {
        return music::interpolate(args, &model, &ends, steps, &inputs, printer);
    }
    music::expect_unused(&args.music.given())?;
    let out = png_path(&args.out, &inputs)?;
    let (ends, labels) = open_images(&model, &ends, printer)?;
    let classes = classes(&model, ends.len(), labels.as_deref(), args.label.as_deref())?;
    let pictures = model.with_labels(classes.as_deref())?.interpolate(&ends, steps)?;
    let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), steps)?;
    write_whole(out, &sheet.to_png(Theme::Light)?)?;
    tell_written(
        out,
        What::Images,
        pictures.len(),
        format_args!("{} images", pictures.len()),
        printer,
    )?;
    Ok(Exit::Done)
}
