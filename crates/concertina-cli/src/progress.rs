//! Readers of the training events: a bar on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use concertina::train::{Event, Losses, Metrics, StepReport};
use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;

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
        let bar = printer.terminal.then(|| {
            let template = "{bar:24.cyan/dim} {pos}/{len} steps  {msg}";
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(n_steps as u64).with_style(style.progress_chars("━╸─"));
            bar.set_position(done as u64);
            bar
        });
        Self { printer, bar, last_line: Instant::now() }
    }

    /// Tells of an event.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Step(report) => self.step(report),
            Event::Epoch(metrics) => self.line(&epoch_line(metrics)),
            Event::Warning(text) => self.line(&self.printer.warning(text)),
            Event::Working(what) => match &self.bar {
                Some(bar) => bar.set_message((*what).to_owned()),
                None => self.line(what),
            },
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
            bar.set_message(step_line(report));
        } else if self.last_line.elapsed() > SILENCE {
            let StepReport { step, steps_per_epoch, .. } = report;
            self.line(&format!("step {step}/{steps_per_epoch}  {}", step_line(report)));
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

fn step_line(report: &StepReport) -> String {
    let kl = report.kl.map_or(String::new(), |kl| {
        format!(" (reconstruction {} + kl {kl:.2})", number(report.reconstruction))
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
    let Losses { loss, reconstruction, kl, active_units } = metrics.valid;
    let mut line = format!(
        "epoch {:>3}  train {}  valid {}",
        metrics.epoch,
        number(metrics.train.loss),
        number(loss)
    );
    if let Some(kl) = kl {
        line += &format!("  reconstruction {}  kl {kl:.2}", number(reconstruction));
    }
    if let Some(active_units) = active_units {
        line += &format!("  active units {active_units}");
    }
    line + &format!("  {:.0} images/s", metrics.images_per_second)
}

/// A loss with as many digits as say something.
pub(crate) fn number(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.4}") } else { format!("{value:.3}") }
}

/// As in `1h 05m`, `3m 20s` or `12s`.
pub(crate) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    let seconds = seconds.round() as u64;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m {:02}s", seconds % 60),
        _ => format!("{hours}h {minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        for (seconds, text) in [(0.4, "0s"), (59.0, "59s"), (200.0, "3m 20s"), (3900.0, "1h 05m")] {
            assert_eq!(duration(seconds), text);
        }
    }
}
