//! `reconstruct`.

use concertina::model::Model;
use concertina::text::counted;

use crate::args;
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::exit::Exit;
use crate::music;
use crate::output::{ImagesOut, told};
use crate::printer::Printer;

/// `concertina reconstruct`
pub(crate) fn reconstruct(args: &args::Reconstruct, printer: Printer) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.restore.out)?;
    let model = Model::open(&args.restore.model)?;
    if model.card.music().is_some() {
        return music::reconstruct(args, &model, printer);
    }
    music::expect_unused(&[args.music.given(), args.attributes.given()].concat())?;
    images(&args.restore, &model, printer)
}

/// Encodes and decodes images of the model's size.
pub(super) fn images(
    args: &args::Restore,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let out = ImagesOut::new(&args.out, &data::paths(&args.data, &args.model))?;
    let wanted = Wanted { limit: args.limit, fit_to_input: true, ..Wanted::default() };
    let inputs = data::open_for(model, &args.data, wanted, printer)?;
    let (n, labels) = (inputs.images.len(), inputs.label_names());
    let target = model.architecture.target;
    out.check(n, target)?;
    let classes = classes(model, n, labels.as_deref(), args.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let shows_inputs = out.shows_inputs(n);
    let words = [model.recipe.task.input_word(), model.recipe.task.output_word()];
    out.write(target, &inputs.names, words, printer, |range| {
        let seen = shows_inputs.then(|| model.inputs_of(&inputs.images, range.clone()));
        Ok((conditioned.reconstruct_range(&inputs.images, range)?, seen.transpose()?))
    })?;
    printer.say(format_args!("{} written to {}", counted(n, "image"), told(&args.out)));
    Ok(Exit::Done)
}
