//! A call of a tool, from its arguments to its result.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fs_err as fs;
use serde_json::{Map, Value, json};

use super::child::{self, Ended};
use super::message::Sender;
use super::tool::{Gives, Tool};

/// The most bytes of a file that are in an answer; of a larger one its path is.
const MOST_BYTES: u64 = 2 << 20;

/// Who is told how far a call is.
pub(super) struct Watcher<'a> {
    pub(super) sender: &'a Sender,
    /// What the client calls this call's progress, if it wants to know.
    pub(super) token: Option<Value>,
    /// Epochs of a training, if they are known.
    pub(super) epochs: Option<u64>,
}

/// A tool with a command line to run.
pub(super) struct Call {
    tool: Tool,
    line: Vec<String>,
    /// What is written, if the tool writes a file.
    file: Option<PathBuf>,
    /// Where that is, unless the client said where.
    folder: Option<tempfile::TempDir>,
}

impl Call {
    /// Checks the arguments.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn new(tool: Tool, given: &Map<String, Value>) -> Result<Self, String> {
        let mut given = given.clone();
        let Gives::File(ending) = tool.gives else {
            let line = tool.command_line(&given)?;
            return Ok(Self { tool, line, file: None, folder: None });
        };
        let mut folder = None;
        let file = if let Some(out) = given.get("out").and_then(Value::as_str) {
            PathBuf::from(out)
        } else {
            let made = tempfile::tempdir().map_err(|error| error.to_string())?;
            let file = made.path().join(format!("{}.{ending}", tool.name));
            given.insert("out".to_owned(), json!(file));
            folder = Some(made);
            file
        };
        let line = tool.command_line(&given)?;
        Ok(Self { tool, line, file: Some(file), folder })
    }

    /// Runs it; none if it was cancelled.
    pub(super) fn run(self, is_cancelled: &AtomicBool, watcher: &Watcher<'_>) -> Option<Value> {
        let lines = AtomicUsize::new(0);
        let ended = child::run(&self.line, is_cancelled, |line| {
            let n = lines.fetch_add(1, Ordering::Relaxed) + 1;
            watcher.told(self.tool, n, line);
        });
        if is_cancelled.load(Ordering::SeqCst) {
            return None;
        }
        Some(match ended {
            Err(error) => failed(&format!("cannot run: {error}")),
            Ok(ended) if !ended.status.success() => failed(&ended.told.join("\n")),
            Ok(ended) => self.result(&ended),
        })
    }

    fn result(&self, ended: &Ended) -> Value {
        let printed = ended.stdout.trim();
        match self.tool.gives {
            Gives::Json | Gives::Run => {
                structured(&serde_json::from_str(printed).unwrap_or(Value::Null))
            }
            Gives::File(_) => {
                let Some(file) = &self.file else { return failed("no file was written") };
                self.written(file)
            }
        }
    }

    /// A file that was written: what is in it, if the client can see that, and where it is if it
    /// stays.
    fn written(&self, file: &Path) -> Value {
        let mut content = Vec::new();
        if self.folder.is_none() {
            content.push(text(&format!("written to {}", file.display())));
        }
        let is_small = fs::metadata(file).is_ok_and(|metadata| metadata.len() <= MOST_BYTES);
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match (fs::read(file).ok().filter(|_| is_small), ending) {
            (Some(bytes), "png") => content.push(json!({
                "type": "image",
                "data": STANDARD.encode(bytes),
                "mimeType": "image/png",
            })),
            (Some(bytes), "csv") => content.push(text(&String::from_utf8_lossy(&bytes))),
            _ if self.folder.is_some() => {
                return failed(
                    "the result is too large for an answer: say where to write it by `out`",
                );
            }
            _ => {}
        }
        json!({"content": content})
    }
}

impl Watcher<'_> {
    /// A line that a tool told, which is the `n`th.
    fn told(&self, tool: Tool, n: usize, line: &str) {
        let Some(token) = &self.token else { return };
        let mut params = json!({"progressToken": token, "message": line});
        if tool.gives == Gives::Run {
            // Epochs are what is waited for.
            let epoch = line.strip_prefix("epoch").and_then(|rest| {
                rest.split_whitespace().next()?.split('/').next()?.parse::<u64>().ok()
            });
            let Some(epoch) = epoch else { return };
            params["progress"] = json!(epoch);
            if let Some(epochs) = self.epochs {
                params["total"] = json!(epochs);
            }
        } else {
            params["progress"] = json!(n);
        }
        self.sender.notify("notifications/progress", &params);
    }
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// A document, also as text for clients that do not read documents.
fn structured(document: &Value) -> Value {
    json!({"content": [text(&document.to_string())], "structuredContent": document})
}

/// What went wrong, for the assistant to read.
fn failed(why: &str) -> Value {
    json!({"content": [text(why)], "isError": true})
}
