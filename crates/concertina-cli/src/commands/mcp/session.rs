//! What a client asks for, from its first message to its last.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use serde_json::{Map, Value, json};

use super::call::{Call, Watcher};
use super::message::{Message, NO_SUCH_METHOD, Refusal, Sender, WRONG_PARAMS};
use super::tool::Gives;
use super::tools::TOOLS;

/// The versions of the protocol that are spoken, the newest first.
const VERSIONS: [&str; 3] = ["2025-06-18", "2025-03-26", "2024-11-05"];

/// For the assistant.
const INSTRUCTIONS: &str = "\
Concertina trains autoencoders on unlabelled images or music, and uses them. `train` makes a run \
folder, which the other tools take as `model`. `data` says what is in data, `recipes` what can be \
trained. Long calls tell their progress and can be cancelled.";

/// A client's session.
pub(super) struct Session {
    sender: Arc<Sender>,
    running: Mutex<BTreeMap<String, Running>>,
}

/// A call that runs.
struct Running {
    is_cancelled: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Session {
    pub(super) fn new(sender: Sender) -> Self {
        Self { sender: Arc::new(sender), running: Mutex::default() }
    }

    /// A line that the client sent.
    pub(super) fn receive(&self, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        match Message::read(line) {
            Err(refusal) => self.sender.refuse(&refusal),
            Ok(Message::Answer) => {}
            Ok(Message::Notification { method, params }) => {
                if method == "notifications/cancelled"
                    && let Some(id) = params.get("requestId")
                {
                    self.cancel(id);
                }
            }
            Ok(Message::Request { id, method, params }) => self.request(id, &method, &params),
        }
    }

    fn request(&self, id: Value, method: &str, params: &Map<String, Value>) {
        let answered = match method {
            "initialize" => Ok(initialised(params)),
            "ping" => Ok(json!({})),
            "tools/list" => {
                let told: Vec<Value> = TOOLS.iter().map(super::tool::Tool::told).collect();
                Ok(json!({"tools": told}))
            }
            "tools/call" => match self.call(&id, params) {
                Ok(()) => return,
                Err(message) => Err((WRONG_PARAMS, message)),
            },
            method => Err((NO_SUCH_METHOD, format!("there is no method called `{method}`"))),
        };
        match answered {
            Ok(result) => self.sender.answer(&id, &result),
            Err((code, message)) => self.sender.refuse(&Refusal { id, code, message }),
        }
    }

    /// Begins a call, which is answered when it ends.
    fn call(&self, id: &Value, params: &Map<String, Value>) -> Result<(), String> {
        let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
        let tool = TOOLS.into_iter().find(|tool| tool.name == name).ok_or_else(|| {
            let names = TOOLS.map(|tool| tool.name).join(", ");
            format!("no tool is called `{name}`; there are {names}")
        })?;
        let given = match params.get("arguments") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(given)) => given.clone(),
            Some(_) => return Err("`arguments`: expected an object".to_owned()),
        };
        let call = Call::new(tool, &given)?;
        let token = params.get("_meta").and_then(|meta| meta.get("progressToken")).cloned();
        let epochs = given.get("epochs").and_then(Value::as_u64);
        let epochs = epochs.filter(|_| tool.gives == Gives::Run);
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let (flag, sender, own) = (Arc::clone(&is_cancelled), Arc::clone(&self.sender), id.clone());
        let thread = thread::spawn(move || {
            let watcher = Watcher { sender: &sender, token, epochs };
            // Whoever cancelled a call does not wait for its answer.
            if let Some(result) = call.run(&flag, &watcher) {
                sender.answer(&own, &result);
            }
        });
        let mut running = self.running();
        running.retain(|_, running| !running.thread.is_finished());
        running.insert(id.to_string(), Running { is_cancelled, thread });
        Ok(())
    }

    fn cancel(&self, id: &Value) {
        if let Some(running) = self.running().get(&id.to_string()) {
            running.is_cancelled.store(true, Ordering::SeqCst);
        }
    }

    /// Interrupts what runs, and waits for its end.
    pub(super) fn end(self) {
        let running = std::mem::take(&mut *self.running());
        for running in running.values() {
            running.is_cancelled.store(true, Ordering::SeqCst);
        }
        for running in running.into_values() {
            let _ended = running.thread.join();
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn initialised(params: &Map<String, Value>) -> Value {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let version = VERSIONS.into_iter().find(|version| asked == Some(version));
    json!({
        "protocolVersion": version.unwrap_or(VERSIONS[0]),
        "capabilities": {"tools": {"listChanged": false}},
        "serverInfo": {"name": "concertina", "version": env!("CARGO_PKG_VERSION")},
        "instructions": INSTRUCTIONS,
    })
}
