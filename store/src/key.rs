//! The keys of the one tree: a letter that says what it is, then numbers, big-endian so that they sort.
//!
//! One tree, because sled's batches are atomic within one, and its many-tree databases grow (spacejam/sled #1484).

use queue::{CivilDay, DisplayCode, OfficeId, VisitCode, VisitId};

use crate::{
    journal::Version,
    keyring::Fingerprint,
    session::{App, TokenHash},
};

pub(crate) const HEADS: &[u8] = b"h";
pub(crate) const SESSIONS: &[u8] = b"s";
pub(crate) const ACCESSES: &[u8] = b"x";

fn key(letter: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![letter];
    parts.iter().for_each(|part| key.extend_from_slice(part));
    key
}

fn office(office: OfficeId) -> [u8; 4] {
    office.number().to_be_bytes()
}

// Days before 1970 sort before it.
fn day(day: CivilDay) -> [u8; 4] {
    (day.0.cast_unsigned() ^ (1 << 31)).to_be_bytes()
}

pub(crate) fn head(of: OfficeId) -> Vec<u8> {
    key(b'h', &[&office(of)])
}

pub(crate) fn event(of: OfficeId, version: Version) -> Vec<u8> {
    key(b'j', &[&office(of), &version.0.to_be_bytes()])
}

pub(crate) fn checkpoint(of: OfficeId) -> Vec<u8> {
    key(b'p', &[&office(of)])
}

pub(crate) fn checkpoint_part(of: OfficeId, part: u32) -> Vec<u8> {
    key(b'p', &[&office(of), &part.to_be_bytes()])
}

pub(crate) fn line(visit: VisitId) -> Vec<u8> {
    key(b'l', &[&visit.0.to_be_bytes()])
}

pub(crate) fn timeline(visit: VisitId) -> Vec<u8> {
    key(b'e', &[&visit.0.to_be_bytes()])
}

pub(crate) fn timeline_event(visit: VisitId, version: Version) -> Vec<u8> {
    key(b'e', &[&visit.0.to_be_bytes(), &version.0.to_be_bytes()])
}

pub(crate) fn of_day(of: OfficeId, on: CivilDay) -> Vec<u8> {
    key(b'd', &[&office(of), &day(on)])
}

pub(crate) fn visit_of_day(of: OfficeId, on: CivilDay, visit: VisitId) -> Vec<u8> {
    key(b'd', &[&office(of), &day(on), &visit.0.to_be_bytes()])
}

pub(crate) fn of_code(code: VisitCode) -> Vec<u8> {
    key(b'c', &[code.as_bytes()])
}

pub(crate) fn visit_of_code(code: VisitCode, visit: VisitId) -> Vec<u8> {
    key(b'c', &[code.as_bytes(), &visit.0.to_be_bytes()])
}

pub(crate) fn of_display(of: OfficeId, display: DisplayCode) -> Vec<u8> {
    key(b'k', &[&office(of), display.to_string().as_bytes(), b"\0"])
}

pub(crate) fn visit_of_display(of: OfficeId, display: DisplayCode, visit: VisitId) -> Vec<u8> {
    key(
        b'k',
        &[
            &office(of),
            display.to_string().as_bytes(),
            b"\0",
            &visit.0.to_be_bytes(),
        ],
    )
}

pub(crate) fn of_fingerprint(fingerprint: &Fingerprint) -> Vec<u8> {
    key(b'f', &[fingerprint.as_bytes()])
}

pub(crate) fn visit_of_fingerprint(fingerprint: &Fingerprint, visit: VisitId) -> Vec<u8> {
    key(b'f', &[fingerprint.as_bytes(), &visit.0.to_be_bytes()])
}

pub(crate) fn session(token: &TokenHash) -> Vec<u8> {
    key(b's', &[token.as_bytes()])
}

pub(crate) fn account(app: App, name: &str) -> Vec<u8> {
    key(b'a', &[&[app.letter()], name.as_bytes()])
}

pub(crate) fn accounts(app: App) -> Vec<u8> {
    key(b'a', &[&[app.letter()]])
}

pub(crate) fn setting(name: &str) -> Vec<u8> {
    key(b'o', &[name.as_bytes()])
}

pub(crate) fn access(number: u64) -> Vec<u8> {
    key(b'x', &[&number.to_be_bytes()])
}

/// The last eight bytes of a key, as a number: a visit or a version.
pub(crate) fn tail(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}
