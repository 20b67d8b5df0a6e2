//! What a citizen's messages ask for: a command of the queue on his own visit, or something of his own connection.

use queue::{Command, Notice, OfficeId, VisitId};

use super::{Moment, Switchboard};
use crate::{
    connection::Person,
    dossier::DossierChange,
    protocol::{
        call::{DeviceState, DeviceStates, Refusal, RefusalCode},
        citizen::{FromCitizen, LineTest},
        person::FromPerson,
    },
    refusal::check_text,
    request::ConnectionId,
};

impl Switchboard {
    pub(super) fn hear_citizen(
        &mut self,
        connection: ConnectionId,
        message: FromCitizen,
        now: Moment,
    ) {
        let is_hello = matches!(message, FromCitizen::Person(FromPerson::Hello { .. }));
        let Some(person) = self.admit_message(connection, is_hello, now.instant) else {
            return;
        };
        let Person::Citizen(visit) = person else {
            return wrong_door(connection);
        };
        let Some(office) = visit.office() else { return };
        let about = name(&message);
        let facts = self.facts(office);
        let done = match message {
            FromCitizen::Confirm { devices, line } => {
                self.confirm(office, visit, (devices, line), now)
            }
            FromCitizen::LoopbackOffer { way, sdp } => {
                self.offer_loopback(connection, visit, (way, sdp), now)
            }
            FromCitizen::LoopbackEnd {} => {
                self.end_loopback(connection);
                Ok(())
            }
            FromCitizen::AcceptNotice { sha256 } => self.accept(office, visit, &sha256, now),
            FromCitizen::Abandon { remark } => self.abandon(office, visit, &remark, now),
            FromCitizen::Invite { role } => self.invite(connection, (office, visit), role, now),
            FromCitizen::Move {} => self.move_link(connection, visit, now),
            FromCitizen::HangUp {} => {
                self.leave(office, visit, (about, &Command::HangUp { visit }), now)
            }
            FromCitizen::FinishTurn {} => {
                self.leave(office, visit, (about, &Command::FinishTurn { visit }), now)
            }
            FromCitizen::ReturnToCall {} => {
                self.command_for(office, about, &Command::ReturnToCall { visit }, now)
            }
            FromCitizen::Person(message) => {
                return self.hear_person(connection, person, message, now);
            }
        };
        self.conclude(connection, about, facts, done);
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
        (devices, line): (DeviceStates, Option<LineTest>),
        now: Moment,
    ) -> Result<(), Refusal> {
        // C17: camera and microphone are obligatory. Switched off is the citizen's own choice of the moment.
        // Some services do without the camera (§6.3).
        let sound_only = self.permits_sound_only(visit);
        for (about, state, needed) in [
            ("camera", devices.camera, !sound_only),
            ("microphone", devices.microphone, true),
        ] {
            let found = match state {
                DeviceState::On | DeviceState::Off => continue,
                DeviceState::Blocked => "blocked",
                DeviceState::Withheld => "withheld",
                DeviceState::Missing => "missing",
            };
            if needed {
                let allowed = "on, off";
                return Err(Refusal::because(
                    RefusalCode::Invalid,
                    about,
                    found,
                    allowed,
                ));
            }
        }
        self.command_for(office, "confirm", &Command::Confirm { visit }, now)?;
        self.set_devices(Person::Citizen(visit), devices);
        if let Some(seat) = self.seats.get_mut(&Person::Citizen(visit)) {
            seat.line_test = line;
        }
        Ok(())
    }

    fn permits_sound_only(&self, visit: VisitId) -> bool {
        let office = visit.office().and_then(|office| self.offices.get(&office));
        let service = { self.visit(visit).zip(office) }
            .and_then(|(visit, office)| office.service(visit.service));
        service.is_some_and(|service| service.permits_sound_only)
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
}

/// The door parses by the app of the cookie: that this is heard is a fault of ours, not of the peer.
pub(super) fn wrong_door(connection: ConnectionId) {
    let connection = connection.0;
    tracing::error!(connection, "a message of another app than its connection's");
}

/// Type of a message, as it is written on the wire.
fn name(message: &FromCitizen) -> &'static str {
    match message {
        FromCitizen::Confirm { .. } => "confirm",
        FromCitizen::LoopbackOffer { .. } => "loopback_offer",
        FromCitizen::LoopbackEnd {} => "loopback_end",
        FromCitizen::AcceptNotice { .. } => "accept_notice",
        FromCitizen::Abandon { .. } => "abandon",
        FromCitizen::Invite { .. } => "invite",
        FromCitizen::Move {} => "move",
        FromCitizen::HangUp {} => "hang_up",
        FromCitizen::ReturnToCall {} => "return_to_call",
        FromCitizen::FinishTurn {} => "finish_turn",
        FromCitizen::Person(message) => message.name(),
    }
}
