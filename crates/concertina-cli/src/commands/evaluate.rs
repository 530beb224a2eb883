//! `evaluate`.

use std::path::Path;

use concertina::artifact::write_whole;
use concertina::evaluate::{Options, Section, evaluate};
use concertina::model::Model;
use concertina::{Error, Result};
use fs_err as fs;

use crate::args::{self, EvaluatePart};
use crate::data;
use crate::evaluation;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::working::Working;

/// `concertina evaluate`
pub(crate) fn run(args: &args::Evaluate, printer: Printer) -> anyhow::Result<Exit> {
    args.threads.begin()?;
    if let Some(folder) = &args.figures {
        check_folder(folder)?;
    }
    let model = Model::open(&args.model)?;
    let subject = data::open_to_judge(&model, &args.data, printer)?;
    let working = Working::new(printer);
    let evaluation = evaluate(&subject, &options(args), &|what| working.on(what));
    working.end();
    let evaluation = evaluation?;
    if args.json {
        printer.data(serde_json::to_string_pretty(&evaluation)?)?;
    } else {
        for line in evaluation::lines(&evaluation) {
            printer.data(line)?;
        }
    }
    if let Some(folder) = &args.figures {
        fs::create_dir_all(folder)?;
        for (name, png) in &evaluation.figures {
            let path = folder.join(name);
            write_whole(&path, png)?;
            printer.say(format_args!("{} written", path.display()));
        }
    }
    Ok(Exit::Done)
}

fn options(args: &args::Evaluate) -> Options {
    let usual = if args.quick { Options::quick() } else { Options::default() };
    let section = |part: &EvaluatePart| match part {
        EvaluatePart::Reconstruction => Section::Reconstruction,
        EvaluatePart::Baselines => Section::Baselines,
        EvaluatePart::Embedding => Section::Embedding,
        EvaluatePart::Generator => Section::Generator,
        EvaluatePart::Specificity => Section::Specificity,
    };
    Options {
        sections: match &args.only[..] {
            [] => usual.sections,
            only => only.iter().map(section).collect(),
        },
        most_test: args.limit.unwrap_or(usual.most_test),
        importance_samples: args.importance_samples,
        figures: args.figures.is_some(),
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
