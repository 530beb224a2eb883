//! A browser that a test drives: Chromium by its driver, in the words of the `WebDriver` standard.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// How the browser is started: nothing that asks a network, no profile of its own.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
];
/// How long a page may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser with one window.
pub(crate) struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// Starts one with a window of this size; `None`, and a notice, where there is none.
    pub(crate) fn start([width, height]: [u32; 2]) -> Option<Self> {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = started else {
            eprintln!("passed over: there is no chromedriver; CONTRIBUTING.md says how to get it");
            return None;
        };
        let told = BufReader::new(driver.stdout.take().expect("it is piped"));
        let port = told.lines().map_while(Result::ok).find_map(|line| {
            let port = line.split_once("successfully on port ")?.1;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("chromedriver tells its port");
        let flags = FLAGS.map(str::to_owned);
        let args = flags.into_iter().chain([format!("--window-size={width},{height}")]);
        let base = format!("http://127.0.0.1:{port}/session");
        let wish = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": args.collect::<Vec<_>>()},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let made = sent("POST", &base, Some(&wish));
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {made}"));
        Some(Self { driver, session: format!("{base}/{id}") })
    }

    /// Opens a page and waits until it says that it is ready.
    pub(crate) fn open(&self, address: &str) {
        self.post("url", &json!({ "url": address }));
        self.wait_for("document.body.dataset.ready !== undefined");
    }

    /// What an expression has for its value.
    pub(crate) fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression};"))
    }

    /// Runs statements, and gives what they return; a promise is waited for.
    pub(crate) fn run(&self, statements: &str) -> Value {
        self.post("execute/sync", &json!({ "script": statements, "args": [] }))
    }

    /// Waits until an expression is true.
    pub(crate) fn wait_for(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(&format!("Boolean({expression})")) != true {
            assert!(begun.elapsed() < PATIENCE, "waited for {expression}: {:?}", self.errors());
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Moves the pointer along places of the window, with the button pressed or not.
    pub(crate) fn pointer(&self, along: &[[f64; 2]], is_pressed: bool) {
        let go = |[x, y]: &[f64; 2]| {
            let [x, y] = [x.round(), y.round()];
            json!({"type": "pointerMove", "duration": 30, "x": x, "y": y, "origin": "viewport"})
        };
        let mut steps: Vec<Value> = along.iter().map(go).collect();
        if is_pressed {
            steps.insert(1, json!({"type": "pointerDown", "button": 0}));
            steps.push(json!({"type": "pointerUp", "button": 0}));
        }
        let mouse = json!({
            "type": "pointer", "id": "mouse", "actions": steps,
            "parameters": {"pointerType": "mouse"},
        });
        self.post("actions", &json!({ "actions": [mouse] }));
    }

    /// Clicks on the element of a selector, as a script does.
    pub(crate) fn click(&self, selector: &str) {
        self.run(&format!("document.querySelector({}).click();", json!(selector)));
    }

    /// Gives a file to an input.
    pub(crate) fn choose_file(&self, selector: &str, path: &Path) {
        let found = self.post("element", &json!({"using": "css selector", "value": selector}));
        let id = found.as_object().and_then(|found| found.values().next()).cloned();
        let id = id.and_then(|id| id.as_str().map(str::to_owned)).expect("an element");
        let text = path.display().to_string();
        self.post(&format!("element/{id}/value"), &json!({ "text": text }));
    }

    /// A command of Chromium's own.
    pub(crate) fn chromium(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// What the window looks like, as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let picture = sent("GET", &format!("{}/screenshot", self.session), None);
        STANDARD.decode(picture.as_str().expect("a picture")).expect("base64")
    }

    /// Errors and warnings on the console since the last call.
    pub(crate) fn errors(&self) -> Vec<String> {
        let log = self.post("se/log", &json!({"type": "browser"}));
        let entries = log.as_array().cloned().unwrap_or_default();
        let bad = entries.iter().filter(|entry| {
            entry["level"].as_str().is_some_and(|level| ["SEVERE", "WARNING"].contains(&level))
        });
        bad.map(|entry| entry["message"].to_string()).collect()
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        sent("POST", &format!("{}/{what}", self.session), Some(body))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ended = sent("DELETE", &self.session, None);
        let _killed = self.driver.kill();
        let _waited = self.driver.wait();
    }
}

/// Sends a command, and gives the value that comes back.
fn sent(method: &str, address: &str, body: Option<&Value>) -> Value {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    let answer = match (method, body) {
        ("POST", Some(body)) => agent.post(address).send(body.to_string()),
        ("GET", _) => agent.get(address).call(),
        _ => agent.delete(address).call(),
    };
    let text = answer
        .expect("chromedriver answers")
        .body_mut()
        .with_config()
        .limit(1 << 28)
        .read_to_string()
        .expect("chromedriver answers in full");
    let mut answer: Value = serde_json::from_str(&text).expect("chromedriver answers in JSON");
    let value = answer["value"].take();
    if let Some(error) = value.get("error").filter(|_| value.get("stacktrace").is_some()) {
        panic!("{address}: {error}: {}", value["message"]);
    }
    value
}
