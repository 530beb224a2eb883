//! Connections: how many there are at a time, and how long each may take.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::guard::Guard;
use crate::site::{Site, refusal};

/// Connections at a time: a browser opens six.
const CONNECTIONS: usize = 128;
/// Until all headers of a request are there, and between requests of a connection.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Until an answer has been taken.
const CONNECTION_WITHIN: Duration = Duration::from_mins(10);
/// Bytes of a request's headers.
const MOST_HEADER_BYTES: usize = 16 << 10;
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
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let router = router(self.guard, site);
            let places = Arc::new(Semaphore::new(CONNECTIONS));
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Too many files are open, say: that passes.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                    tokio::spawn(turn_away(stream));
                    continue;
                };
                let router = router.clone();
                tokio::spawn(async move {
                    let _place = place;
                    // A client that goes away, or sends what is no request, is not our failure.
                    let _ended = timeout(CONNECTION_WITHIN, connection(stream, router)).await;
                });
            }
        })
    }
}

async fn connection(stream: TcpStream, router: Router) -> Result<(), hyper::Error> {
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await
}

/// Says that there are too many connections.
async fn turn_away(mut stream: TcpStream) {
    let answer = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
                   Connection: close\r\n\r\n";
    let _sent = timeout(HEADERS_WITHIN, stream.write_all(answer)).await;
}

fn router(guard: Guard, site: Site) -> Router {
    Router::new().fallback(answer).with_state(Arc::new((guard, site)))
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
