//! What every call does around its work: refuse a forked process, let other Python threads run.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use concertina::Result;
use pyo3::prelude::*;

use crate::error::{WorkError, raised};

/// The process in which the threads that compute were started; 0 before.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// Values that are computed between two looks at signals: 64 MiB of floats.
const VALUES_AT_ONCE: usize = 1 << 24;
/// Examples that are computed between two looks at signals, at most.
const EXAMPLES_AT_ONCE: usize = 4096;

/// Does work that takes time, while other Python threads run.
pub(crate) fn compute<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    refuse_a_fork()?;
    py.detach(work).map_err(|error| raised(&error))
}

/// Does work on `n` examples of so many values in pieces, so that Ctrl-C ends it between them.
pub(crate) fn in_pieces(
    py: Python<'_>,
    n: usize,
    values: usize,
    mut work: impl FnMut(Range<usize>) -> PyResult<()>,
) -> PyResult<()> {
    let at_once = (VALUES_AT_ONCE / values.max(1)).clamp(1, EXAMPLES_AT_ONCE);
    for start in (0..n).step_by(at_once) {
        work(start..n.min(start + at_once))?;
        py.check_signals()?;
    }
    Ok(())
}

/// An error in a process that was forked from one that has computed. Threads are not copied by a
/// fork: work given to them would never be done.
///
/// Processes are told apart by their numbers rather than by `os.register_at_fork`, which does not
/// see the forks of other libraries.
fn refuse_a_fork() -> PyResult<()> {
    let own = std::process::id();
    let begun = OWNER.compare_exchange(0, own, Ordering::SeqCst, Ordering::SeqCst);
    match begun {
        Err(owner) if owner != own => Err(WorkError::new_err((
            "expected the process that concertina was first used in, found one forked from it: \
             the threads that compute were not copied",
            "start processes anew, with `multiprocessing.get_context(\"spawn\")`, or fork before \
             the first use",
        ))),
        _ => Ok(()),
    }
}
