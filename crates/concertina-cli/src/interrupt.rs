//! Ctrl-C and SIGTERM.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// Becomes true at the first signal; the second ends the program at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        static LISTENING: OnceLock<Interrupt> = OnceLock::new();
        if let Some(interrupt) = LISTENING.get() {
            return Ok(interrupt.clone());
        }
        let interrupt = LISTENING.get_or_init(Self::default).clone();
        let flag = interrupt.clone();
        ctrlc::set_handler(move || {
            if flag.0.swap(true, Ordering::SeqCst) {
                #[expect(clippy::exit, reason = "a second Ctrl-C means now")]
                std::process::exit(crate::exit::Exit::Interrupted as i32);
            }
        })?;
        Ok(interrupt)
    }

    /// Whether to stop.
    pub(crate) fn came(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
