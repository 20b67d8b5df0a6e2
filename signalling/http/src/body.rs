//! JSON bodies of requests: sized before they are read, parsed once, never repeated in an answer or a log.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::header,
};
use serde::de::DeserializeOwned;
use signalling::protocol::call::RefusalCode;

use crate::refusal::Refused;

/// Bytes of a request's body: the largest, a reason of 500 characters, has 2 kB.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024;

/// A parsed body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Refused> {
        let content_type = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        // A form of another page cannot have this type: a second lock beside the Origin.
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Refused::because(
                RefusalCode::Malformed,
                "content-type",
                "",
                "application/json",
            ));
        }
        let bytes = read(request).await?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| malformed(&error))
    }
}

async fn read(request: Request) -> Result<Bytes, Refused> {
    let allowed = format!("{BODY_BYTES_MAX} bytes");
    let too_long = || Refused::because(RefusalCode::TooLong, "body", "", &allowed);
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|declared| declared > BODY_BYTES_MAX) {
        return Err(too_long());
    }
    // The only other cause is a connection that ended: nobody hears the answer.
    to_bytes(request.into_body(), BODY_BYTES_MAX)
        .await
        .map_err(|_gone_or_too_long| too_long())
}

/// Where the text stopped making sense. serde's own words may repeat what a person typed.
pub(crate) fn malformed(error: &serde_json::Error) -> Refused {
    let found = format!("line {}, column {}", error.line(), error.column());
    Refused::because(
        RefusalCode::Malformed,
        "json",
        &found,
        "the fields of docs/protocol.md",
    )
}
