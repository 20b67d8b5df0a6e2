//! Plays a track: any part of a sealed file, in clear on its way out only.
//!
//! One range per request (RFC 9110 §14), which is what browsers ask for; of several ranges the whole is sent, as the standard
//! allows. A file is read and opened chunk by chunk beside the runtime, as fast as the browser takes it and no faster.

use std::{io, ops::Range, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream::unfold};
use recorder_disk::{RecordKey, SealedFile};
use signalling::{
    protocol::call::RefusalCode,
    request::{App, Reply, Request, TrackFile},
};
use tokio::task::spawn_blocking;

use crate::{
    api::{mismatch, required},
    refusal::Refused,
    shared::Shared,
};

/// Bytes read at once: a chunk of a sealed file.
const PIECE_BYTES: usize = 64 * 1024;

/// Characters of a record's id.
const RECORD_CHARS_MAX: usize = 64;

/// `GET /api/records/{record}/tracks/{track}.webm`.
pub(crate) async fn track(
    State(shared): State<Arc<Shared>>,
    Path((record, file)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let session = required(&headers, App::Office)?;
    let number = file
        .strip_suffix(".webm")
        .and_then(|number| number.parse().ok());
    let (Some(track), 1..=RECORD_CHARS_MAX) = (number, record.len()) else {
        return Err(Refused::new(RefusalCode::NotFound, "track"));
    };
    // If-Range asks for a validator, and we give none: it never matches (RFC 9110 §13.1.5).
    let range = headers
        .get(header::RANGE)
        .filter(|_| !headers.contains_key(header::IF_RANGE));
    let wanted = range.and_then(|range| Wanted::parse(range.to_str().ok()?));
    let begins = method == Method::GET
        && wanted.is_none_or(|wanted| {
            wanted == Wanted::From(0) || matches!(wanted, Wanted::Between(0, _))
        });
    let asked = shared
        .control
        .ask(Request::PlayTrack {
            session,
            record,
            track,
            begins,
        })
        .await?;
    let Reply::Track(TrackFile { path, key }) = asked else {
        mismatch("track")
    };
    let opened = spawn_blocking(move || SealedFile::open(&path, &RecordKey::from(key))).await;
    match opened {
        Ok(Ok(file)) => Ok(answer(file, wanted, &method)),
        Ok(Err(recorder_disk::Error::Io(error))) if error.kind() == io::ErrorKind::NotFound => {
            Err(Refused::new(RefusalCode::NotFound, "track"))
        }
        Ok(Err(error)) => {
            tracing::error!(%error, track, "a track cannot be played: derive the record again");
            Err(Refused::new(RefusalCode::Storage, "track"))
        }
        Err(_) => Err(Refused::new(RefusalCode::Storage, "track")),
    }
}

fn answer(file: SealedFile, wanted: Option<Wanted>, method: &Method) -> Response {
    let length = file.plain_bytes();
    let (status, part) = match wanted.map(|wanted| wanted.within(length)) {
        None => (StatusCode::OK, 0..length),
        Some(Some(part)) => (StatusCode::PARTIAL_CONTENT, part),
        Some(None) => {
            let unsatisfied = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, unsatisfied).into_response();
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("video/webm"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(part.end - part.start),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
        headers.insert(
            header::CONTENT_RANGE,
            HeaderValue::from_str(&range).expect("digits are a header value"),
        );
    }
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        Body::from_stream(pieces(file, part))
    };
    (status, headers, body).into_response()
}

/// A part of the file, piece by piece. An error cuts the connection short, so that the browser sees that something is missing.
pub(crate) fn pieces(file: SealedFile, part: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> {
    unfold(Some((file, part)), async |state| {
        let (mut file, mut part) = state.filter(|(_, part)| !part.is_empty())?;
        let read = spawn_blocking(move || {
            let most = usize::try_from(part.end - part.start)
                .map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
            let mut piece = vec![0; most];
            let count = file
                .read_at(part.start, &mut piece)
                .map_err(io::Error::other)?;
            if count == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            piece.truncate(count);
            part.start += u64::try_from(count).map_err(io::Error::other)?;
            Ok((Bytes::from(piece), file, part))
        });
        match read.await.map_err(io::Error::other).flatten() {
            Ok((piece, file, part)) => Some((Ok(piece), Some((file, part)))),
            Err(error) => {
                tracing::error!(%error, "a sealed file broke off while it was given out");
                Some((Err(error), None))
            }
        }
    })
}

/// The one range of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Wanted {
    /// From this byte to the end.
    From(u64),
    /// From the first to the second byte, both included.
    Between(u64, u64),
    /// So many at the end.
    Last(u64),
}

impl Wanted {
    /// None for what is no range of bytes, or several: then the whole is meant (RFC 9110 §14.2).
    fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok())?
        };
        let (unit, range) = text.split_once('=')?;
        let (first, last) = range.trim().split_once('-')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        match (first, last) {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From(number(first)?)),
            (first, last) => Some(Self::Between(number(first)?, number(last)?))
                .filter(|range| range.is_ordered()),
        }
    }

    fn is_ordered(self) -> bool {
        match self {
            Self::Between(first, last) => first <= last,
            Self::From(_) | Self::Last(_) => true,
        }
    }

    /// What there is of it in so many bytes; none when there is nothing.
    fn within(self, length: u64) -> Option<Range<u64>> {
        let part = match self {
            Self::From(first) => first..length,
            Self::Between(first, last) => first..last.saturating_add(1).min(length),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (!part.is_empty()).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_or_the_whole() {
        let check = |text: &str, expected: Option<Wanted>| {
            assert_eq!(Wanted::parse(text), expected, "{text}")
        };
        check("bytes=0-", Some(Wanted::From(0)));
        check("bytes=5-9", Some(Wanted::Between(5, 9)));
        check("Bytes=-4", Some(Wanted::Last(4)));
        check("bytes=9-5", None);
        check("bytes=0-1,4-5", None);
        check("bytes=+1-2", None);
        check("bytes=-", None);
        check("bytes=", None);
        check("seconds=1-2", None);
        check("bytes=99999999999999999999-", None);
    }

    #[test]
    fn a_range_is_cut_to_what_there_is() {
        let check = |wanted: Wanted, expected: Option<Range<u64>>| {
            assert_eq!(wanted.within(10), expected, "{wanted:?}")
        };
        check(Wanted::From(0), Some(0..10));
        check(Wanted::From(9), Some(9..10));
        check(Wanted::From(10), None);
        check(Wanted::Between(2, 4), Some(2..5));
        check(Wanted::Between(8, u64::MAX), Some(8..10));
        check(Wanted::Last(3), Some(7..10));
        check(Wanted::Last(30), Some(0..10));
        check(Wanted::Last(0), None);
    }
}
