//! `interpolate`.

use concertina::artifact::write_whole;
use concertina::data::Images;
use concertina::model::Model;
use concertina::plot::{ImageGrid, Theme};
use concertina::{Error, Result};

use crate::args;
use crate::data::{self, Wanted};
use crate::exit::Exit;
use crate::output::png_path;
use crate::printer::Printer;

/// `concertina interpolate`
pub(crate) fn run(args: &args::Interpolate, printer: &Printer) -> anyhow::Result<Exit> {
    let out = png_path(&args.out)?;
    if !(2..=100).contains(&args.steps) {
        let found = args.steps;
        return Err(Error::config(format!("`--steps`: expected 2 to 100, found {found}")).into());
    }
    let model = Model::open(&args.model)?;
    let mut pixels = Vec::new();
    let mut shape = model.architecture.input;
    for end in [&args.a, &args.b] {
        let (images, index) = image(&model, end, *printer)?;
        shape = images.shape();
        pixels.extend_from_slice(images.image(index));
    }
    let ends = Images::new(shape, pixels)?;
    let pictures = model.interpolate(&ends, args.steps)?;
    let sheet = ImageGrid::sheet("", pictures.shape(), pictures.values(), args.steps)?;
    write_whole(out, &sheet.to_png(Theme::Light)?)?;
    printer.say(format_args!("{} steps written to {}", pictures.len(), out.display()));
    Ok(Exit::Done)
}

/// An image file, or `DATA#NUMBER`.
fn image(model: &Model, argument: &str, printer: Printer) -> anyhow::Result<(Images, usize)> {
    let (source, index) = match argument.rsplit_once('#') {
        Some((source, number)) if !std::path::Path::new(argument).exists() => {
            let index: Result<usize, _> = number.parse();
            let index = index.map_err(|_| {
                Error::config(format!(
                    "`{argument}`: expected a number after `#`, found `{number}`"
                ))
            })?;
            (source, index)
        }
        _ => (argument, 0),
    };
    let wanted = Wanted { fit_to_input: true, ..Wanted::default() };
    let inputs = data::open_for(model, source, wanted, printer)?;
    if index >= inputs.images.len() {
        return Err(Error::data(format!(
            "`{argument}`: expected a number below {}, the images there are, found {index}",
            inputs.images.len()
        ))
        .into());
    }
    Ok((inputs.images, index))
}
