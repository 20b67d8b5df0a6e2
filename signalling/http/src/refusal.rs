//! Refusals as HTTP answers: a status and the same [`Refusal`] that WebSockets speak.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use signalling::protocol::call::{Refusal, RefusalCode};

/// A request that was not carried out.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Refusal);

impl Refused {
    /// A refusal whose code says it all. `about` is the field or thing that was refused.
    pub(crate) fn new(code: RefusalCode, about: &str) -> Self {
        Self::because(code, about, "", "")
    }

    /// A refusal with what was found (without personal data) and what is allowed.
    pub(crate) fn because(code: RefusalCode, about: &str, found: &str, allowed: &str) -> Self {
        Self(Refusal {
            code,
            about: about.to_owned(),
            found: found.to_owned(),
            allowed: allowed.to_owned(),
        })
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = status(self.0.code);
        let mut response = (status, Json(self.0)).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        response
    }
}

/// Seconds after which every bucket has let something through again.
const RETRY_AFTER_S: &str = "10";

/// The status of a refusal. `storage` alone is the server's own trouble.
pub(crate) fn status(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::Version | RefusalCode::Malformed | RefusalCode::HelloExpected => {
            StatusCode::BAD_REQUEST
        }
        RefusalCode::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalCode::OutOfOrder | RefusalCode::OtherDevice | RefusalCode::PeopleWait => {
            StatusCode::CONFLICT
        }
        RefusalCode::TooFast | RefusalCode::Full => StatusCode::TOO_MANY_REQUESTS,
        RefusalCode::NoSession | RefusalCode::WrongPassword => StatusCode::UNAUTHORIZED,
        RefusalCode::Forbidden => StatusCode::FORBIDDEN,
        RefusalCode::NotFound => StatusCode::NOT_FOUND,
        RefusalCode::Offer | RefusalCode::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalCode::FileForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        RefusalCode::FileDamaged | RefusalCode::FileHarmful => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalCode::FileUnchecked => StatusCode::SERVICE_UNAVAILABLE,
        RefusalCode::InvitationUsed => StatusCode::CONFLICT,
        RefusalCode::InvitationOver | RefusalCode::WrongCode => StatusCode::GONE,
        RefusalCode::Storage => StatusCode::SERVICE_UNAVAILABLE,
        RefusalCode::ReasonNeeded => StatusCode::PRECONDITION_REQUIRED,
    }
}
