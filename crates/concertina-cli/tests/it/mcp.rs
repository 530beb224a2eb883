//! `mcp`: a client's session over stdin and stdout.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::place::Place;

/// A client, and the program that it started.
struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    n: u64,
}

impl Client {
    fn start(place: &Place) -> Self {
        let mut child = place
            .command("mcp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut client = Self { child, input, output, n: 0 };
        let hello = json!({
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        let answer = client.ask("initialize", &hello);
        assert_eq!(answer["result"]["protocolVersion"], "2025-06-18");
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        client
    }

    fn send(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("JSON, not `{line}`"))
    }

    fn begin(&mut self, method: &str, params: &Value) -> u64 {
        self.n += 1;
        let id = self.n;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send(&request.to_string());
        id
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        let id = self.begin(method, params);
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The result of a tool that succeeds.
    #[expect(clippy::needless_pass_by_value, reason = "it is made for the call")]
    fn call(&mut self, name: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", &json!({"name": name, "arguments": arguments}));
        let result = answer["result"].clone();
        assert!(result["isError"] != true && !result.is_null(), "{answer}");
        result
    }

    /// Closes its side, and waits for the program's end.
    fn end(mut self) {
        self.input = None;
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

fn tiny(more: &Value) -> Value {
    let mut arguments = json!({
        "data": "digits",
        "recipe": "dense-vae",
        "limit": 60,
        "set": ["network.hidden=[8]", "training.batch-size=16"],
    });
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    arguments
}

#[test]
fn an_assistant_trains_a_model_and_uses_it() {
    let place = Place::new();
    let mut client = Client::start(&place);
    let tools = client.ask("tools/list", &json!({}))["result"]["tools"].clone();
    assert!(tools.as_array().unwrap().iter().any(|tool| tool["name"] == "train"));

    let trained = client.call("train", tiny(&json!({"epochs": 2, "out": "run"})));
    let document = &trained["structuredContent"];
    let run = &document["runs"][0];
    assert_eq!((&run["run"], &run["epochs"]), (&json!("run"), &json!(2)), "{document}");

    let quickly = json!({"model": "run", "data": "digits", "quick": true, "limit": 60});
    let evaluated = client.call("evaluate", quickly);
    assert!(evaluated["structuredContent"]["reconstruction"].is_object(), "{evaluated}");

    let codes = client.call("encode", json!({"model": "run", "data": "digits", "limit": 3}));
    let table = codes["content"][0]["text"].as_str().unwrap();
    assert_eq!(table.lines().next(), Some("name,label,z1,z2"));
    assert_eq!(table.lines().count(), 4);

    for (tool, arguments) in [
        ("map", json!({"model": "run", "data": "digits", "method": "pca", "limit": 40})),
        ("sample", json!({"model": "run", "n": 4, "seed": 1})),
    ] {
        let picture = client.call(tool, arguments);
        assert_eq!(picture["content"][0]["mimeType"], "image/png", "{tool}");
        let png = STANDARD.decode(picture["content"][0]["data"].as_str().unwrap()).unwrap();
        assert!(png.starts_with(b"\x89PNG"), "{tool}");
    }
    let written = client.call("sample", json!({"model": "run", "n": 1, "out": "new.png"}));
    assert_eq!(written["content"][0]["text"], "written to new.png");
    assert!(place.path("new.png").is_file());

    let found = client.call("inspect", json!({"model": "run", "data": "new.png"}));
    assert!(found["structuredContent"]["pictures"].is_array());
    let data = client.call("data", json!({"data": "new.png"}));
    assert!(data["structuredContent"].is_object());
    let recipes = client.call("recipes", json!({}));
    assert_eq!(recipes["structuredContent"]["recipes"][0]["name"], "conv-ae");
    client.end();
}

#[test]
fn progress_is_told_and_a_call_can_be_cancelled() {
    let place = Place::new();
    let mut client = Client::start(&place);
    let arguments = tiny(&json!({"epochs": 100_000, "out": "run"}));
    let call = json!({"name": "train", "arguments": arguments, "_meta": {"progressToken": "t"}});
    let id = client.begin("tools/call", &call);
    let mut before = 0.0;
    for _ in 0..3 {
        let told = client.receive();
        assert_eq!(told["method"], "notifications/progress", "{told}");
        let params = &told["params"];
        assert_eq!((&params["progressToken"], &params["total"]), (&json!("t"), &json!(100_000)));
        assert!(params["progress"].as_f64().unwrap() > before, "{told}");
        before = params["progress"].as_f64().unwrap();
    }
    // Meanwhile others are answered.
    let ping = client.begin("ping", &json!({}));
    loop {
        let answer = client.receive();
        if answer["id"] == ping {
            break;
        }
        assert_eq!(answer["method"], "notifications/progress", "{answer}");
    }
    let cancelled = json!({"requestId": id, "reason": "enough"});
    client.send(
        &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled})
            .to_string(),
    );
    client.end();
    // It ended with a checkpoint.
    let epochs = fs_err::read_to_string(place.path("run/metrics.jsonl")).unwrap().lines().count();
    let resumed = place.succeed(&format!("resume run --epochs {}", epochs + 2));
    assert!(resumed.stderr.contains("resuming at step"), "{}", resumed.stderr);
}

#[test]
fn mistakes_are_told() {
    let place = Place::new();
    let mut client = Client::start(&place);
    for (request, code, told) in [
        ("no JSON", -32700, "JSON"),
        ("[]", -32600, "one object"),
        (r#"{"jsonrpc": "2.0", "id": 9}"#, -32600, "method"),
        (r#"{"jsonrpc": "2.0", "id": 9, "method": "fly"}"#, -32601, "fly"),
        (r#"{"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {}}"#, -32602, "train"),
    ] {
        client.send(request);
        let answer = client.receive();
        assert_eq!(answer["error"]["code"], code, "{request}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(told), "{answer}");
    }
    for (name, arguments, told) in [
        ("train", json!({}), "expected the argument `data`, found none"),
        ("train", json!({"data": 3}), "`data`: expected text, found 3"),
        ("train", json!({"data": "digits", "epochs": 0}), "at least 1"),
        ("train", json!({"data": "digits", "epoch": 1}), "`epoch`: no such argument"),
        ("train", json!({"data": "digits", "set": "a=1"}), "a list of texts"),
    ] {
        let call = json!({"name": name, "arguments": arguments});
        let answer = client.ask("tools/call", &call);
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(told), "{answer}");
    }
    // What the program refuses is for the assistant to read. No value becomes an option.
    for (name, arguments, told) in [
        ("evaluate", json!({"model": "nothing", "data": "digits"}), "expected a model file"),
        ("evaluate", json!({"model": "--help", "data": "digits"}), "`--help`"),
        ("train", json!({"data": "digits", "recipe": "--out=x"}), "no recipe is called"),
    ] {
        let answer = client.ask("tools/call", &json!({"name": name, "arguments": arguments}));
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        let text = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(told), "{text}");
    }
    client.end();
}
