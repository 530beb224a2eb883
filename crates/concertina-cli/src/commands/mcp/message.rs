//! Messages of JSON-RPC 2.0.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

/// What a client sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Message {
    Request {
        id: Value,
        method: String,
        params: Map<String, Value>,
    },
    Notification {
        method: String,
        params: Map<String, Value>,
    },
    /// An answer to us, who ask nothing.
    Answer,
}

/// Why a request is not answered: a code of JSON-RPC, and what was expected and found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) id: Value,
    pub(super) code: i64,
    pub(super) message: String,
}

pub(super) const NOT_JSON: i64 = -32700;
pub(super) const NOT_A_REQUEST: i64 = -32600;
pub(super) const NO_SUCH_METHOD: i64 = -32601;
pub(super) const WRONG_PARAMS: i64 = -32602;

impl Message {
    /// Reads a line.
    pub(super) fn read(line: &[u8]) -> Result<Self, Refusal> {
        let refuse = |id, code, message: &str| Refusal { id, code, message: message.to_owned() };
        let value: Value = serde_json::from_slice(line).map_err(|error| {
            refuse(Value::Null, NOT_JSON, &format!("expected a message in JSON: {error}"))
        })?;
        let Value::Object(mut message) = value else {
            return Err(refuse(Value::Null, NOT_A_REQUEST, "expected one object, found another"));
        };
        let id = message.remove("id");
        let told = id.clone().unwrap_or_default();
        if message.get("jsonrpc") != Some(&json!("2.0")) {
            return Err(refuse(told, NOT_A_REQUEST, "expected `\"jsonrpc\": \"2.0\"`"));
        }
        let is_answer = message.contains_key("result") || message.contains_key("error");
        let method = match message.remove("method") {
            Some(Value::String(method)) => method,
            None if is_answer => return Ok(Self::Answer),
            _ => return Err(refuse(told, NOT_A_REQUEST, "expected a `method`")),
        };
        let params = match message.remove("params") {
            Some(Value::Object(params)) => params,
            None => Map::new(),
            Some(_) => return Err(refuse(told, WRONG_PARAMS, "`params`: expected an object")),
        };
        match id {
            None => Ok(Self::Notification { method, params }),
            Some(id) if id.is_string() || id.is_number() => {
                Ok(Self::Request { id, method, params })
            }
            Some(_) => Err(refuse(Value::Null, NOT_A_REQUEST, "`id`: expected text or a number")),
        }
    }
}

/// Sends messages, a line each, from any thread.
#[derive(Debug)]
pub(super) struct Sender(Mutex<std::io::Stdout>);

impl Sender {
    pub(super) fn new() -> Self {
        Self(Mutex::new(std::io::stdout()))
    }

    pub(super) fn answer(&self, id: &Value, result: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
    }

    pub(super) fn refuse(&self, Refusal { id, code, message }: &Refusal) {
        let error = json!({"code": code, "message": message});
        self.send(&json!({"jsonrpc": "2.0", "id": id, "error": error}));
    }

    pub(super) fn notify(&self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn send(&self, message: &Value) {
        let mut stdout = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A client that has gone closes our input, too, and that ends the program.
        let _sent = writeln!(stdout, "{message}").and_then(|()| stdout.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        let read = |line: &str| Message::read(line.as_bytes()).map_err(|refusal| refusal.code);
        let is_request = |line| matches!(read(line), Ok(Message::Request { .. }));
        assert!(is_request(r#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#));
        assert!(is_request(r#"{"jsonrpc": "2.0", "id": "a", "method": "ping", "params": {}}"#));
        let notified = read(r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#);
        assert!(matches!(notified, Ok(Message::Notification { .. })));
        assert_eq!(read(r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#), Ok(Message::Answer));
        for (line, code) in [
            ("{", NOT_JSON),
            ("", NOT_JSON),
            ("[]", NOT_A_REQUEST),
            (r#"{"id": 1, "method": "ping"}"#, NOT_A_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1}"#, NOT_A_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, NOT_A_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}"#, WRONG_PARAMS),
        ] {
            assert_eq!(read(line), Err(code), "{line}");
        }
    }
}
