//! `evaluate`.

use std::path::Path;

use concertina::artifact::{RunFolder, write_whole};
use concertina::data::absolute_source;
use concertina::evaluate::{
    Evaluation, Finding, Options, RestorationSubject, Section, Strength, evaluate_restoration,
};
use concertina::model::Model;
use concertina::restore::picture_files;
use concertina::{Error, Result};
use concertina_report::nearest_training_images;
use fs_err as fs;

use crate::args::{self, EvaluatePart};
use crate::data;
use crate::evaluation;
use crate::exit::Exit;
use crate::music;
use crate::opened;
use crate::output::{by_extension, expect_folder, keep_inputs};
use crate::printer::Printer;
use crate::working::{evaluated, working};

/// Written by `--figures`.
const FIGURE: &str = "nearest-training-images.png";

/// `concertina evaluate`
pub(crate) fn run(args: &args::Evaluate, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    if let Some(folder) = &args.figures {
        expect_folder("--figures", folder)?;
        check_folder(folder)?;
        keep_inputs("--figures", &folder.join(FIGURE), &[args.data.as_ref(), &args.model])?;
    }
    let read = [args.data.as_ref(), args.model.as_path()];
    let kinds = [("safetensors", (|path| path) as fn(&Path) -> &Path)];
    let classifier = args.classifier.as_deref();
    let classifier_path =
        classifier.map(|path| by_extension("--classifier", path, &read, kinds)).transpose()?;
    let device = args.device.find()?;
    let model = Model { device, ..Model::open(&args.model)? };
    if model.card.music().is_some() {
        return music::evaluate(args, &options(args), &model, printer);
    }
    if model.recipe.data.patch.is_some() {
        return restoration(args, &model, printer);
    }
    expect_no_strength(args)?;
    let subject = opened::open_to_evaluate(&model, &args.data, printer)?;
    let evaluation = evaluated(&subject, &options(args), printer)?;
    evaluation::print(&evaluation, evaluation::lines, printer)?;
    if let Some(folder) = &args.figures {
        write_figures(&evaluation, folder, printer)?;
    }
    if let Some(path) = classifier_path {
        write_classifier(&evaluation, path, printer)?;
    }
    Ok(Exit::Done)
}

/// A model that was trained on patches sees whole pictures.
fn restoration(args: &args::Evaluate, model: &Model, printer: Printer) -> anyhow::Result<Exit> {
    let path = Path::new(&args.data);
    let mut pictures = if path.is_dir() {
        picture_files(path)?
    } else {
        vec![(path.to_owned(), args.data.clone())]
    };
    pictures.truncate(args.limit.unwrap_or(usize::MAX));
    let subject = RestorationSubject {
        model,
        name: args.data.clone(),
        pictures: &pictures,
        strength: strength(args),
    };
    let trained_on = RunFolder::open(&args.model).and_then(|run| data::trained_on(&run));
    if trained_on.is_ok_and(|source| source == absolute_source(&args.data)) {
        printer.warn("the model was trained on these pictures: others tell how good it is");
    }
    let found = working(printer, |working| evaluate_restoration(&subject, working))?;
    evaluation::print(&found, evaluation::restoration_lines, printer)?;
    Ok(Exit::Done)
}

fn strength(args: &args::Evaluate) -> Option<Strength> {
    let std = args.std.map(|std| Strength::Std(std as f32));
    std.or(args.quality.map(|quality| Strength::Quality(f32::from(quality))))
}

fn expect_no_strength(args: &args::Evaluate) -> Result<()> {
    let flag = match strength(args) {
        None => return Ok(()),
        Some(Strength::Std(_)) => "--std",
        Some(Strength::Quality(_)) => "--quality",
    };
    Err(Error::config(format!(
        "`{flag}`: expected a model that was trained on patches of pictures (`data.patch`), found \
         another"
    )))
}

fn write_figures(evaluation: &Evaluation, folder: &Path, printer: Printer) -> Result<()> {
    let Some(samples) = evaluation.samples.as_ref().and_then(Finding::measured) else {
        printer.warn("no figure was written: the samples were not evaluated");
        return Ok(());
    };
    fs::create_dir_all(folder)?;
    let path = folder.join(FIGURE);
    write_whole(&path, &nearest_training_images(&samples.memorisation)?)?;
    printer.say(format_args!("{} written", path.display()));
    Ok(())
}

fn write_classifier(evaluation: &Evaluation, path: &Path, printer: Printer) -> Result<()> {
    let samples = evaluation.samples.as_ref().and_then(Finding::measured);
    let Some(classifier) = samples.and_then(|samples| samples.classifier.as_ref()) else {
        printer.warn("no classifier was written: none was trained");
        return Ok(());
    };
    write_whole(path, &classifier.to_bytes())?;
    printer.say(format_args!("{} written", path.display()));
    Ok(())
}

fn options(args: &args::Evaluate) -> Options {
    let usual = if args.quick { Options::quick() } else { Options::default() };
    let section = |part: &EvaluatePart| match part {
        EvaluatePart::Reconstruction => Section::Reconstruction,
        EvaluatePart::Baselines => Section::Baselines,
        EvaluatePart::Embedding => Section::Embedding,
        EvaluatePart::Samples => Section::Samples,
        EvaluatePart::OutOfDistribution => Section::OutOfDistribution,
    };
    Options {
        sections: match &args.only[..] {
            [] => usual.sections,
            only => only.iter().map(section).collect(),
        },
        max_test_images: args.limit.unwrap_or(usual.max_test_images),
        importance_samples: args.importance_samples.unwrap_or(usual.importance_samples),
        ..usual
    }
}

/// An error now, rather than after the work.
fn check_folder(folder: &Path) -> Result<()> {
    if folder.exists() && !folder.is_dir() {
        return Err(Error::data(format!(
            "`--figures`: expected a folder to write into, found the file `{}`",
            folder.display()
        )));
    }
    Ok(())
}
