//! What a long command is doing: a moving line on a terminal, plain lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::printer::Printer;

/// Tells of work that has parts but no measure.
pub(crate) struct Working {
    printer: Printer,
    bar: Option<ProgressBar>,
}

impl Working {
    pub(crate) fn new(printer: Printer) -> Self {
        let bar = printer.terminal.then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed:>3}  {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { printer, bar }
    }

    /// What is being done from now on.
    pub(crate) fn on(&self, what: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None => self.printer.say(what),
        }
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
