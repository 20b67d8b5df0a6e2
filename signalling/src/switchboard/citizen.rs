//! What a citizen's messages ask for: a command of the queue on his own visit, or something of his own connection.

use queue::{Command, Notice, OfficeId, VisitId};

use super::{Moment, Output, Switchboard, asks::Beside, connections::Greeting};
use crate::{
    call::CITIZEN,
    connection::{Costly, Person},
    dossier::DossierChange,
    protocol::{
        call::{DeviceState, DeviceStates, Refusal, RefusalCode},
        citizen::{FromCitizen, ToCitizen},
    },
    refusal::check_text,
    request::{ConnectionId, ToConnection},
};

/// How many facts of an office waited to be kept before a message was heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) office: OfficeId,
    pub(super) before: usize,
}

impl Switchboard {
    pub(super) fn hear_citizen(
        &mut self,
        connection: ConnectionId,
        message: FromCitizen,
        now: Moment,
    ) {
        let is_hello = matches!(message, FromCitizen::Hello { .. });
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Citizen(visit) = person else {
            return wrong_door(connection);
        };
        let Some(office) = visit.office() else { return };
        let about = name(&message);
        let facts = Facts {
            office,
            before: self.pending(office),
        };
        let done = match message {
            FromCitizen::Hello {
                version,
                device,
                language,
                attempt,
            } => {
                let greeting = Greeting {
                    version,
                    device,
                    language,
                    attempt,
                };
                self.greet(connection, person, &greeting, now);
                Ok(())
            }
            FromCitizen::Confirm { devices } => self.confirm(office, visit, devices, now),
            FromCitizen::AcceptNotice { sha256 } => self.accept(office, visit, &sha256, now),
            FromCitizen::Abandon { remark } => self.abandon(office, visit, &remark, now),
            FromCitizen::Offer { attempt, sdp } => {
                self.offer(connection, visit, CITIZEN, (attempt, sdp), now)
            }
            FromCitizen::Devices { devices } => {
                self.hear_devices(connection, person, devices, now);
                Ok(())
            }
            FromCitizen::Chat { .. }
            | FromCitizen::LiveText { .. }
            | FromCitizen::ShareScreen { .. }
            | FromCitizen::Decline { .. } => {
                self.beside((office, visit), (connection, CITIZEN), beside(message), now)
            }
            FromCitizen::Invite { role } => self.invite(connection, (office, visit), role, now),
            FromCitizen::HangUp {} => {
                self.leave(office, visit, (about, &Command::HangUp { visit }), now)
            }
            FromCitizen::FinishTurn {} => {
                self.leave(office, visit, (about, &Command::FinishTurn { visit }), now)
            }
            FromCitizen::ReturnToCall {} => {
                self.command_for(office, about, &Command::ReturnToCall { visit }, now)
            }
            FromCitizen::Ping { nonce } => {
                let now_ms = now.utc.0;
                let pong = ToConnection::Citizen(ToCitizen::Pong { nonce, now_ms });
                return self.outputs.push_back(Output::Send(connection, pong));
            }
        };
        self.conclude(connection, about, facts, done);
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
                let refused = self.storage_refusal(connection, about);
                self.promise(Vec::new(), Some(refused));
            }
            Ok(()) => {}
            Err(refusal) => self.refuse(connection, refusal),
        }
    }

    /// The call is left: what is still being written is finished first.
    pub(super) fn leave(
        &mut self,
        office: OfficeId,
        visit: VisitId,
        (about, command): (&str, &Command),
        now: Moment,
    ) -> Result<(), Refusal> {
        self.finish_lines(office, visit, now);
        self.command_for(office, about, command, now)
    }

    fn confirm(
        &mut self,
        office: OfficeId,
        visit: VisitId,
        devices: DeviceStates,
        now: Moment,
    ) -> Result<(), Refusal> {
        // C17: camera and microphone are obligatory. Switched off is the citizen's own choice of the moment.
        for (about, state) in [
            ("camera", devices.camera),
            ("microphone", devices.microphone),
        ] {
            match state {
                DeviceState::On | DeviceState::Off => {}
                DeviceState::Blocked => {
                    return Err(Refusal::because(
                        RefusalCode::Invalid,
                        about,
                        "blocked",
                        "on, off",
                    ));
                }
                DeviceState::Missing => {
                    return Err(Refusal::because(
                        RefusalCode::Invalid,
                        about,
                        "missing",
                        "on, off",
                    ));
                }
            }
        }
        self.command_for(office, "confirm", &Command::Confirm { visit }, now)?;
        self.set_devices(Person::Citizen(visit), devices);
        Ok(())
    }

    fn accept(
        &mut self,
        office: OfficeId,
        visit: VisitId,
        sha256: &str,
        now: Moment,
    ) -> Result<(), Refusal> {
        let language = self.language(visit);
        let notice = self.accepted_notice(visit, &language, sha256)?;
        let command = Command::AcceptNotice { visit, notice };
        self.command_for(office, "accept_notice", &command, now)
    }

    /// The notice in a person's language, if it is the one that he says was on his screen.
    pub(super) fn accepted_notice(
        &mut self,
        visit: VisitId,
        language: &str,
        sha256: &str,
    ) -> Result<Notice, Refusal> {
        let shown = self.notices.in_language(language);
        if shown.sha256 != sha256 {
            // The text has changed since it was shown: the view brings the new one.
            self.changed.visits.insert(visit);
            return Err(Refusal::because(
                RefusalCode::Invalid,
                "sha256",
                "another text",
                &shown.sha256,
            ));
        }
        Ok(Notice {
            language: shown.language.clone(),
            version: shown.version.clone(),
            sha256: shown
                .sha256
                .parse()
                .expect("our own hash has 64 hexadecimal digits"),
        })
    }

    /// Language in which the citizen reads: that of his screen, else that of the screen on which he took the turn.
    pub(super) fn language(&self, visit: VisitId) -> String {
        let screen = self
            .seats
            .get(&Person::Citizen(visit))
            .map(|seat| seat.language.clone())
            .filter(|tag| !tag.is_empty());
        screen
            .or_else(|| {
                self.dossiers
                    .get(&visit)
                    .map(|dossier| dossier.language.clone())
            })
            .unwrap_or_default()
    }

    fn abandon(
        &mut self,
        office: OfficeId,
        visit: VisitId,
        remark: &str,
        now: Moment,
    ) -> Result<(), Refusal> {
        check_text("remark", remark)?;
        self.command_for(office, "abandon", &Command::Abandon { visit }, now)?;
        if !remark.is_empty() {
            self.edit_dossier(office, visit, DossierChange::Remark(remark.to_owned()));
        }
        Ok(())
    }

    /// Shown at once, or, when they change too fast, with the next tick.
    pub(super) fn hear_devices(
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

/// The door parses by the app of the cookie: that this is heard is a fault of ours, not of the peer.
pub(super) fn wrong_door(connection: ConnectionId) {
    let connection = connection.0;
    tracing::error!(connection, "a message of another app than its connection's");
}

/// What a message does that is not the queue's but the call's.
fn beside(message: FromCitizen) -> Beside {
    match message {
        FromCitizen::Chat { text } => Beside::Chat(text),
        FromCitizen::LiveText { text, done } => Beside::LiveText { text, done },
        FromCitizen::ShareScreen { on } => Beside::ShareScreen(on),
        FromCitizen::Decline { device } => Beside::Decline(device),
        FromCitizen::Hello { .. }
        | FromCitizen::Invite { .. }
        | FromCitizen::Confirm { .. }
        | FromCitizen::AcceptNotice { .. }
        | FromCitizen::Abandon { .. }
        | FromCitizen::Offer { .. }
        | FromCitizen::Devices { .. }
        | FromCitizen::HangUp {}
        | FromCitizen::ReturnToCall {}
        | FromCitizen::FinishTurn {}
        | FromCitizen::Ping { .. } => unreachable!("{} is not beside a call", name(&message)),
    }
}

/// Type of a message, as it is written on the wire.
fn name(message: &FromCitizen) -> &'static str {
    match message {
        FromCitizen::Hello { .. } => "hello",
        FromCitizen::Confirm { .. } => "confirm",
        FromCitizen::AcceptNotice { .. } => "accept_notice",
        FromCitizen::Abandon { .. } => "abandon",
        FromCitizen::Offer { .. } => "offer",
        FromCitizen::Devices { .. } => "devices",
        FromCitizen::Chat { .. } => "chat",
        FromCitizen::LiveText { .. } => "live_text",
        FromCitizen::ShareScreen { .. } => "share_screen",
        FromCitizen::Decline { .. } => "decline",
        FromCitizen::Invite { .. } => "invite",
        FromCitizen::HangUp {} => "hang_up",
        FromCitizen::ReturnToCall {} => "return_to_call",
        FromCitizen::FinishTurn {} => "finish_turn",
        FromCitizen::Ping { .. } => "ping",
    }
}
