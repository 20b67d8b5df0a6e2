//! What every person's messages ask for: of his connection, or of the call he is in.

use queue::{OfficeId, VisitId};

use super::{Moment, Output, Switchboard, connections::Greeting};
use crate::{
    connection::{Costly, Person},
    protocol::{
        call::{DeviceStates, Refusal, RefusalCode},
        person::{FromPerson, ToPerson},
    },
    request::{ConnectionId, ToConnection},
};

/// How many facts of an office waited to be kept before a message was heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) office: OfficeId,
    pub(super) before: usize,
}

impl Switchboard {
    pub(super) fn hear_person(
        &mut self,
        connection: ConnectionId,
        person: Person,
        message: FromPerson,
        now: Moment,
    ) {
        match message {
            FromPerson::Hello {
                version,
                device,
                language,
                attempt,
                take_over,
            } => {
                let greeting = Greeting {
                    version,
                    device: &device,
                    language: &language,
                    attempt,
                    takes_over: take_over,
                };
                self.greet(connection, person, greeting, now);
            }
            FromPerson::Ping { nonce } => {
                let now_ms = now.utc.0;
                let pong = ToConnection::Person(ToPerson::Pong { nonce, now_ms });
                self.outputs.push_back(Output::Send(connection, pong));
            }
            FromPerson::Pair { machine } => {
                if let Err(refusal) = self.pair(connection, person, machine, now) {
                    self.refuse(connection, refusal);
                }
            }
            FromPerson::Unpair { machine } => {
                if let Err(refusal) = self.unpair(person, machine) {
                    self.refuse(connection, refusal);
                }
            }
            FromPerson::Devices { devices } => self.hear_devices(connection, person, devices, now),
            FromPerson::Offer { attempt, sdp } => {
                self.in_visit(connection, person, "offer", |board, of, from| {
                    board.offer(connection, of.1, from, (attempt, sdp), now)
                });
            }
            FromPerson::Chat { text } => {
                self.in_visit(connection, person, "chat", |board, of, from| {
                    board.chat(of, (connection, from), text, now)
                });
            }
            FromPerson::LiveText { text, done } => {
                self.in_visit(connection, person, "live_text", |board, of, from| {
                    board.live_text(of, (connection, from), (text, done), now)
                });
            }
            FromPerson::ShareScreen { on } => {
                self.in_visit(connection, person, "share_screen", |board, of, from| {
                    board.share_screen((connection, from), of.1, on, now)
                });
            }
            FromPerson::Decline { device } => {
                self.in_visit(connection, person, "decline", |board, of, from| {
                    board.decline((connection, from), of.1, device, now)
                });
            }
        }
    }

    /// Does something of the visit that a person is in, under his number there.
    fn in_visit(
        &mut self,
        connection: ConnectionId,
        person: Person,
        about: &'static str,
        act: impl FnOnce(&mut Self, (OfficeId, VisitId), u8) -> Result<(), Refusal>,
    ) {
        let found = self.participant(person);
        let found = found.and_then(|(visit, from)| Some((visit.office()?, visit, from)));
        let Some((office, visit, from)) = found else {
            let refusal = Refusal::because(RefusalCode::OutOfOrder, about, "no visit", "a visit");
            return self.refuse(connection, refusal);
        };
        let facts = self.facts(office);
        let done = act(self, (office, visit), from);
        self.conclude(connection, about, facts, done);
    }

    /// Facts of an office that wait to be kept now.
    pub(super) fn facts(&self, office: OfficeId) -> Facts {
        let before = self.pending(office);
        Facts { office, before }
    }

    /// A message was refused, or is refused later should its facts not be kept.
    pub(super) fn conclude(
        &mut self,
        connection: ConnectionId,
        about: &'static str,
        facts: Facts,
        done: Result<(), Refusal>,
    ) {
        match done {
            Ok(()) if self.pending(facts.office) > facts.before => {
                let refusal = Refusal::of(RefusalCode::Storage, about);
                let refused = ToConnection::Person(ToPerson::Refused { refusal });
                self.promise(Vec::new(), Some(Output::Send(connection, refused)));
            }
            Ok(()) => {}
            Err(refusal) => self.refuse(connection, refusal),
        }
    }

    /// Shown at once, or, when they change too fast, with the next tick.
    fn hear_devices(
        &mut self,
        connection: ConnectionId,
        person: Person,
        devices: DeviceStates,
        now: Moment,
    ) {
        let shown = self.spend(connection, Costly::Devices, "devices", now.instant);
        if shown.is_ok() {
            self.set_devices(person, devices);
        } else if let Some(seat) = self.seats.get_mut(&person) {
            seat.devices_next = Some(devices);
        }
    }

    pub(super) fn set_devices(&mut self, person: Person, devices: DeviceStates) {
        let Some(seat) = self.seats.get_mut(&person) else {
            return;
        };
        seat.devices_next = None;
        if seat.devices != devices {
            seat.devices = devices;
            self.mark_person(person);
        }
    }
}
