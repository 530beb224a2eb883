//! `serve`.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use concertina::inspect::Inspector;
use concertina::model::Model;
use concertina::restore::{BUILT_IN, built_in, picture_files};
use concertina::text::counted;
use concertina::{Error, Result};
use concertina_server::{Limits, Served, Service, Settings, Stop};
use fs_err as fs;
use schemars::JsonSchema;
use serde::Serialize;

use super::inspect::inspector;
use crate::args;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::printer::Printer;

/// The variable with the token.
const TOKEN: &str = "CONCERTINA_TOKEN";
/// How often is looked whether somebody wants the server to end.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Where the server listens, and what it has.
#[derive(JsonSchema, Serialize)]
pub(super) struct Serving {
    /// Its address, from this machine.
    address: String,
    models: Vec<ServedModel>,
}

/// A model, under its name in addresses and requests.
#[derive(JsonSchema, Serialize)]
struct ServedModel {
    name: String,
    /// The name of its recipe.
    recipe: String,
}

/// `concertina serve`
pub(crate) fn run(args: &args::Serve, printer: Printer) -> anyhow::Result<Exit> {
    let settings = settings(args)?;
    let limits = settings.limits;
    let (host, port, has_token) = (args.host, args.port, settings.token.is_some());
    let service = Service::bind(settings).map_err(|error| {
        if error.kind() == std::io::ErrorKind::InvalidInput {
            return Error::config(format!("`--cors`: {error}"));
        }
        Error::config(format!("`--port`: cannot serve at {host}, port {port}: {error}"))
            .with_hint("choose another, or 0 for any that is free")
    })?;
    args.threads.begin()?;
    let models = open(&args.models, &limits)?;
    let models = with_inspectors(models, args, printer)?;
    if !host.is_loopback() && !has_token {
        printer.warn(format_args!(
            "everybody who reaches this machine can ask: give a token by `--token-file` or {TOKEN}"
        ));
    }
    let address = service.address();
    let told = |served: &Served| ServedModel {
        name: served.name().to_owned(),
        recipe: served.model().recipe.name.clone(),
    };
    let serving = Serving { address: url(address), models: models.iter().map(told).collect() };
    printer.begun(&serving, &serving.address)?;
    for ServedModel { name, recipe } in &serving.models {
        printer.say(format_args!("{name}: a model of the recipe {recipe}"));
    }
    printer.say(format_args!(
        "try: curl {}/v1/models; {}/openapi.json says what else there is; Ctrl-C ends",
        url(address),
        url(address)
    ));
    end_when_interrupted(service.stop());
    let ended = service.serve(models)?;
    if ended.cut > 0 {
        printer.warn(format_args!(
            "{} had not ended within `--drain` {} s",
            counted(ended.cut, "connection"),
            args.drain
        ));
    }
    printer.say("ended");
    Ok(Exit::Done)
}

fn settings(args: &args::Serve) -> anyhow::Result<Settings> {
    let args::ServeLimits {
        max_body,
        max_pixels,
        max_images,
        queue,
        max_connections,
        memory,
        max_wait,
    } = args.limits;
    let limits = Limits {
        body_bytes: max_body.saturating_mul(1 << 20),
        pixels: max_pixels.saturating_mul(1_000_000),
        images: max_images,
        waiting: queue,
        connections: max_connections,
        memory_bytes: memory.saturating_mul(1 << 20),
        wait: Duration::from_secs(max_wait as u64),
    };
    let seconds = |n: u32| Duration::from_secs(n.into());
    Ok(Settings {
        host: args.host,
        port: args.port,
        token: token(args.token_file.as_deref())?,
        origin: args.cors.clone(),
        limits,
        drain_delay: seconds(args.drain_delay),
        drain: seconds(args.drain),
    })
}

/// The token, if there is one. It is not an argument, since everybody sees those.
fn token(file: Option<&Path>) -> anyhow::Result<Option<String>> {
    let (token, place) = match file {
        Some(file) => (fs::read_to_string(file).map_err(Error::from)?, file.display().to_string()),
        None => match std::env::var_os(TOKEN) {
            None => return Ok(None),
            Some(token) => {
                let token = token.into_string().map_err(|_| {
                    Error::config(format!("`{TOKEN}`: expected text in UTF-8, found other bytes"))
                })?;
                (token, TOKEN.to_owned())
            }
        },
    };
    let token = token.trim().to_owned();
    if token.is_empty() {
        return Err(Error::data(format!("`{place}`: expected a token, found none")).into());
    }
    Ok(Some(token))
}

/// The models, each under a name of its own.
fn open(arguments: &[String], limits: &Limits) -> Result<Vec<Served>> {
    let mut models: Vec<Served> = Vec::new();
    for argument in arguments {
        let (name, path) = match argument.split_once('=') {
            Some((name, path)) if !Path::new(argument).exists() => (Some(name), path),
            _ => (None, argument.as_str()),
        };
        let is_built_in = BUILT_IN.contains(&path) && !Path::new(path).exists();
        let model = if is_built_in { built_in(path)? } else { Model::open(path)? };
        let name = name.unwrap_or(&model.recipe.name).to_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || !name.chars().all(is_plain) {
            return Err(Error::config(format!(
                "`{argument}`: expected a name of letters, digits, `-`, `_` and `.`, found `{name}`"
            )));
        }
        if models.iter().any(|served| served.name() == name) {
            return Err(Error::config(format!(
                "`{argument}`: expected a name of its own for each model, found `{name}` twice"
            ))
            .with_hint(format!("give it one: `another-name={path}`")));
        }
        models.push(Served::new(name, model, limits));
    }
    Ok(models)
}

/// The models that inspect, fitted to good pictures, and the others.
fn with_inspectors(
    models: Vec<Served>,
    args: &args::Serve,
    printer: Printer,
) -> Result<Vec<Served>> {
    let Some(folder) = &args.good else { return Ok(models) };
    let mut error = None;
    let mut fitted = Vec::new();
    let pictures = picture_files(folder)?;
    let mut n_fitted = 0;
    for served in models {
        if let Err(unfit) = Inspector::check(served.model()) {
            error = Some(unfit);
            fitted.push(served);
            continue;
        }
        let inspector = inspector(served.model(), &pictures, &[], printer)?;
        let threshold = inspector.threshold(args.false_alarms)?;
        if !threshold.is_promised() {
            printer.warn(threshold.unpromised());
        }
        n_fitted += 1;
        fitted.push(served.with_inspector(inspector, threshold));
    }
    match error {
        Some(error) if n_fitted == 0 => Err(error),
        _ => Ok(fitted),
    }
}

/// Where the server is found, from this machine.
fn url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", address.port());
    }
    format!("http://{address}")
}

fn end_when_interrupted(stop: Stop) {
    let interrupt = Interrupt::listen();
    std::thread::spawn(move || {
        while !interrupt.came() {
            std::thread::sleep(LOOK_EVERY);
        }
        stop.stop();
    });
}
