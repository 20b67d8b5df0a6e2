//! Captions (subtítulos): a recogniser of the office, which hears a call by WHEP, posts what it makes of the voices; everybody
//! in the call is told.
//!
//! Invariants: only the operator's program speaks here, so nobody else can put words into somebody's mouth; the words are
//! relayed and lie nowhere, neither in memory nor on disk: an aid, not a record.

use super::{Moment, Switchboard};
use crate::{
    call::OPERATOR,
    program::ProgramToken,
    protocol::{
        CAPTION_CHARS_MAX,
        call::{Refusal, RefusalCode},
        caption::{Caption, PostCaption},
        person::ToPerson,
    },
    refusal::check_shown,
    request::Reply,
};

const ABOUT: &str = "caption";

/// Characters of a language tag: as many as RFC 5646 §4.4.1 asks everybody to take.
const LANGUAGE_CHARS_MAX: usize = 35;

impl Switchboard {
    /// A recogniser says what somebody is saying.
    pub(super) fn post_caption(
        &mut self,
        token: &ProgramToken,
        posted: PostCaption,
        now: Moment,
    ) -> Result<Reply, Refusal> {
        let (visit, holder) = self.participant_of(token)?;
        if holder != OPERATOR {
            return Err(Refusal::because(
                RefusalCode::Forbidden,
                "authorization",
                "a token of another person",
                "the operator's",
            ));
        }
        check(&posted)?;
        self.check_in_call(visit, OPERATOR, ABOUT)?;
        let people = self.people(visit);
        if !people.iter().any(|(one, _)| *one == posted.participant) {
            let found = "nobody who is in the call";
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "participant",
                found,
                "somebody who is",
            ));
        }
        // Who says something has a connection, and with it there is a call.
        let none = || Refusal::because(RefusalCode::OutOfOrder, ABOUT, "no media", "media");
        let call = self.calls.get_mut(&visit).ok_or_else(none)?;
        if !call.beside.captions.take(now.instant) {
            return Err(Refusal::of(RefusalCode::TooFast, ABOUT));
        }
        let PostCaption {
            participant,
            text,
            done,
            language,
        } = posted;
        let line = Caption {
            participant,
            number: call.beside.captions.number(participant, done),
            text,
            done,
            language,
        };
        let told = self.to_people(visit, None, &ToPerson::Caption { line });
        self.outputs.extend(told);
        Ok(Reply::Done)
    }
}

/// The text and its language can be shown.
fn check(posted: &PostCaption) -> Result<(), Refusal> {
    let found = posted.text.chars().count();
    if found > CAPTION_CHARS_MAX {
        let allowed = CAPTION_CHARS_MAX;
        return Err(Refusal::because(
            RefusalCode::TooLong,
            "text",
            found,
            allowed,
        ));
    }
    check_shown("text", &posted.text)?;
    let tag = posted.language.as_deref().unwrap_or("und");
    let is_tag = { tag.split('-') }
        .all(|part| !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric()));
    if !is_tag || tag.len() > LANGUAGE_CHARS_MAX {
        return Err(Refusal::because(
            RefusalCode::Invalid,
            "language",
            "no language tag",
            "BCP 47",
        ));
    }
    Ok(())
}
