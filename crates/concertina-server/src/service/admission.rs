//! Who is answered.

use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::hosts::{equal, names};

/// Who is answered.
pub(crate) struct Admission {
    /// The SHA-256 of the token that requests must have.
    token: Option<[u8; 32]>,
    /// The names that this server goes by where only this machine gets at it.
    hosts: Option<Vec<String>>,
    /// The origin of pages that may ask, besides this server's own.
    origin: Option<HeaderValue>,
}

impl Admission {
    /// Of a server that listens at this address.
    pub(crate) fn new(
        token: Option<&str>,
        address: SocketAddr,
        origin: Option<HeaderValue>,
    ) -> Self {
        let hosts = address.ip().is_loopback().then(|| {
            let port = address.port();
            let mut hosts = [names(port).to_vec(), vec![address.to_string()]].concat();
            // The port that is meant where none is named.
            if port == 80 {
                let bare = |host: &String| host.strip_suffix(":80").map(ToOwned::to_owned);
                hosts.extend(hosts.iter().filter_map(bare).collect::<Vec<_>>());
            }
            hosts
        });
        Self { token: token.map(digest), hosts, origin }
    }

    /// Refuses pages of other origins, and other machines' names for this one.
    pub(crate) fn check_origin(&self, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (host, second) = (hosts.next(), hosts.next());
        let is_ours = |host: &str| {
            self.hosts
                .as_ref()
                .is_none_or(|hosts| hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
        };
        let host = host.and_then(|host| host.to_str().ok()).filter(|host| is_ours(host));
        let Some(host) = host.filter(|_| second.is_none()) else {
            return Err(Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "expected this machine and the server's port as the host",
            ));
        };
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let is_own = origin
            .to_str()
            .is_ok_and(|origin| origin.split_once("://").is_some_and(|(_, from)| from == host));
        if is_own || self.is_allowed(origin) || [Method::GET, Method::HEAD].contains(method) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "expected a page of this server, or of the allowed origin, to ask",
        ))
    }

    /// Refuses requests without the token.
    pub(crate) fn check_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        let given = headers.get(header::AUTHORIZATION).and_then(|given| given.to_str().ok());
        let given = given.and_then(|given| {
            let (scheme, token) = given.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| digest(token.trim()))
        });
        match given {
            Some(given) if equal(&given, token) => Ok(()),
            Some(_) => Err(Problem::new(StatusCode::UNAUTHORIZED, "this is not the token")),
            None => Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "expected the header `Authorization: Bearer TOKEN`, found none",
            )),
        }
    }

    /// The allowed origin, if this is it.
    pub(crate) fn is_allowed(&self, origin: &HeaderValue) -> bool {
        self.origin.as_ref() == Some(origin)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
