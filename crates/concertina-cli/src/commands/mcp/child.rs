//! This program once more, as a child that can be interrupted.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often is looked whether it has ended, or is to be interrupted.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    /// The last lines of what was told on stderr.
    pub(super) told: Vec<String>,
}

/// Lines of stderr that are kept.
const KEPT: usize = 20;

/// Runs a command to its end. `told` gets each line of its stderr, from another thread.
pub(super) fn run(
    line: &[String],
    is_cancelled: &AtomicBool,
    told: impl Fn(&str) + Send + Sync,
) -> std::io::Result<Ended> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(line)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(move || {
            let mut all = Vec::new();
            // What cannot be read was not said.
            let _read = stdout.map(|mut stdout| stdout.read_to_end(&mut all));
            String::from_utf8_lossy(&all).into_owned()
        });
        let stderr = scope.spawn(|| {
            let mut kept: Vec<String> = Vec::new();
            let lines = stderr.into_iter().flat_map(|stderr| BufReader::new(stderr).lines());
            for line in lines.map_while(Result::ok) {
                told(&line);
                if kept.len() == KEPT {
                    kept.remove(0);
                }
                kept.push(line);
            }
            kept
        });
        let mut is_interrupted = false;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if is_cancelled.load(Ordering::SeqCst) && !is_interrupted {
                is_interrupted = true;
                interrupt(&mut child);
            }
            thread::sleep(LOOK_EVERY);
        };
        let stdout = stdout.join().unwrap_or_default();
        Ok(Ended { status, stdout, told: stderr.join().unwrap_or_default() })
    })
}

/// As Ctrl-C does: training ends with a checkpoint.
#[cfg(unix)]
fn interrupt(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // It has not been waited for: the number is still its own.
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _sent = kill_process(pid, Signal::INT);
    }
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child) {
    let _killed = child.kill();
}
