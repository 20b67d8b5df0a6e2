//! The door of a recogniser of the office: one request for each change of a line of captions (docs/captions.md).
//!
//! Left to others: who may say what of whom, and who is told (signalling). Invariant: the words are in no answer and in no log.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    routing::post,
};
use signalling::request::{Reply, Request as Question};

use crate::{
    body::malformed,
    shared::Shared,
    whip::{Failed, body, token},
};

/// Where captions are posted.
pub(crate) const PATH: &str = "/api/captions";

/// Bytes of a body: 300 characters, each of them escaped, and the names of the fields.
const CAPTION_BYTES_MAX: usize = 4 * 1024;

/// The route.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route(PATH, post(caption))
}

async fn caption(
    State(shared): State<Arc<Shared>>,
    request: Request,
) -> Result<StatusCode, Failed> {
    let token = token(request.headers())?;
    let text = body(request, "application/json", CAPTION_BYTES_MAX).await?;
    let caption = serde_json::from_str(&text).map_err(|error| malformed(&error))?;
    let question = Question::Caption { token, caption };
    let Reply::Done = shared.control.ask(question).await? else {
        crate::api::mismatch("caption")
    };
    Ok(StatusCode::NO_CONTENT)
}
