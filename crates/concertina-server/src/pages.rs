//! Pages for a browser on this machine.

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::connections::serve;
use crate::guard::Guard;
use crate::site::{Site, refusal};

/// Connections at a time: a browser opens six.
const CONNECTIONS: usize = 128;
/// Threads that answer: what is asked for is in memory.
const THREADS: usize = 2;

/// A port of this machine, with an address that nobody can guess.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    guard: Guard,
}

impl Bound {
    /// Takes a port of the loopback interface; any free one if it is 0.
    ///
    /// # Errors
    /// If the port is taken, or not to be had.
    pub fn new(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let guard = Guard::new(listener.local_addr()?.port()).map_err(io::Error::other)?;
        Ok(Self { listener, guard })
    }

    /// The address of the first page.
    pub fn address(&self) -> String {
        self.guard.address()
    }

    /// Answers until the program ends.
    ///
    /// # Errors
    /// If threads or the port are not to be had.
    pub fn serve(self, site: Site) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()?;
        let router = Router::new().fallback(answer).with_state(Arc::new((self.guard, site)));
        runtime.block_on(serve(self.listener, router, CONNECTIONS, pending())).map(drop)
    }
}

async fn answer(State(shared): State<Arc<(Guard, Site)>>, request: Request) -> Response {
    let (guard, site) = &*shared;
    let mut response = match guard.admit(request.method(), request.uri().path(), request.headers())
    {
        Ok(path) => site.answer(path),
        Err((status, why)) => refusal(status, why),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    if !response.status().is_success() {
        // What else was sent, a body say, is not read.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
