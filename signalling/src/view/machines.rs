//! What is shown on a second machine, and of it on the first one.

use media::control::SOUND;
use queue::{Visit, VisitState};

use super::{Sight, recording_state};
use crate::protocol::{
    call::{ChatPolicy, GuestState},
    citizen::OperatorCard,
    machine::{CallStep, CallView, SoundStep, SoundView},
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

/// A telephone may wait for this person: the meeting goes on, and he has not left it.
pub(crate) fn sound_goes_on(visit: &Visit, participant: u8) -> bool {
    let is_held = matches!(
        visit.state,
        VisitState::Called { .. } | VisitState::InCall { .. } | VisitState::Interrupted { .. }
    );
    let guest = visit.guests.get(participant);
    is_held && guest.is_none_or(queue::Guest::is_open)
}

impl Sight<'_> {
    /// The screen of a telephone that has this participant's sound.
    pub(crate) fn sound(&self, participant: u8) -> SoundView {
        let people = { self.visit.pairing() }.map(|pairing| self.participants(pairing));
        let people = people.unwrap_or_default();
        let own = people.iter().find(|one| one.number == participant);
        let name = own.map(|own| own.name.clone()).unwrap_or_default();
        let step = match &self.visit.state {
            VisitState::InCall {
                since, recording, ..
            } if self.visit.takes_part(participant) => SoundStep::InCall {
                participants: people,
                me: participant,
                recording: recording_state(*recording),
                since_ms: since.0,
            },
            VisitState::InCall { .. }
            | VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::Called { .. }
            | VisitState::Interrupted { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => SoundStep::Waiting {},
        };
        SoundView {
            name,
            step,
            offer_wanted: self.offer_wanted(participant | SOUND),
        }
    }
}
