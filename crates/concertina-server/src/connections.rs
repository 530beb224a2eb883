//! Connections: how many there are at a time, how long each may take, and how they end.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::stalling::Stalling;

/// Until all headers of a request are there, and between requests of a connection.
pub(crate) const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a client may take nothing of what is sent to it.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of a request's headers, and how many there may be.
const MOST_HEADER_BYTES: usize = 16 << 10;
const MOST_HEADERS: usize = 64;
/// How long the last connections are accepted: where others come all the time, there is no last.
const LAST_WITHIN: Duration = Duration::from_millis(500);
/// How often is looked whether all have gone.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long a client that has just been answered may take to ask again while the server ends: its
/// request and the end of the connection would cross each other.
const CROSSING_WITHIN: Duration = Duration::from_secs(1);

/// How a server ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    /// How long new connections are still accepted.
    pub(crate) after: Duration,
    /// How long what was asked is still answered after that.
    pub(crate) within: Duration,
}

/// Serves connections. When `ends` is ready the server goes on for a while, then accepts no more,
/// answers what was asked, and returns the number of connections that had not ended in time. There
/// are at most `most` at a time.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    router: Router,
    most: usize,
    ends: impl Future<Output = Ending>,
) -> io::Result<usize> {
    let listener = TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(most));
    let server = Server { router, places, graceful: GracefulShutdown::new() };
    let ending = tokio::select! {
        never = server.accept_all(&listener) => match never {},
        ending = ends => ending,
    };
    let until = Instant::now() + ending.after;
    let _elapsed = timeout_at(until, server.accept_all(&listener)).await;
    server.accept_the_last(&listener.into_std()?);
    let Server { places, graceful, .. } = server;
    // Answers close their connections by now. One that is idle may be about to ask.
    let deadline = Instant::now() + ending.within;
    let crossing = (Instant::now() + CROSSING_WITHIN).min(deadline);
    while places.available_permits() < most && Instant::now() < crossing {
        sleep(LOOK_EVERY).await;
    }
    Ok(match timeout_at(deadline, graceful.shutdown()).await {
        Ok(()) => 0,
        Err(_) => most - places.available_permits(),
    })
}

struct Server {
    router: Router,
    places: Arc<Semaphore>,
    graceful: GracefulShutdown,
}

impl Server {
    async fn accept_all(&self, listener: &TcpListener) -> std::convert::Infallible {
        loop {
            let accepted = listener.accept().await;
            let failed = accepted.is_err();
            self.take(accepted);
            if failed {
                // Too many files are open, say: that passes.
                sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Accepts whoever waits, until nobody does at that moment: the system has told them that they
    /// are connected, and would cut them off with the port. It is asked itself, as the runtime
    /// knows only what it has noticed.
    fn accept_the_last(&self, listener: &std::net::TcpListener) {
        let until = Instant::now() + LAST_WITHIN;
        while Instant::now() < until
            && let Ok((stream, address)) = listener.accept()
        {
            let accepted = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            self.take(accepted.map(|stream| (stream, address)));
        }
    }

    fn take(&self, accepted: io::Result<(TcpStream, std::net::SocketAddr)>) {
        let Ok((stream, _)) = accepted else { return };
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tokio::spawn(turn_away(stream));
            return;
        };
        // Answers are whole when they are sent: to wait for more would only delay them.
        let _unchanged = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .max_buf_size(MOST_HEADER_BYTES)
            .max_headers(MOST_HEADERS)
            .serve_connection(
                TokioIo::new(Stalling::new(stream, TAKEN_WITHIN)),
                TowerToHyperService::new(self.router.clone()),
            );
        let connection = self.graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // A client that goes away, or sends what is no request, is not our failure.
            let _ended = connection.await;
        });
    }
}

/// Says that there are too many connections.
async fn turn_away(mut stream: TcpStream) {
    let answer = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
                   Connection: close\r\n\r\n";
    let _sent = timeout(HEADERS_WITHIN, stream.write_all(answer)).await;
}
