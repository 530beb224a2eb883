//! Ctrl-C, SIGTERM and SIGHUP.

use std::sync::atomic::{AtomicBool, Ordering};

use concertina::artifact::remove_unfinished;

use crate::exit::Exit;
use crate::printer::Printer;
use crate::stdin;

/// Whether somebody asks for signals, and whether one came.
static IS_POLLED: AtomicBool = AtomicBool::new(false);
static CAME: AtomicBool = AtomicBool::new(false);

/// From now on a signal ends the program at once, without unfinished files; or, where there is an
/// [`Interrupt`], the second one does.
#[expect(clippy::exit, reason = "a signal means now: what runs elsewhere cannot be told to return")]
pub(crate) fn handle(printer: Printer) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if IS_POLLED.load(Ordering::SeqCst) && !CAME.swap(true, Ordering::SeqCst) {
            return;
        }
        remove_unfinished();
        stdin::remove();
        printer.clear_line();
        printer.always("interrupted");
        std::process::exit(Exit::Interrupted as i32);
    })?;
    Ok(())
}

/// Becomes true at the first signal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interrupt(());

impl Interrupt {
    /// Listens from now on. To be called when there is a run to save.
    pub(crate) fn listen() -> Self {
        IS_POLLED.store(true, Ordering::SeqCst);
        Self(())
    }

    /// Whether to stop.
    pub(crate) fn came(self) -> bool {
        CAME.load(Ordering::SeqCst)
    }
}
