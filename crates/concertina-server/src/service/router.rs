//! Addresses, and what happens to every request before and after it is answered.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::FutureExt;

use super::about;
use super::inference;
use super::problem::Problem;
use super::shared::{App, Shared};
use super::verbs::Verb;

/// Addresses that need no token: whoever watches over the server has none.
const OPEN: [&str; 5] = ["/health", "/ready", "/metrics", "/v2/health/live", "/v2/health/ready"];
/// The longest name of a request that is repeated.
const LONGEST_ID: usize = 128;

pub(crate) fn router(shared: App) -> Router {
    let mut router = Router::new()
        .route("/health", get(about::health))
        .route("/ready", get(about::ready))
        .route("/metrics", get(about::metrics))
        .route("/openapi.json", get(about::openapi))
        .route("/v1/models", get(about::models))
        .route("/v1/models/{name}", get(about::model))
        .route("/v2", get(inference::server))
        .route("/v2/health/live", get(inference::live))
        .route("/v2/health/ready", get(inference::ready))
        .route("/v2/models/{name}", get(inference::model))
        .route("/v2/models/{name}/ready", get(inference::model_ready))
        .route("/v2/models/{name}/infer", post(inference::infer));
    for verb in Verb::ALL {
        let answer = move |State(shared): State<App>, request: Request| async move {
            verb.answer(&shared, request).await
        };
        router = router.route(verb.path(), post(answer));
    }
    router
        .fallback(async || {
            Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address")
                .with_hint("/openapi.json says what there is")
        })
        .method_not_allowed_fallback(async |method: Method| {
            let message = format!("expected another method, found {method}");
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, message)
        })
        .layer(from_fn_with_state(Arc::clone(&shared), around))
        .with_state(shared)
}

/// Admits a request, and counts it; an answer is complete with what every answer has.
async fn around(State(shared): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request.headers().get("x-request-id").filter(|id| id.len() <= LONGEST_ID).cloned();
    let origin = request.headers().get(header::ORIGIN).cloned();
    let origin = origin.filter(|origin| shared.admission.is_allowed(origin));
    // The address as it is counted: of addresses that there are not, there could be any number.
    let matched = request.extensions().get::<MatchedPath>();
    let path = matched.map_or("other", MatchedPath::as_str).to_owned();
    let mut response = match admitted(&shared, &request) {
        Err(problem) => problem.into_response(),
        Ok(()) if request.method() == Method::OPTIONS && origin.is_some() => {
            StatusCode::NO_CONTENT.into_response()
        }
        Ok(()) => {
            let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            answered.unwrap_or_else(|_| {
                shared.metrics.panicked();
                Problem::ours().into_response()
            })
        }
    };
    let status = response.status();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(id) = id {
        headers.insert("x-request-id", id);
    }
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        let allowed = HeaderValue::from_static("authorization, content-type, x-request-id");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    if shared.is_ending() {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    shared.metrics.answered(path, status.as_u16(), begun.elapsed());
    response
}

fn admitted(shared: &Shared, request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    if OPEN.contains(&request.uri().path()) {
        return Ok(());
    }
    shared.admission.check_origin(request.method(), headers)?;
    // Browsers ask beforehand, without a token, whether they may.
    if request.method() == Method::OPTIONS {
        return Ok(());
    }
    shared.admission.check_token(headers)
}
