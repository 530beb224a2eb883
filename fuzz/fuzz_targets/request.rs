//! Requests to a service: whatever the body, it is answered, and no panic of the service's own.
//!
//! The first byte chooses the address and the media type, the rest is the body. The answer must
//! have a status that a client can act on: below 500, or one that tells of a limit.

#![cfg_attr(fuzzing, no_main)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;

use concertina::data::{Dataset, OpenOptions};
use concertina::model::Model;
use concertina::recipe::Recipe;
use concertina_server::{Limits, Served, Service, Settings};

const PATHS: [&str; 8] = [
    "/v1/encode",
    "/v1/decode",
    "/v1/reconstruct",
    "/v1/sample",
    "/v1/score",
    "/v1/denoise?model=tiny",
    "/v1/inspect",
    "/v2/models/tiny/infer",
];
const MEDIA_TYPES: [&str; 4] =
    ["application/json", "application/x-npy", "multipart/form-data; boundary=b", "image/png"];

concertina_fuzz::target!(|bytes| {
    let Some((&choice, body)) = bytes.split_first() else { return };
    let path = PATHS[usize::from(choice) % PATHS.len()];
    let media_type = MEDIA_TYPES[usize::from(choice) / PATHS.len() % MEDIA_TYPES.len()];
    let status = status(path, media_type, body);
    assert!(status < 500 || status == 503, "{path} as {media_type}: {status}");
});

/// The status of the answer.
fn status(path: &str, media_type: &str, body: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(address()).expect("the service listens");
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the service reads");
    // It may have refused the body before all of it was sent.
    let _ = stream.write_all(body);
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line).expect("the service answers");
    let _ = answer.read_to_end(&mut Vec::new());
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("expected a line of status, found {line:?}"))
}

/// That of a service with a tiny model and small limits.
fn address() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let limits = Limits { pixels: 1 << 18, body_bytes: 1 << 20, ..Limits::default() };
        let settings = Settings { limits, ..Settings::default() };
        let service = Service::bind(settings).expect("a port is free");
        let address = service.address();
        let models = vec![Served::new("tiny", tiny(), &limits)];
        std::thread::spawn(move || service.serve(models));
        address
    })
}

fn tiny() -> Model {
    let recipe = Recipe::named("dense-vae")
        .and_then(|recipe| recipe.with("network.hidden", "[4]"))
        .and_then(|recipe| recipe.with("training.epochs", 1))
        .expect("it ships");
    let options = OpenOptions { limit: Some(20), ..recipe.open_options() };
    let data = Dataset::open("digits", &options).expect("digits are built in");
    let folder = std::env::temp_dir().join(format!("concertina-fuzz-{}", std::process::id()));
    let plan = recipe.plan(&data).expect("it takes digits");
    let run = plan.start(&data, &folder).expect("a folder for it");
    let model = run.finish().expect("it trains");
    let _ = fs_err::remove_dir_all(&folder);
    model
}
