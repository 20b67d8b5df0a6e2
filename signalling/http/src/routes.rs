//! Which path leads where.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use serde::Serialize;
use signalling::{
    protocol::call::RefusalCode,
    request::{Reply, Request},
};

use crate::{
    api, assets, captions, files, guard, metrics, playback,
    refusal::Refused,
    shared::{Peer, Shared},
    socket, whip,
};

/// Every route, behind the guard.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(async || assets::page("citizen.html")))
        .route("/operador", get(async || assets::page("operator.html")))
        .route("/oficina", get(async || assets::page("office.html")))
        .route("/invitado", get(async || assets::page("guest.html")))
        .route("/equipo", get(async || assets::page("machine.html")))
        .route("/ws/citizen", any(socket::citizen))
        .route("/ws/operator", any(socket::operator))
        .route("/ws/guest", any(socket::guest))
        .route("/ws/machine", any(socket::machine))
        .route("/health", get(health))
        .route("/metrics", get(numbers))
        .route("/api/records/{record}/tracks/{file}", get(playback::track))
        .merge(api::routes())
        .merge(files::routes())
        .merge(whip::routes())
        .merge(captions::routes())
        .fallback(assets::file)
        .method_not_allowed_fallback(other_method)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            guard::guard,
        ))
        .with_state(shared)
}

async fn other_method() -> Response {
    let refused = Refused::new(RefusalCode::NotFound, "method");
    (StatusCode::METHOD_NOT_ALLOWED, Json(refused.0)).into_response()
}

/// Answer of `/health`: for load balancers, so without numbers.
#[derive(Debug, Serialize)]
struct HealthPage {
    status: &'static str,
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    match ask_health(&shared).await {
        Some(_) => Json(HealthPage { status: "ok" }).into_response(),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(HealthPage {
                status: "unavailable",
            }),
        )
            .into_response(),
    }
}

async fn numbers(
    State(shared): State<Arc<Shared>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Response {
    // A proxy on this machine speaks for somebody else.
    let forwarded =
        headers.contains_key(header::FORWARDED) || headers.contains_key("x-forwarded-for");
    if !peer.address.ip().is_loopback() || forwarded {
        return StatusCode::NOT_FOUND.into_response();
    }
    let page = metrics::page(ask_health(&shared).await, &shared.counters, &shared.observe);
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        page,
    )
        .into_response()
}

async fn ask_health(shared: &Shared) -> Option<signalling::request::Health> {
    match shared.control.ask(Request::Health).await {
        Ok(Reply::Health(health)) => Some(health),
        Ok(_) => api::mismatch("health"),
        Err(_) => None,
    }
}
