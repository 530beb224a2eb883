//! The only place that prints: data to stdout, talk to stderr.

use std::fmt::Display;
use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use concertina::{Hint, Warning};
use indicatif::ProgressDrawTarget;
use serde::Serialize;

use crate::args::Talk;
use crate::exit::broken_pipe;
use crate::hint::typed;
use crate::words::on_one_line;

/// How long another process than the first one waits before it tells of its failure.
const FIRST_SPEAKS: Duration = Duration::from_secs(2);

/// Where words go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    /// Whether stderr is a terminal, where bars may move and words may have colour.
    pub(crate) terminal: bool,
    colour: bool,
    talk: Talk,
    /// Whether a program reads the answer.
    json: bool,
    /// The number of this process, if it is not the first one of several: then it tells nothing but
    /// its own failure.
    process: Option<usize>,
}

impl Printer {
    pub(crate) fn new(talk: Talk, json: bool) -> Self {
        // A terminal on which a bar cannot move (`TERM=dumb`) counts as none: what a hidden bar is
        // told to print is lost.
        let terminal = !ProgressDrawTarget::stderr().is_hidden();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            terminal: terminal && talk > Talk::Quiet,
            colour: terminal && !no_colour,
            talk,
            json,
            process: None,
        }
    }

    /// As the process of this number, from 0, among several: the first one speaks for all.
    pub(crate) fn of_process(self, number: usize) -> Self {
        if number == 0 {
            return self;
        }
        Self { terminal: false, colour: false, process: Some(number), ..self }
    }

    /// A line of data, for a script or a file.
    pub(crate) fn data(self, line: impl Display) -> anyhow::Result<()> {
        if self.process.is_some() {
            return Ok(());
        }
        writeln!(std::io::stdout().lock(), "{line}").context("failed to write to stdout")
    }

    /// Whether JSON is asked for, and this process answers.
    pub(crate) fn answers_in_json(self) -> bool {
        self.json && self.process.is_none()
    }

    /// An answer in JSON.
    pub(crate) fn document(self, document: &impl Serialize) -> anyhow::Result<()> {
        self.data(serde_json::to_string_pretty(document)?)
    }

    /// What a command found: the document where JSON is asked for, and else words.
    pub(crate) fn found(
        self,
        document: &impl Serialize,
        words: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        if self.json { self.document(document) } else { words() }
    }

    /// What a command made, whose words are talk: the document where JSON is asked for.
    pub(crate) fn made(self, document: &impl Serialize, words: impl Display) -> anyhow::Result<()> {
        self.say(words);
        self.found(document, || Ok(()))
    }

    /// What a command begins that goes on after it is told: the document in one line where JSON is
    /// asked for, and else a line of data.
    pub(crate) fn begun(self, document: &impl Serialize, line: impl Display) -> anyhow::Result<()> {
        if self.json { self.data(serde_json::to_string(document)?) } else { self.data(line) }
    }

    /// A line of what was found, unless a document will tell of all of it.
    pub(crate) fn words(self, line: impl Display) -> anyhow::Result<()> {
        if self.json { Ok(()) } else { self.data(line) }
    }

    /// A line of talk.
    pub(crate) fn say(self, line: impl Display) {
        if self.talk > Talk::Quiet {
            self.always(line);
        }
    }

    /// A line for who wants to know more.
    pub(crate) fn detail(self, line: impl Display) {
        if self.is_verbose() {
            self.always(line);
        }
    }

    /// Whether more is wanted than is usual.
    pub(crate) fn is_verbose(self) -> bool {
        self.talk == Talk::Verbose
    }

    /// A line that is printed even where no talk is wanted.
    pub(crate) fn always(self, line: impl Display) {
        if self.process.is_none() {
            self.write(line);
        }
    }

    fn write(self, line: impl Display) {
        // Nobody may be listening; that is no reason to stop.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Takes away what a bar has left on the line.
    pub(crate) fn clear_line(self) {
        if self.terminal {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// Something that a person should know, though the work goes on.
    pub(crate) fn warn(self, text: impl Display) {
        self.always(self.warning(&Warning::new(text.to_string())));
    }

    /// A warning of the library.
    pub(crate) fn warn_of(self, warning: &Warning) {
        self.always(self.warning(warning));
    }

    /// A warning of the library as text, for a bar to print above itself; its hint has a line of
    /// its own.
    pub(crate) fn warning(self, warning: &Warning) -> String {
        let Warning { message, hint } = warning;
        let told = format!("{} {}", self.painted("warning:", "33"), on_one_line(message));
        hint.as_ref().map_or(told.clone(), |hint| format!("{told}\n{}", self.hint(hint)))
    }

    /// What went wrong, and what to do next.
    pub(crate) fn error(self, error: &anyhow::Error) {
        if broken_pipe(error) {
            return;
        }
        let line = on_one_line(&format!("{error:#}"));
        let process = self.process.map_or(String::new(), |number| {
            // What all have in common the first one tells, and ends them.
            std::thread::sleep(FIRST_SPEAKS);
            format!("process {number}: ")
        });
        self.write(format_args!("{process}{} {line}", self.painted("error:", "31")));
        let hint = error.downcast_ref::<concertina::Error>().and_then(concertina::Error::hint);
        if let Some(hint) = hint {
            self.write(format_args!("{process}{}", self.hint(hint)));
        }
    }

    fn hint(self, hint: &Hint) -> String {
        format!("{} {}", self.painted("hint:", "36"), on_one_line(&typed(hint)))
    }

    fn painted(self, word: &str, colour: &str) -> String {
        if self.colour { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
    }
}
