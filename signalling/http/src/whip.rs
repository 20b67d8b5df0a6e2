//! Media for programs that are no browsers: WHIP to publish (RFC 9725) and WHEP to receive (draft-ietf-wish-whep), in the room of
//! the visit whose participant the bearer token is of.
//!
//! Left to others: whether this person may be in a room now, and who hears whom (signalling, the media plane): what holds for a
//! browser holds here. Invariant: a resource answers to the token that made it and to no other; errors are `problem+json`
//! (RFC 9457) with what was found and what is allowed, and repeat nothing of an offer.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Serialize;
use signalling::{
    ProgramToken,
    protocol::call::{Refusal, RefusalCode},
    request::{Direction, Joined, Reply, Request as Question},
};

use crate::{
    refusal::{Refused, status},
    shared::{Shared, bearer},
};

/// Bytes of an offer: what the media plane reads.
const OFFER_BYTES_MAX: usize = 128 * 1024;

/// Bytes of a fragment with candidates or new credentials (RFC 8840).
const FRAGMENT_BYTES_MAX: usize = 16 * 1024;

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

type Server = State<Arc<Shared>>;

/// The routes.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    let resource = || {
        axum::routing::delete(end)
            .patch(change)
            .fallback(other_method)
    };
    Router::new()
        .route("/whip", begin(Direction::Publishes))
        .route("/whep", begin(Direction::Receives))
        .route("/whip/{resource}", resource())
        .route("/whep/{resource}", resource())
}

/// Whether the path is one of [`routes`]; what only begins like one is a page's.
pub(crate) fn has(path: &str) -> bool {
    let mut parts = path.split('/');
    let begins = parts.next() == Some("") && matches!(parts.next(), Some("whip" | "whep"));
    begins && parts.count() < 2
}

fn begin(direction: Direction) -> axum::routing::MethodRouter<Arc<Shared>> {
    post(move |State(shared): Server, request: Request| join(direction, shared, request))
        .options(options)
        .fallback(other_method)
}

/// An error as RFC 9457 writes it.
#[derive(Debug, Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What was refused.
    about: String,
    /// What was found, without personal data; empty where the title says it all.
    found: String,
    /// What is allowed; empty where the title says it all.
    allowed: String,
}

/// A request that was not carried out.
pub(crate) struct Failed(StatusCode, Refused);

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self(status(refused.0.code), refused)
    }
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Refused::from(refusal).into()
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(status, Refused(refusal)) = self;
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            about: refusal.about,
            found: refusal.found,
            allowed: refusal.allowed,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn refused(
    status: StatusCode,
    code: RefusalCode,
    about: &str,
    found: &str,
    allowed: &str,
) -> Failed {
    Failed(status, Refused::because(code, about, found, allowed))
}

async fn other_method() -> Failed {
    refused(
        StatusCode::METHOD_NOT_ALLOWED,
        RefusalCode::NotFound,
        "method",
        "",
        "POST to begin; PATCH and DELETE of what it made",
    )
}

async fn options() -> Response {
    let accepted = [
        (header::HeaderName::from_static("accept-post"), SDP),
        (header::ALLOW, "POST, OPTIONS"),
    ];
    (StatusCode::NO_CONTENT, accepted).into_response()
}

async fn join(
    direction: Direction,
    shared: Arc<Shared>,
    request: Request,
) -> Result<Response, Failed> {
    let token = token(request.headers())?;
    let sdp = body(request, SDP, OFFER_BYTES_MAX).await?;
    let question = Question::Join {
        token,
        direction,
        sdp,
    };
    let Reply::Joined(Joined {
        resource,
        answer,
        relay,
    }) = shared.control.ask(question).await?
    else {
        crate::api::mismatch("answer")
    };
    let folder = match direction {
        Direction::Publishes => "whip",
        Direction::Receives => "whep",
    };
    let mut response = (StatusCode::CREATED, answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(SDP));
    insert(
        headers,
        header::LOCATION,
        &format!("/{folder}/{resource:x}"),
    );
    insert(headers, header::ETAG, &tag(0));
    headers.insert(
        header::HeaderName::from_static("accept-patch"),
        HeaderValue::from_static(FRAGMENT),
    );
    for url in relay.iter().flat_map(|relay| &relay.urls) {
        let (username, credential) = relay
            .as_ref()
            .map(|relay| (&relay.username, &relay.credential))
            .unzip();
        let (username, credential) = (
            username.map_or("", |one| one),
            credential.map_or("", |one| one),
        );
        let link = format!(
            "<{url}>; rel=\"ice-server\"; username=\"{username}\"; credential=\"{credential}\"; credential-type=\"password\""
        );
        if let Ok(link) = HeaderValue::from_str(&link) {
            headers.append(header::LINK, link);
        }
    }
    Ok(response)
}

/// Candidates, which a lite agent needs not, or, with `If-Match: *`, a restart (RFC 9725 §4.3).
async fn change(
    State(shared): Server,
    Path(resource): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let token = token(request.headers())?;
    let resource = number(&resource)?;
    let condition = request.headers().get(header::IF_MATCH).cloned();
    let restarts = condition.as_ref().is_some_and(|condition| condition == "*");
    if condition.is_none() {
        let status = StatusCode::PRECONDITION_REQUIRED;
        return Err(refused(
            status,
            RefusalCode::Malformed,
            "if-match",
            "none",
            "the ETag of this session, or * to restart ICE",
        ));
    }
    let fragment = body(request, FRAGMENT, FRAGMENT_BYTES_MAX).await?;
    if !fragment
        .lines()
        .any(|line| line.starts_with("a=ice-ufrag:"))
    {
        return Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            RefusalCode::Invalid,
            "fragment",
            "no a=ice-ufrag",
            "RFC 8840",
        ));
    }
    let question = Question::Change {
        token,
        resource,
        restarts,
    };
    let Reply::Changed {
        generation,
        ufrag,
        password,
    } = shared.control.ask(question).await?
    else {
        crate::api::mismatch("change")
    };
    if !restarts {
        let current = condition.is_some_and(|condition| condition == tag(generation));
        return if current {
            Ok(StatusCode::NO_CONTENT.into_response())
        } else {
            let allowed = "the ETag of the newest answer";
            Err(refused(
                StatusCode::PRECONDITION_FAILED,
                RefusalCode::OutOfOrder,
                "if-match",
                "another",
                allowed,
            ))
        };
    }
    let answer = format!("a=ice-lite\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n");
    let mut response = (StatusCode::OK, answer).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(FRAGMENT));
    insert(response.headers_mut(), header::ETAG, &tag(generation));
    Ok(response)
}

async fn end(
    State(shared): Server,
    Path(resource): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Failed> {
    let token = token(&headers)?;
    let resource = number(&resource)?;
    let Reply::Done = shared
        .control
        .ask(Question::Leave { token, resource })
        .await?
    else {
        crate::api::mismatch("end")
    };
    Ok(StatusCode::OK)
}

/// What a program shows.
pub(crate) fn token(headers: &HeaderMap) -> Result<ProgramToken, Refused> {
    let token = bearer(headers).filter(|token| !token.is_empty());
    let none = || {
        Refused::because(
            RefusalCode::NoSession,
            "authorization",
            "",
            "Bearer and a token of POST /api/…/program",
        )
    };
    token
        .map(|token| ProgramToken(token.to_owned()))
        .ok_or_else(none)
}

fn number(resource: &str) -> Result<u64, Refused> {
    u64::from_str_radix(resource, 16)
        .map_err(|_not_ours| Refused::new(RefusalCode::NotFound, "resource"))
}

fn tag(generation: u8) -> String {
    format!("\"ice-{generation}\"")
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    headers.insert(
        name,
        HeaderValue::from_str(value).expect("our own values are visible ASCII"),
    );
}

/// The text of a body that says it is of this kind.
pub(crate) async fn body(
    request: Request<Body>,
    kind: &str,
    bytes_max: usize,
) -> Result<String, Failed> {
    let declared = request.headers().get(header::CONTENT_TYPE);
    let declared = declared
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(kind) {
        return Err(refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            RefusalCode::Malformed,
            "content-type",
            "another",
            kind,
        ));
    }
    let allowed = format!("{bytes_max} bytes");
    let bytes = to_bytes(request.into_body(), bytes_max)
        .await
        .map_err(|_gone_or_too_long| {
            Refused::because(RefusalCode::TooLong, "body", "more", &allowed)
        })?;
    String::from_utf8(bytes.to_vec()).map_err(|_not_text| {
        Refused::because(RefusalCode::Malformed, "body", "not UTF-8", "UTF-8").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_paths_of_programs_are_theirs() {
        for path in ["/whip", "/whep", "/whip/7f", "/whep/"] {
            assert!(has(path), "{path}");
        }
        for path in [
            "/whippet",
            "/whip7/",
            "/whip/7/8",
            "whip",
            "/",
            "/api/whip",
            "//whip",
            "/whep.html",
        ] {
            assert!(!has(path), "{path}");
        }
    }
}
