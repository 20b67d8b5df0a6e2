//! Refusals: what the queue's errors and our own checks are called on the wire.
//!
//! Invariant: a refusal holds no personal data: states, limits and names of fields only.

use queue::Error;

use crate::protocol::{
    TEXT_CHARS_MAX,
    call::{Refusal, RefusalCode},
};

impl Refusal {
    /// A refusal whose code says it all.
    #[must_use]
    pub fn of(code: RefusalCode, about: &str) -> Self {
        Self {
            code,
            about: about.to_owned(),
            found: String::new(),
            allowed: String::new(),
        }
    }

    /// A refusal that says what was found and what is allowed.
    #[must_use]
    pub fn because(
        code: RefusalCode,
        about: &str,
        found: impl std::fmt::Display,
        allowed: impl std::fmt::Display,
    ) -> Self {
        Self {
            code,
            about: about.to_owned(),
            found: found.to_string(),
            allowed: allowed.to_string(),
        }
    }
}

/// What the queue's error is called on the wire; `about` is the type of the message.
pub(crate) fn from_queue(about: &str, error: &Error) -> Refusal {
    match error {
        Error::UnknownService(_)
        | Error::UnknownOperator(_)
        | Error::UnknownVisit(_)
        | Error::UnknownGuest(_) => Refusal::of(RefusalCode::NotFound, about),
        Error::CodeTaken => Refusal::of(RefusalCode::Full, about),
        Error::VisitOutOfOrder { found, allowed, .. }
        | Error::OperatorOutOfOrder { found, allowed, .. }
        | Error::GuestOutOfOrder { found, allowed, .. } => {
            Refusal::because(RefusalCode::OutOfOrder, about, found, allowed)
        }
        Error::NotTheirService { .. } => Refusal::of(RefusalCode::Forbidden, about),
        Error::NoticeNeeded => Refusal::because(
            RefusalCode::OutOfOrder,
            about,
            "the notice is not accepted",
            "accept it first",
        ),
        Error::CitizenAway(_) => Refusal::because(
            RefusalCode::OutOfOrder,
            about,
            "the citizen is away",
            "wait until he is back",
        ),
        Error::NotResumable(_) => Refusal::because(
            RefusalCode::OutOfOrder,
            about,
            "nobody can come back",
            "close the visit",
        ),
        Error::NoFiles(_) => Refusal::because(
            RefusalCode::Forbidden,
            about,
            "a service without files",
            "a service that takes files",
        ),
        Error::NotExtensible(_) => Refusal::because(
            RefusalCode::OutOfOrder,
            about,
            "no extension is left",
            "one extension of a call with a time limit",
        ),
        Error::PeopleWait { waiting } => {
            Refusal::because(RefusalCode::PeopleWait, about, waiting, 0)
        }
        Error::Full { found, allowed, .. } => {
            Refusal::because(RefusalCode::Full, about, found, allowed)
        }
        Error::TooLong { found, allowed, .. } => {
            Refusal::because(RefusalCode::TooLong, about, found, allowed)
        }
        Error::Configuration(fault) => {
            Refusal::because(RefusalCode::Invalid, about, fault, "a sound configuration")
        }
    }
}

/// A text of one line that is shown to others: a control character, or one that turns the direction of what follows
/// (Unicode UAX #9 §2), would make it look like another.
pub(crate) fn check_shown(about: &str, text: &str) -> Result<(), Refusal> {
    let turns = |one| matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(|one| one.is_control() || turns(one)) {
        let found = "a control character";
        return Err(Refusal::because(RefusalCode::Invalid, about, found, "text"));
    }
    Ok(())
}

/// A text that may be empty; longer ones are refused, not cut.
pub(crate) fn check_text(about: &str, text: &str) -> Result<(), Refusal> {
    let found = text.chars().count();
    if found > TEXT_CHARS_MAX {
        return Err(Refusal::because(
            RefusalCode::TooLong,
            about,
            found,
            TEXT_CHARS_MAX,
        ));
    }
    if text
        .chars()
        .any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t'))
    {
        return Err(Refusal::because(
            RefusalCode::Invalid,
            about,
            "a control character",
            "text",
        ));
    }
    Ok(())
}
