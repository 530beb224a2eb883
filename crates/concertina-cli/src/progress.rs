//! Readers of the events of long work: a bar on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use concertina::latent::MapProgress;
use concertina::math::{NamedValues, Value};
use concertina::text::{duration, number};
use concertina::train::{Event, Plan, StepReport};
use concertina::validate::Metrics;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;
use crate::words::spaced;

/// Shows a run.
pub(crate) struct Progress {
    printer: Printer,
    bar: Option<ProgressBar>,
    last_line: Instant,
    /// Lines are written for the epochs that this divides, and the last one.
    every: usize,
    epochs: usize,
    /// What a run is fed.
    examples: &'static str,
}

/// About as many epochs have a line.
const LINES: usize = 30;

/// Without a terminal, a line at least so often.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);

impl Progress {
    /// Of a run of so many epochs.
    pub(crate) fn of_run(printer: Printer, plan: &Plan, done: usize) -> Self {
        let epochs = plan.recipe().training.epochs;
        let every = if printer.is_verbose() { 1 } else { every(epochs) };
        let examples = if plan.recipe().data.music.is_some() { "windows" } else { "images" };
        Self { every, epochs, examples, ..Self::new(printer, plan.n_steps(), done) }
    }

    pub(crate) fn new(printer: Printer, n_steps: usize, done: usize) -> Self {
        let bar = printer.terminal.then(|| bar(n_steps));
        if let Some(bar) = &bar {
            bar.set_position(done as u64);
        }
        Self { printer, bar, last_line: Instant::now(), every: 1, epochs: 0, examples: "images" }
    }

    /// Tells of an event.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Step(report) => self.step(report),
            Event::Epoch(metrics) => self.epoch(metrics),
            Event::Warning(warning) => match &self.bar {
                Some(bar) => bar.println(self.printer.warning(warning)),
                None => self.printer.warn_of(warning),
            },
            _ => {}
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn step(&mut self, report: &StepReport) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_message(short_step_line(report, self.examples));
        } else if self.last_line.elapsed() > SILENCE {
            let StepReport { step, steps_per_epoch, .. } = report;
            self.line(&format!(
                "step {step}/{steps_per_epoch}  {}",
                step_line(report, self.examples)
            ));
        }
    }

    fn epoch(&mut self, metrics: &Metrics) {
        let epoch = metrics.epoch;
        let chosen = epoch == 1 || epoch == self.epochs || epoch.is_multiple_of(self.every);
        if chosen || self.last_line.elapsed() > SILENCE {
            self.line(&epoch_line(metrics, self.examples));
        }
    }

    /// Tells what is done next.
    pub(crate) fn working(&mut self, what: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None => self.line(what),
        }
    }

    fn line(&mut self, text: &str) {
        self.last_line = Instant::now();
        match &self.bar {
            Some(bar) => bar.println(text),
            None => self.printer.say(text),
        }
    }
}

/// Shows the making of a map.
pub(crate) struct Mapping {
    progress: Progress,
}

impl Mapping {
    /// Begins with what comes before the first step.
    pub(crate) fn new(printer: Printer, first: &str) -> Self {
        let mut mapping = Self { progress: Progress::new(printer, 0, 0) };
        mapping.working(first);
        mapping
    }

    /// Tells of a step.
    pub(crate) fn step(&mut self, step: MapProgress) {
        let MapProgress { done, total, kl_nats } = step;
        let kl = kl_nats.map_or(String::new(), |kl| format!("KL divergence {} nats", number(kl)));
        if let Some(bar) = &self.progress.bar {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
            bar.set_message(kl);
        } else if self.progress.last_line.elapsed() > SILENCE {
            self.progress.line(&format!("step {done}/{total}  {kl}"));
        }
    }

    /// Tells what is done next.
    pub(crate) fn working(&mut self, what: &str) {
        self.progress.working(what);
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.progress.end();
    }
}

/// Shows how many of a known number of things are done.
pub(crate) struct Counting {
    progress: Progress,
    what: String,
    total: usize,
    begun: Instant,
}

impl Counting {
    /// Begins to do `what`, `total` times.
    pub(crate) fn new(printer: Printer, what: impl Into<String>, total: usize) -> Self {
        let progress = Progress::new(printer, total, 0);
        Self { progress, what: what.into(), total, begun: Instant::now() }
    }

    /// Tells that so many are done.
    pub(crate) fn at(&mut self, done: usize) {
        let Self { progress, what, total, begun } = self;
        let left = begun.elapsed().as_secs_f64() / done.max(1) as f64 * (*total - done) as f64;
        let told = format!("{what}, {} left", duration(left));
        if let Some(bar) = &progress.bar {
            bar.set_position(done as u64);
            bar.set_message(told);
        } else if progress.last_line.elapsed() > SILENCE {
            progress.line(&format!("{done}/{total}  {told}"));
        }
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.progress.end();
    }
}

/// The distance between epochs that have a line: 1, 2, 5, 10, 20 and so on.
fn every(epochs: usize) -> usize {
    let mut steps = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
    steps.find(|step| epochs <= LINES * step).unwrap_or(1)
}

/// As long as the terminal is wide: of a longer line pieces would stay behind.
fn bar(n_steps: usize) -> ProgressBar {
    let template = "{bar:16.cyan/dim} {pos}/{len}  {wide_msg}";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(n_steps as u64).with_style(style.progress_chars("━╸─"))
}

/// For a bar: what matters most comes first, since a narrow terminal shows only the beginning.
fn short_step_line(report: &StepReport, examples: &str) -> String {
    format!(
        "epoch {}/{}  {} left  loss {}  {:.0} {examples}/s",
        report.epoch,
        report.epochs,
        duration(report.seconds_left),
        number(report.loss),
        report.images_per_second,
    )
}

fn step_line(report: &StepReport, examples: &str) -> String {
    let terms = if report.terms.is_empty() {
        String::new()
    } else {
        let reconstruction = number(report.reconstruction);
        format!(" (reconstruction {reconstruction}{})", told(&report.terms, ", "))
    };
    format!(
        "epoch {}/{}  loss {}{terms}  {:.0} {examples}/s  {} left",
        report.epoch,
        report.epochs,
        number(report.loss),
        report.images_per_second,
        duration(report.seconds_left)
    )
}

fn epoch_line(metrics: &Metrics, examples: &str) -> String {
    let Metrics { epoch, train, valid, .. } = metrics;
    let terms = if valid.terms.is_empty() {
        String::new()
    } else {
        format!("  reconstruction {}{}", number(valid.reconstruction), told(&valid.terms, "  "))
    };
    format!(
        "epoch {epoch:>3}  train {}  valid {}{terms}  {:.0} {examples}/s",
        number(train.loss),
        number(valid.loss),
        metrics.images_per_second
    )
}

/// Each of the values by its name, with `before` before it.
fn told(values: &NamedValues, before: &str) -> String {
    let told = |(name, value): (&str, Value)| format!("{before}{} {value}", spaced(name));
    values.iter().map(told).collect()
}
