//! A service from its beginning to its end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use tokio::sync::watch;

use super::admission::Admission;
use super::limits::Limits;
use super::router::router;
use super::served::Served;
use super::shared::Shared;
use crate::connections::{Ending, serve};

/// Threads that read requests and write answers; models have their own.
const THREADS: usize = 2;
/// Threads that may take the place of those while they decode or write something large.
const MOST_BLOCKING: usize = 32;

/// Where a service listens, whom it answers, and how it ends.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address to listen at. Another than the loopback interface's is open to other machines.
    pub host: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// What requests must have as `Authorization: Bearer TOKEN`.
    pub token: Option<String>,
    /// The origin of web pages that may ask, such as `https://example.org`.
    pub origin: Option<String>,
    /// What requests may take.
    pub limits: Limits,
    /// How long requests are still accepted after the service was told to end, so that whoever
    /// sends them notices that `/ready` refuses.
    pub drain_delay: Duration,
    /// How long accepted requests are still answered after that.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            token: None,
            origin: None,
            limits: Limits::default(),
            drain_delay: Duration::ZERO,
            drain: Duration::from_secs(30),
        }
    }
}

/// Tells a service to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Refuses new requests, and answers those that were accepted.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Connections that were cut, since they had not ended in time.
    pub cut: usize,
}

/// A port, and what is to be served there.
#[derive(Debug)]
pub struct Service {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
    stop: Stop,
}

impl Service {
    /// Takes the port.
    ///
    /// # Errors
    /// If it is taken or not to be had, or the origin is not valid.
    pub fn bind(settings: Settings) -> io::Result<Self> {
        if let Some(origin) = &settings.origin {
            check_origin(origin)?;
        }
        let listener = TcpListener::bind((settings.host, settings.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, settings, stop: Stop(watch::Sender::new(false)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// To tell it to end, from any thread.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Answers for these models until it is told to end.
    ///
    /// # Errors
    /// If threads or the port are not to be had, or the allowed origin is none.
    pub fn serve(self, models: Vec<Served>) -> io::Result<Ended> {
        let Self { listener, address, settings, stop } = self;
        let Settings { token, origin, limits, drain_delay, drain, .. } = settings;
        let origin = origin.map(|origin| HeaderValue::from_str(&origin)).transpose();
        let origin = origin.map_err(io::Error::other)?;
        let admission = Admission::new(token.as_deref(), address, origin);
        let models: Vec<Arc<Served>> = models.into_iter().map(Arc::new).collect();
        let shared = Arc::new(Shared::new(models, limits, admission));
        for served in &shared.models {
            served.start(limits.images, &shared.metrics)?;
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .max_blocking_threads(MOST_BLOCKING)
            .enable_all()
            .build()?;
        let mut told = stop.0.subscribe();
        let ending = Arc::clone(&shared);
        let ends = async move {
            // Whoever could tell it is there as long as this function: `stop` is.
            let _told = told.wait_for(|stop| *stop).await;
            ending.end();
            Ending { after: drain_delay, within: drain }
        };
        let router = router(Arc::clone(&shared));
        let cut = runtime.block_on(serve(listener, router, limits.connections, ends))?;
        for served in &shared.models {
            served.close();
        }
        Ok(Ended { cut })
    }
}

/// An origin is a scheme and a host, and nothing behind them.
fn check_origin(origin: &str) -> io::Result<()> {
    let host = ["http://", "https://"].iter().find_map(|scheme| origin.strip_prefix(scheme));
    let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '*', '?', '#', ' ', '@']);
    if host.is_some_and(is_host) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        format!("expected an origin such as https://example.org, found `{origin}`"),
    ))
}
