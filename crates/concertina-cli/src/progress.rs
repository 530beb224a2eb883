//! Readers of the events of long work: a bar on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use concertina::latent::{CodeMoments, MapProgress};
use concertina::train::{Event, Losses, Metrics, StepReport};
use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;
use crate::words::{duration, hundredths, number};

/// Shows a run.
pub(crate) struct Progress {
    printer: Printer,
    bar: Option<ProgressBar>,
    last_line: Instant,
}

/// Without a terminal, a line at least so often.
const SILENCE: Duration = Duration::from_secs(30);

impl Progress {
    pub(crate) fn new(printer: Printer, n_steps: usize, done: usize) -> Self {
        let bar = printer.terminal.then(|| bar(n_steps));
        if let Some(bar) = &bar {
            bar.set_position(done as u64);
        }
        Self { printer, bar, last_line: Instant::now() }
    }

    /// Tells of an event.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Step(report) => self.step(report),
            Event::Epoch(metrics) => self.line(&epoch_line(metrics)),
            Event::Warning(text) => self.line(&self.printer.warning(text)),
            Event::Working(what) => self.working(what),
            Event::Checkpoint(_) | Event::Written(_) => {}
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
            bar.set_message(short_step_line(report));
        } else if self.last_line.elapsed() > SILENCE {
            let StepReport { step, steps_per_epoch, .. } = report;
            self.line(&format!("step {step}/{steps_per_epoch}  {}", step_line(report)));
        }
    }

    fn working(&mut self, what: &str) {
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

/// As long as the terminal is wide: of a longer line pieces would stay behind.
fn bar(n_steps: usize) -> ProgressBar {
    let template = "{bar:16.cyan/dim} {pos}/{len}  {wide_msg}";
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(n_steps as u64).with_style(style.progress_chars("━╸─"))
}

/// For a bar: what matters most comes first, since a narrow terminal shows only the beginning.
fn short_step_line(report: &StepReport) -> String {
    format!(
        "epoch {}/{}  {} left  loss {}  {:.0} images/s",
        report.epoch,
        report.epochs,
        duration(report.seconds_left),
        number(report.loss),
        report.images_per_second,
    )
}

fn step_line(report: &StepReport) -> String {
    let kl = report.kl.map_or(String::new(), |kl| {
        format!(" (reconstruction {} + kl {})", number(report.reconstruction), hundredths(kl))
    });
    format!(
        "epoch {}/{}  loss {}{kl}  {:.0} images/s  {} left",
        report.epoch,
        report.epochs,
        number(report.loss),
        report.images_per_second,
        duration(report.seconds_left)
    )
}

fn epoch_line(metrics: &Metrics) -> String {
    let Losses { loss, reconstruction, kl, active_units, distance, codebook, .. } = metrics.valid;
    let Losses { discriminator, generator, .. } = metrics.valid;
    let (train, valid) = (number(metrics.train.loss), number(loss));
    let parts = kl.is_some() || distance.is_some();
    let parts =
        if parts { format!("  reconstruction {}", number(reconstruction)) } else { String::new() };
    let kl = kl.map_or(String::new(), |kl| format!("  kl {}", hundredths(kl)));
    let distance = distance.map_or(String::new(), |far| format!("  distance {}", number(far)));
    let used = codebook.map_or(String::new(), |codebook| {
        format!("  entries {} (perplexity {:.0})", codebook.entries, codebook.perplexity)
    });
    let active = active_units.map_or(String::new(), |units| format!("  active units {units}"));
    let duel = discriminator.zip(generator).map_or(String::new(), |(discriminator, generator)| {
        format!("  discriminator {}  generator {}", number(discriminator), number(generator))
    });
    let codes = metrics.valid.codes.map_or(String::new(), |CodeMoments { mean, std, .. }| {
        format!("  codes {mean:.2} +- {std:.2}")
    });
    let (epoch, speed) = (metrics.epoch, metrics.images_per_second);
    format!(
        "epoch {epoch:>3}  train {train}  valid {valid}{parts}{kl}{active}{distance}{used}{duel}{codes}  {speed:.0} images/s"
    )
}
