//! What is shown of the guests of a visit, and to them.

use queue::{Guest, GuestState as Stand, VisitState};

use super::{Sight, recording_state};
use crate::{
    connection::Person,
    protocol::{
        call::{GuestLine, GuestRole, GuestState, Participant, Role},
        citizen::NoticeView,
        guest::{GuestStep, GuestView},
    },
    seat::Seat,
};

impl Sight<'_> {
    /// Every guest who is neither gone nor sent away.
    pub(super) fn guests(&self) -> Vec<GuestLine> {
        { self.visit.guests.open() }
            .filter_map(|guest| {
                let person = Person::Guest(self.visit.id, guest.number);
                let seat = self.seats.get(&person);
                Some(GuestLine {
                    number: guest.number,
                    role: guest_role(guest.role),
                    name: self.guest_name(guest.number),
                    state: match guest.state {
                        Stand::Invited => GuestState::Invited,
                        Stand::Waiting { .. } => GuestState::Waiting,
                        Stand::Admitted { .. } => GuestState::Admitted,
                        Stand::Left | Stand::Removed => return None,
                    },
                    present: seat.and_then(Seat::connection).is_some(),
                    devices: self.devices(person),
                })
            })
            .collect()
    }

    /// The guests who are in the call.
    pub(super) fn guest_participants(&self) -> impl Iterator<Item = Participant> {
        self.visit.guests.admitted().map(|guest| {
            let devices = self.devices(Person::Guest(self.visit.id, guest.number));
            let name = self.guest_name(guest.number);
            self.participant(guest.number, role(guest.role), name, devices)
        })
    }

    /// A guest's whole screen.
    pub(crate) fn guest(&self, guest: &Guest, notice: &NoticeView) -> GuestView {
        let configuration = self.configuration();
        GuestView {
            body: configuration.body.clone(),
            branch: configuration.branch.clone(),
            service: self.service_name(),
            role: guest_role(guest.role),
            name: self.guest_name(guest.number),
            chat_policy: self.chat_policy(),
            text_policy: self.text_policy(),
            step: self.guest_step(guest, notice),
            offer_wanted: self.offer_wanted(guest.number),
        }
    }

    fn guest_step(&self, guest: &Guest, notice: &NoticeView) -> GuestStep {
        let is_held = match &self.visit.state {
            VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. } => true,
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => false,
        };
        match guest.state {
            Stand::Left => GuestStep::Left {},
            Stand::Removed => GuestStep::Removed {},
            Stand::Invited | Stand::Waiting { .. } | Stand::Admitted { .. } if !is_held => {
                GuestStep::Ended {}
            }
            Stand::Invited => GuestStep::Invited {
                notice: notice.clone(),
            },
            Stand::Waiting { .. } => GuestStep::Waiting {
                sent_back: guest.attended,
            },
            Stand::Admitted { .. } => {
                let VisitState::InCall {
                    since,
                    recording,
                    pairing,
                    ..
                } = &self.visit.state
                else {
                    return GuestStep::Interrupted {};
                };
                GuestStep::InCall {
                    participants: self.participants(*pairing),
                    me: guest.number,
                    recording: recording_state(*recording),
                    since_ms: since.0,
                }
            }
        }
    }

    fn guest_name(&self, number: u8) -> String {
        self.dossier
            .guests
            .get(&number)
            .cloned()
            .unwrap_or_default()
    }
}

fn guest_role(role: queue::GuestRole) -> GuestRole {
    match role {
        queue::GuestRole::Companion => GuestRole::Companion,
        queue::GuestRole::Interpreter => GuestRole::Interpreter,
        queue::GuestRole::Representative => GuestRole::Representative,
    }
}

/// What a guest is in the call, on the wire.
#[must_use]
pub fn role(role: queue::GuestRole) -> Role {
    match role {
        queue::GuestRole::Companion => Role::Companion,
        queue::GuestRole::Interpreter => Role::Interpreter,
        queue::GuestRole::Representative => Role::Representative,
    }
}
