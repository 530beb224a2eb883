//! `reconstruct`.

use std::path::Path;

use concertina::model::Model;
use concertina::text::counted;

use crate::answer::What;
use crate::args;
use crate::condition::classes;
use crate::data::{self, Wanted};
use crate::exit::Exit;
use crate::music;
use crate::output::{ImagesOut, tell_written};
use crate::printer::Printer;

/// `concertina reconstruct`
pub(crate) fn reconstruct(args: &args::Reconstruct, printer: Printer) -> anyhow::Result<Exit> {
    ImagesOut::check_name(&args.images.out)?;
    let model = Model::open(&args.model)?;
    if model.card.music().is_some() {
        return music::reconstruct(args, &model, printer);
    }
    music::expect_unused(&[args.music.given(), args.attributes.given()].concat())?;
    let request = Request { model: Some(&args.model), data: &args.data, to: &args.images };
    images(&request, &model, printer)
}

/// Images to put through a model, and where to.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// The model's file or run folder, unless it is built in.
    pub(super) model: Option<&'a Path>,
    pub(super) data: &'a [String],
    pub(super) to: &'a args::ImagesTo,
}

impl<'a> Request<'a> {
    /// The files and folders that are read.
    pub(super) fn read(&self) -> Vec<&'a Path> {
        self.data.iter().map(AsRef::as_ref).chain(self.model).collect()
    }
}

/// Encodes and decodes images of the model's size.
pub(super) fn images(
    request: &Request<'_>,
    model: &Model,
    printer: Printer,
) -> anyhow::Result<Exit> {
    let Request { data, to, .. } = *request;
    let out = ImagesOut::new(&to.out, &request.read())?;
    let wanted = Wanted { limit: to.limit, fit_to_input: true, ..Wanted::default() };
    let inputs = data::open_for(model, data, wanted, printer)?;
    let (n, labels) = (inputs.images.len(), inputs.label_names());
    let target = model.architecture.target;
    out.check(n, target)?;
    let classes = classes(model, n, labels.as_deref(), to.label.as_deref())?;
    let conditioned = model.with_labels(classes.as_deref())?;
    let shows_inputs = out.shows_inputs(n);
    let words = [model.recipe.task.input_word(), model.recipe.task.output_word()];
    out.write(target, &inputs.names, words, printer, |range| {
        let seen = shows_inputs.then(|| model.inputs_of(&inputs.images, range.clone()));
        Ok((conditioned.reconstruct_range(&inputs.images, range)?, seen.transpose()?))
    })?;
    tell_written(&to.out, What::Images, n, counted(n, "image"), printer)?;
    Ok(Exit::Done)
}
