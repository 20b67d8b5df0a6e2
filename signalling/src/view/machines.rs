//! What is shown on a second machine, and of it on the first one.

use super::Sight;
use crate::protocol::{
    call::{ChatPolicy, GuestState},
    citizen::OperatorCard,
    machine::{CallStep, CallView},
    operator::{OperatorStep, OperatorView},
};

/// The operator's call: of his console what belongs to it, and nothing else.
pub(crate) fn call_view(
    console: &OperatorView,
    sight: Option<Sight<'_>>,
    wanted: bool,
) -> CallView {
    let none = ChatPolicy::Incidencias;
    CallView {
        operator: OperatorCard {
            name: console.name.clone(),
            number: console.number.clone(),
            desk: console.desk.clone(),
        },
        chat_policy: sight.map_or(none, |sight| sight.chat_policy()),
        text_policy: sight.map_or(none, |sight| sight.text_policy()),
        step: call_step(&console.step),
        offer_wanted: wanted,
    }
}

fn call_step(console: &OperatorStep) -> CallStep {
    match console {
        OperatorStep::Off {}
        | OperatorStep::Inactive {}
        | OperatorStep::Seeking { .. }
        | OperatorStep::Assigned { .. }
        | OperatorStep::WrapUp { .. } => CallStep::Idle {},
        OperatorStep::Started { lobby, .. } => CallStep::Started {
            awaited: !lobby.is_empty(),
        },
        OperatorStep::InCall {
            visit,
            participants,
            guests,
            me,
            recording,
            since_ms,
            citizen_away_since_ms,
            lobby,
            limit,
            away_offer_ms: _,
        } => CallStep::InCall {
            participants: participants.clone(),
            me: *me,
            recording: *recording,
            recorded: visit.recorded,
            since_ms: *since_ms,
            citizen_away_since_ms: *citizen_away_since_ms,
            awaited: !lobby.is_empty() || guests.iter().any(|one| one.state == GuestState::Waiting),
            limit: *limit,
        },
    }
}
