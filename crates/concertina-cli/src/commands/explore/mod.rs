//! `explore`.

pub(super) mod gather;
mod live;
mod site;

use concertina::Error;
use concertina_explorer::Options;
use concertina_server::Bound;
use schemars::JsonSchema;
use serde::Serialize;

use self::live::Live;
use crate::args;
use crate::exit::Exit;
use crate::printer::Printer;

/// Where the page is.
#[derive(JsonSchema, Serialize)]
pub(super) struct Opened<'a> {
    /// The address to open in a browser of this machine, with a token that nobody else has.
    address: &'a str,
}

/// `concertina explore`
pub(crate) fn explore(args: &args::Explore, printer: Printer) -> anyhow::Result<Exit> {
    let bound = Bound::new(args.port).map_err(|error| {
        Error::config(format!("`--port`: cannot serve at {}: {error}", args.port))
            .with_hint("leave it out: then a free one is taken")
    })?;
    let shown = &args.exhibited;
    let options =
        Options { points: args.points, thumbnails: args.points, ..gather::options(shown) };
    let site = if let Some(live) = Live::find(shown, options, printer)? {
        printer.say("the run is still trained: the page follows its checkpoints");
        live.site()?
    } else {
        site::of(&gather::exhibit(shown, options, true, printer)?)
    };
    let address = bound.address();
    printer.begun(&Opened { address: &address }, &address)?;
    printer.say("open this address in a browser of this machine; Ctrl-C ends");
    if !args.no_open && open::that_detached(&address).is_err() {
        printer.warn("no browser could be opened");
    }
    bound.serve(site)?;
    Ok(Exit::Done)
}
