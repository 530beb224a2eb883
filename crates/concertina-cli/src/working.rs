//! What a long command is doing: a moving line on a terminal, plain lines elsewhere.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use concertina::evaluate::{Evaluation, Options, Step, Subject, evaluate};
use concertina::text::{duration, thousands};
use indicatif::{ProgressBar, ProgressStyle};

use crate::memory;
use crate::printer::Printer;
use crate::progress::SILENCE;

/// Evaluates a model and tells how far it is, if there is memory for that.
pub(crate) fn evaluated(
    subject: &Subject<'_>,
    options: &Options,
    printer: Printer,
) -> anyhow::Result<Evaluation> {
    memory::expect_to_evaluate(subject, options)?;
    working(printer, |working| evaluate(subject, options, working))
}

/// Does what has steps, and tells how far it is.
pub(crate) fn working<T>(
    printer: Printer,
    work: impl FnOnce(&dyn Fn(Step<'_>)) -> concertina::Result<T>,
) -> anyhow::Result<T> {
    let working = Working::new(printer);
    let done = work(&|step| working.step(step));
    working.end();
    Ok(done?)
}

/// Tells of work that has parts, of which some can be counted.
struct Working {
    printer: Printer,
    bar: Option<ProgressBar>,
    part: RefCell<Part>,
}

/// What is being done.
struct Part {
    what: String,
    begun: Instant,
    last_line: Instant,
}

impl Working {
    fn new(printer: Printer) -> Self {
        let bar = printer.terminal.then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed:>3}  {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let now = Instant::now();
        let part = Part { what: String::new(), begun: now, last_line: now };
        Self { printer, bar, part: RefCell::new(part) }
    }

    /// Tells of a step of an evaluation.
    fn step(&self, Step { what, done, total }: Step<'_>) {
        let mut part = self.part.borrow_mut();
        let now = Instant::now();
        let is_new = part.what != what || total == 0;
        if is_new {
            *part = Part { what: what.to_owned(), begun: now, last_line: now };
        }
        let seconds = (now - part.begun).as_secs_f64();
        let told = told(what, done, total, seconds);
        match &self.bar {
            Some(bar) => bar.set_message(told),
            None if is_new => self.printer.say(what),
            None if now - part.last_line > SILENCE => {
                part.last_line = now;
                self.printer.say(told);
            }
            None => {}
        }
    }

    /// Takes the line away.
    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The step with what is done of it, and how long the rest will take.
fn told(what: &str, done: usize, total: usize, seconds: f64) -> String {
    if total == 0 {
        return what.to_owned();
    }
    let left = seconds / done.max(1) as f64 * total.saturating_sub(done) as f64;
    format!("{what}: {} of {}, {} left", thousands(done), thousands(total), duration(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_counted_is() {
        assert_eq!(told("looking", 0, 0, 3.0), "looking");
        assert_eq!(told("looking", 500, 2000, 10.0), "looking: 500 of 2,000, 30s left");
        assert_eq!(told("looking", 2000, 2000, 10.0), "looking: 2,000 of 2,000, 0s left");
    }
}
