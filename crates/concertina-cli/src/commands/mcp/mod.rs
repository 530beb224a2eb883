//! `mcp`: the Model Context Protocol over stdin and stdout, so that an assistant can use the
//! program.
//!
//! Messages are JSON-RPC 2.0, one in a line. A call of a tool runs this program again, as a person
//! would: so it can be interrupted as a person would, several can run at the same time, and what
//! they do is what the command line does.

mod argument;

mod tool;

mod tools;

mod message;

mod child;

mod call;

mod session;

use std::io::{BufRead, Read};

use self::message::Sender;
use self::session::Session;
use crate::exit::Exit;
use crate::printer::Printer;

/// The longest message: whoever sends more is not a client.
const MOST_BYTES: u64 = 1 << 24;

/// `concertina mcp`
pub(crate) fn run(printer: Printer) -> anyhow::Result<Exit> {
    printer.say("waiting for an MCP client on stdin; `concertina mcp --help` says how to have one");
    let session = Session::new(Sender::new());
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let n = (&mut input).take(MOST_BYTES).read_until(b'\n', &mut line)?;
        if n == 0 {
            break;
        }
        session.receive(&line);
    }
    // The client has gone: nobody waits for what is still running.
    session.end();
    Ok(Exit::Done)
}
