//! `explore` and `export`.

mod gather;
mod live;
mod site;

use std::path::Path;

use concertina::Error;
use concertina::artifact::write_whole;
use concertina::text::{bytes, counted};
use concertina_explorer::Options;
use concertina_server::Bound;

use self::live::Live;
use crate::args;
use crate::exit::Exit;
use crate::output::by_extension;
use crate::printer::Printer;

/// `concertina export`
pub(crate) fn export(args: &args::Export, printer: Printer) -> anyhow::Result<Exit> {
    let shown = &args.exhibited;
    let read = [shown.data.as_deref().unwrap_or_default().as_ref(), shown.model.as_path()];
    let kinds = [("html", (|path| path) as fn(&Path) -> &Path)];
    let html = by_extension("--html", &args.html, &read, kinds)?;
    let options = Options {
        points: args.points,
        thumbnails: args.thumbnails.min(args.points),
        half: args.half,
        ..gather::options(shown)
    };
    let exhibit = gather::exhibit(shown, options, false, printer)?;
    let page = exhibit.to_html();
    write_whole(html, page.as_bytes())?;
    printer.say(format_args!(
        "{} written: {}, {}",
        html.display(),
        bytes(page.len() as u64),
        counted(exhibit.points(), "point")
    ));
    if let Some(difference) = exhibit.half_difference {
        printer.say(format_args!(
            "weights of 16 bits change no pixel of these by more than {difference:.1e} of 0..1"
        ));
    }
    Ok(Exit::Done)
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
    printer.data(&address)?;
    printer.say("open this address in a browser of this machine; Ctrl-C ends");
    if !args.no_open && open::that_detached(&address).is_err() {
        printer.warn("no browser could be opened");
    }
    bound.serve(site)?;
    Ok(Exit::Done)
}
