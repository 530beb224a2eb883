//! The command `concertina`: parse, do, and say what went wrong.

mod launcher;

mod args;

mod exit;

mod hint;

mod words;

mod printer;

mod answer;

mod stdin;

mod interrupt;

mod cluster;

mod fetch;

mod unpack;

mod download;

mod data;

mod example;
mod opened;

mod memory;

mod recipe;

mod sweep;
mod tensorboard;

mod condition;

mod progress;

mod output;
mod packed;

mod plane;

mod working;

mod evaluation;

mod music;

mod examined;

mod commands;

use std::sync::Arc;

use clap::Parser;
use concertina::group::Group;

use crate::args::{Args, Command};
use crate::cluster::Cluster;
use crate::exit::Exit;
use crate::launcher::launched;
use crate::printer::Printer;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let args = Args::parse();
    let printer = Printer::new(args.talk(), args.json);
    if let Err(error) = args.check() {
        printer.error(&error.into());
        return Exit::Usage.into();
    }
    let cluster = match Cluster::join(&args.command) {
        Ok(cluster) => cluster,
        Err(error) => {
            let error = error.into();
            // All processes find it, and the first one tells.
            if launched().is_none_or(|launched| launched.rank == 0) {
                printer.error(&error);
            }
            return Exit::of(&error).into();
        }
    };
    let group = cluster.group();
    let printer = printer.of_process(group.rank());
    let ended = interrupt::handle(printer).and_then(|()| run(args, &group, printer));
    stdin::remove();
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => {
            printer.error(&error);
            let exit = Exit::of(&error);
            cluster.abort(exit as u8);
            exit.into()
        }
    }
}

fn run(args: Args, group: &Arc<dyn Group>, printer: Printer) -> anyhow::Result<Exit> {
    match args.command {
        Command::Train(args) => commands::train::train(&args, group, printer),
        Command::Resume(args) => commands::train::resume(&args, group, printer),
        Command::Compare(args) => commands::compare::run(&args, printer),
        Command::Evaluate(args) => commands::evaluate::run(&args, printer),
        Command::Explore(args) => commands::explore::explore(&args, printer),
        Command::Export(args) => commands::export::run(&args, printer),
        Command::Import(args) => commands::import::run(&args, printer),
        Command::Score(args) => commands::score::run(&args, printer),
        Command::Inspect(args) => commands::inspect::run(&args, printer),
        Command::Duplicates(args) => commands::duplicates::run(&args, printer),
        Command::Reconstruct(args) => commands::reconstruct::reconstruct(&args, printer),
        Command::Denoise(args) => commands::restore::denoise(&args, printer),
        Command::Upscale(args) => commands::restore::upscale(&args, printer),
        Command::Encode(args) => commands::codes::encode(&args, printer),
        Command::Decode(args) => commands::codes::decode(&args, printer),
        Command::Merge(args) => commands::merge::run(&args, printer),
        Command::Sample(args) => commands::sample::run(&args, printer),
        Command::Vary(args) => commands::vary::run(&args, printer),
        Command::Interpolate(args) => commands::interpolate::run(&args, printer),
        Command::Manifold(args) => commands::manifold::run(&args, printer),
        Command::Map(args) => commands::map::run(&args, printer),
        Command::Recipes(args) => commands::recipes::run(&args, printer),
        Command::Data(args) => commands::data::run(&args, printer),
        Command::Lesson(args) => commands::lesson::run(&args, printer),
        Command::Bench(args) => commands::bench::run(&args, printer),
        Command::Serve(args) => commands::serve::run(&args, printer),
        Command::Mcp => commands::mcp::run(printer),
        Command::Schema(args) => commands::schema::run(&args, printer),
        Command::Completions(args) => commands::shell::completions(&args, printer),
        Command::Man(args) => commands::shell::man(&args, printer),
    }
}
