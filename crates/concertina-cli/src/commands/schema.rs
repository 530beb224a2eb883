//! `schema`: what commands answer with `--json`, as JSON Schemas.
//!
//! They are made of the types that are printed, so that neither can change alone.

use concertina::bench::Measurement;
use concertina::compare::Comparison;
use concertina::data::DataCard;
use concertina::evaluate::{Evaluation, MusicEvaluation, Restoration};
use concertina::{Error, Result};
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::data::{Known, Packed};
use super::duplicates::Told;
use super::explore::Opened;
use super::export::Exported;
use super::import::Imported;
use super::inspect::Found;
use super::lesson::Taught;
use super::map::Mapped;
use super::recipes::{Listed, Shown};
use super::score::Document;
use super::serve::Serving;
use super::shell::Completed;
use super::train::Trained;
use crate::answer::Files;
use crate::args;
use crate::exit::Exit;
use crate::printer::Printer;

/// The name of a command, and what makes the schema of its answer.
type Answer = (&'static str, fn() -> Schema);

const ANSWERS: &[Answer] = &[
    ("train", schema::<Trained>),
    ("resume", schema::<Trained>),
    ("compare", schema::<Comparison>),
    ("evaluate", schema::<Evaluated>),
    ("score", schema::<Document<'_>>),
    ("inspect", schema::<Found>),
    ("duplicates", schema::<Told>),
    ("reconstruct", schema::<Files>),
    ("denoise", schema::<Files>),
    ("upscale", schema::<Files>),
    ("encode", schema::<Files>),
    ("decode", schema::<Files>),
    ("sample", schema::<Files>),
    ("vary", schema::<Files>),
    ("interpolate", schema::<Files>),
    ("manifold", schema::<Files>),
    ("merge", schema::<Files>),
    ("map", schema::<Mapped<'_>>),
    ("explore", schema::<Opened<'_>>),
    ("serve", schema::<Serving>),
    ("export", schema::<Exported>),
    ("import", schema::<Imported>),
    ("recipes", schema::<Listed>),
    ("recipes list", schema::<Listed>),
    ("recipes show", schema::<Shown>),
    ("data list", schema::<Known>),
    ("data inspect", schema::<DataCard>),
    ("data pack", schema::<Packed>),
    ("lesson", schema::<Taught>),
    ("bench", schema::<Measurement>),
    ("schema", schema::<Answering>),
    ("completions", schema::<Completed>),
    ("man", schema::<Files>),
];

/// What `evaluate` answers depends on the model.
#[derive(JsonSchema, Serialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "its schema is made, and each of its kinds is printed alone")]
#[expect(clippy::large_enum_variant, reason = "there is no value of it")]
enum Evaluated {
    /// A model of images.
    Images(Evaluation),
    /// A model of music.
    Music(MusicEvaluation),
    /// A model that was trained on patches of pictures.
    Restoration(Restoration),
}

/// The commands whose answers have a schema.
#[derive(JsonSchema, Serialize)]
struct Answering {
    commands: Vec<&'static str>,
}

/// `concertina schema`
pub(crate) fn run(args: &args::Schema, printer: Printer) -> anyhow::Result<Exit> {
    if args.command.is_empty() {
        let answering = Answering { commands: ANSWERS.iter().map(|(name, _)| *name).collect() };
        printer.found(&answering, || {
            answering.commands.iter().try_for_each(|name| printer.data(name))
        })?;
        return Ok(Exit::Done);
    }
    let schema = of(&args.command.join(" "))?;
    printer.data(serde_json::to_string_pretty(&schema)?)?;
    Ok(Exit::Done)
}

/// The schema of what a command answers.
///
/// # Errors
/// If there is no such command.
fn of(command: &str) -> Result<Schema> {
    let found = ANSWERS.iter().find(|(name, _)| *name == command);
    found.map(|(_, schema)| schema()).ok_or_else(|| {
        Error::config(format!("expected a command that answers in JSON, found `{command}`"))
            .with_hint("`concertina schema` lists them")
    })
}

fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with_transform(RecursiveTransform(plain_description));
    settings.into_generator().into_root_schema_for::<T>()
}

/// Descriptions are the types' documentation, without its links and ends of lines.
fn plain_description(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::args::Args;

    #[test]
    fn every_command_that_answers_has_a_schema() {
        let mut names = Vec::new();
        for command in Args::command().get_subcommands() {
            let name = command.get_name();
            let inner: Vec<_> = command.get_subcommands().collect();
            names.extend(inner.iter().map(|inner| format!("{name} {}", inner.get_name())));
            if !command.is_subcommand_required_set() {
                names.push(name.to_owned());
            }
        }
        // It speaks for as long as it lives.
        names.retain(|name| name != "mcp");
        names.sort_unstable();
        let mut known: Vec<_> = ANSWERS.iter().map(|(name, _)| (*name).to_owned()).collect();
        known.sort_unstable();
        assert_eq!(known, names);
    }
}
