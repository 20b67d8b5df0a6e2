//! How the lines of calls are: what the media plane judged becomes a fact, and what comes by signalling is told to it.

use media::{
    control::{Command as MediaCommand, PeerId, RoomId},
    quality::STRANDS,
};
use queue::{Command, Trouble, VisitId, VisitState};

use super::{Moment, Output, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR},
    line,
    request::{ConnectionId, Pulse, ToConnection},
};

impl Switchboard {
    /// Keeps what is judged otherwise than it is kept. What could not be kept is tried again with the next tick.
    pub(super) fn judge_lines(&mut self, id: VisitId, now: Moment) {
        for judged in self.judged_otherwise(id) {
            let Some(office) = id.office() else { return };
            let Trouble {
                participant,
                strand,
                level,
            } = judged;
            tracing::info!(visit = id.0, participant, ?strand, ?level, "line judged");
            let command = Command::JudgeLine { visit: id, judged };
            if let Err(error) = self.command(office, &command, now) {
                tracing::debug!(%office, %error, "how a line is, is no fact");
            }
        }
    }

    pub(super) fn judge_all_lines(&mut self, now: Moment) {
        for visit in self.calls.keys().copied().collect::<Vec<_>>() {
            self.judge_lines(visit, now);
        }
    }

    fn judged_otherwise(&self, id: VisitId) -> Vec<Trouble> {
        let call = self.calls.get(&id);
        let Some((call, visit)) = call.and_then(|call| Some((call, self.visit(id)?))) else {
            return Vec::new();
        };
        if !matches!(visit.state, VisitState::InCall { .. }) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let guests = visit.guests.admitted().map(|guest| guest.number);
        for participant in [CITIZEN, OPERATOR].into_iter().chain(guests) {
            // Whoever has no peer has no line that could be judged.
            let quality = call.peer(participant).map(|peer| peer.quality);
            let quality = quality.unwrap_or_default();
            for measured in STRANDS {
                let (strand, level) = line::kept(measured, quality.level_of(measured));
                if visit.lines.level(participant, strand) != level {
                    found.push(Trouble {
                        participant,
                        strand,
                        level,
                    });
                }
            }
        }
        found
    }

    /// The media plane feels by the connection of a peer's page whether the person is there.
    pub(super) fn watch(
        &mut self,
        connection: ConnectionId,
        (room, peer): (RoomId, PeerId),
        now: Moment,
    ) {
        let pulse = Pulse::new(now.instant);
        self.outputs.push_back(Output::Media(MediaCommand::Feel {
            room,
            peer,
            pulse: pulse.clone(),
        }));
        if self.connections.contains_key(&connection) {
            self.outputs
                .push_back(Output::Send(connection, ToConnection::Watch { pulse }));
        }
    }
}
