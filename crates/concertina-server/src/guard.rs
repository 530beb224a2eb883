//! Who may ask.

use axum::http::{HeaderMap, Method, StatusCode, header};

use crate::hosts::{equal, names};

/// What a request must have to be answered.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// The first part of every path.
    token: String,
    /// The names that this server goes by, with its port.
    hosts: [String; 3],
}

impl Guard {
    /// With a new token, for this port.
    pub(crate) fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self::with_token(u128::from_ne_bytes(bytes), port))
    }

    fn with_token(token: u128, port: u16) -> Self {
        Self { token: format!("{token:032x}"), hosts: names(port) }
    }

    /// The address of the first page.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.token)
    }

    /// The path within the site that a request asks for, or why it is refused.
    ///
    /// A page elsewhere cannot know the token. If it makes this server's address one of its own
    /// host's (DNS rebinding), the host that the browser asks for is still the page's; a form or a
    /// script of it has its origin.
    pub(crate) fn admit<'p>(
        &self,
        method: &Method,
        path: &'p str,
        headers: &HeaderMap,
    ) -> Result<&'p str, (StatusCode, &'static str)> {
        let is_ours = |value: &str| self.hosts.iter().any(|host| host == value);
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        if headers.get_all(header::HOST).iter().count() != 1
            || !text(header::HOST).is_some_and(is_ours)
        {
            return Err((StatusCode::MISDIRECTED_REQUEST, "expected this machine as the host"));
        }
        let own_origin = |origin: &str| origin.strip_prefix("http://").is_some_and(is_ours);
        if text(header::ORIGIN).is_some_and(|origin| !own_origin(origin)) {
            return Err((StatusCode::FORBIDDEN, "expected a page of this server to ask"));
        }
        let rest = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        let Some((token, rest)) = rest else {
            return Err((StatusCode::NOT_FOUND, "expected the whole address, with its token"));
        };
        if !equal(token.as_bytes(), self.token.as_bytes()) {
            return Err((StatusCode::FORBIDDEN, "expected this run's token in the address"));
        }
        if ![Method::GET, Method::HEAD].contains(method) {
            return Err((StatusCode::METHOD_NOT_ALLOWED, "expected GET"));
        }
        Ok(rest)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn strangers_are_refused() {
        let guard = Guard::with_token(7, 8080);
        let token = "00000000000000000000000000000007";
        assert_eq!(guard.address(), format!("http://127.0.0.1:8080/{token}/"));
        let own = format!("/{token}/data/x");
        let (get, post) = (Method::GET, Method::POST);
        for (method, path, host, origin, expected) in [
            (&get, own.as_str(), Some("127.0.0.1:8080"), None, Ok("data/x")),
            (&get, &own, Some("localhost:8080"), Some("http://localhost:8080"), Ok("data/x")),
            (&get, &own, Some("[::1]:8080"), None, Ok("data/x")),
            (&get, &own, Some("localhost"), None, Err(421)),
            (&get, &own, Some("localhost:80"), None, Err(421)),
            (&get, &own, Some("evil.example:8080"), None, Err(421)),
            (&get, &own, None, None, Err(421)),
            (&get, &own, Some("localhost:8080"), Some("http://evil.example"), Err(403)),
            (&get, &own, Some("localhost:8080"), Some("null"), Err(403)),
            (&get, &own, Some("localhost:8080"), Some("https://localhost:8080"), Err(403)),
            (&get, "/", Some("localhost:8080"), None, Err(404)),
            (&get, "/data", Some("localhost:8080"), None, Err(404)),
            (&get, "/0/data/x", Some("localhost:8080"), None, Err(403)),
            (&get, "//data/x", Some("localhost:8080"), None, Err(403)),
            (&post, &own, Some("localhost:8080"), None, Err(405)),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::HOST, host), (header::ORIGIN, origin)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            let found = guard.admit(method, path, &headers).map_err(|(status, _)| status.as_u16());
            assert_eq!(found, expected, "{path} {host:?} {origin:?}");
        }
        let mut twice = HeaderMap::new();
        twice.append(header::HOST, HeaderValue::from_static("localhost:8080"));
        twice.append(header::HOST, HeaderValue::from_static("evil.example"));
        assert!(guard.admit(&get, &own, &twice).is_err());
    }

    #[test]
    fn tokens_differ() {
        let [a, b] = [Guard::new(1), Guard::new(1)];
        assert!(a.is_ok_and(|a| b.is_ok_and(|b| a.address() != b.address())));
    }
}
