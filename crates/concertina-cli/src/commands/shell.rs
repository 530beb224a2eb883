//! `completions` and `man`: what a shell and its reader want to know of the command line.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use concertina::text::counted;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Files, What};
use crate::args::{self, Args};
use crate::exit::Exit;
use crate::output::{begin_folder, expect_new_folder};
use crate::printer::Printer;

/// The completions for a shell.
#[derive(JsonSchema, Serialize)]
pub(super) struct Completed {
    shell: String,
    /// What the shell is to read.
    script: String,
}

/// `concertina completions`
pub(crate) fn completions(args: &args::Completions, printer: Printer) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "concertina", &mut script);
    let script = String::from_utf8(script)?;
    let completed = Completed { shell: args.shell.to_string(), script };
    printer.found(&completed, || {
        let bytes = completed.script.as_bytes();
        std::io::stdout().lock().write_all(bytes).context("failed to write to stdout")
    })?;
    Ok(Exit::Done)
}

/// `concertina man`
pub(crate) fn man(args: &args::Man, printer: Printer) -> anyhow::Result<Exit> {
    expect_new_folder(&args.out, "manual pages")?;
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, &mut pages)?;
    let mut folder = begin_folder(&args.out)?;
    for (name, page) in &pages {
        folder.write(name, page)?;
    }
    folder.finish()?;
    printer.made(
        &Files::new(&args.out, What::ManualPages, pages.len()),
        format_args!(
            "{} written: {}; `man -l {}` shows one",
            args.out.display(),
            counted(pages.len(), "page"),
            args.out.join("concertina.1").display()
        ),
    )?;
    Ok(Exit::Done)
}

/// The page of a command and those of the commands within it, called `concertina-train.1` and so
/// on.
fn add_pages(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).replace(' ', "-");
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    command.get_subcommands().try_for_each(|command| add_pages(command, pages))
}
