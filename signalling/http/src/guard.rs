//! What every request passes before its handler: Origin, rate, time limit; and what every answer carries: the security headers.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use signalling::protocol::call::RefusalCode;
use tokio::time::timeout;

use crate::{
    captions, files,
    metrics::count,
    refusal::Refused,
    shared::{Peer, Shared, now},
    whip,
};

/// Lets the request through to its handler, or refuses it.
pub(crate) async fn guard(
    State(shared): State<Arc<Shared>>,
    peer: axum::Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    count(&shared.counters.requests);
    let patience = if files::is_upload(request.method(), request.uri().path()) {
        shared.patience.upload
    } else {
        shared.patience.answer
    };
    let mut response = match admit(&shared, &peer, &request) {
        Ok(()) => match timeout(patience, next.run(request)).await {
            Ok(response) => response,
            Err(_) => closing(StatusCode::REQUEST_TIMEOUT.into_response()),
        },
        // The body was not read: the connection cannot go on.
        Err(refused) => closing(refused.into_response()),
    };
    if response.status().is_client_error() {
        count(&shared.counters.requests_refused);
    } else if response.status().is_server_error() {
        count(&shared.counters.requests_failed);
    }
    add_headers(response.headers_mut(), shared.encrypted);
    response
}

fn closing(mut response: Response<Body>) -> Response<Body> {
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn admit(shared: &Shared, peer: &Peer, request: &Request) -> Result<(), Refused> {
    let path = request.uri().path();
    let is_socket = path.starts_with("/ws/");
    let is_api = path.starts_with("/api/");
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    // A bearer token is no cookie: no page can make a browser send it.
    let is_programs = whip::has(path) || path == captions::PATH;
    if (changes || is_socket) && !is_programs && !shared.knows_origin(request.headers()) {
        return Err(Refused::because(
            RefusalCode::Forbidden,
            "origin",
            "",
            "a page of this server (http.public_origins)",
        ));
    }
    if is_api || is_socket || is_programs {
        // Queries end up in logs and histories: ours carry nothing.
        if request.uri().query().is_some() {
            return Err(Refused::because(
                RefusalCode::Malformed,
                "query",
                "",
                "none",
            ));
        }
        if !shared.rates.requests.take(peer.network(), now())
            && !shared.is_load_test(request.headers())
        {
            return Err(Refused::new(RefusalCode::TooFast, "requests"));
        }
    }
    Ok(())
}

/// Only our own files, and nothing inline; blobs are what a browser makes of a camera.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; frame-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not "no-referrer": with it browsers write `Origin: null` in requests of other modes than CORS (Fetch, 3.2).
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// A year, as the preload lists ask (RFC 6797).
const TRANSPORT_SECURITY: &str = "max-age=31536000";

fn add_headers(headers: &mut HeaderMap, encrypted: bool) {
    for (name, value) in HEADERS {
        // A handler that says more of its own answer knows why: files are framed, in a box of their own.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if encrypted {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(TRANSPORT_SECURITY),
        );
    }
    // What is not a file of ours is somebody's answer: nobody may keep it.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
