//! How the lines of calls are: what the media plane judged becomes a fact, and what comes by signalling is told to it.

use std::time::Duration;

use media::{control::Command as MediaCommand, quality::STRANDS};
use queue::{Command, Trouble, VisitId, VisitState};

use super::{Moment, Output, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR, Offerer, Peer, PeerStage},
    connection::Person,
    line,
    request::{ConnectionId, ToConnection},
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
        for participant in [CITIZEN, OPERATOR] {
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

    /// A watched connection answered a ping. When there is nothing to watch it for, it is watched no longer.
    pub(super) fn hear_pong(&mut self, connection: ConnectionId, rtt: Duration, now: Moment) {
        let Some(person) = self.connections.get(&connection).map(|one| one.person) else {
            return;
        };
        if !self.hear_alive(person, Some(rtt), now) {
            self.outputs.push_back(Output::Send(
                connection,
                ToConnection::Watch { watched: false },
            ));
        }
    }

    /// Something came from a person over signalling: the media plane hears of it, when it has a peer of him.
    pub(super) fn hear_alive(
        &mut self,
        person: Person,
        rtt: Option<Duration>,
        now: Moment,
    ) -> bool {
        let call = self
            .participant(person)
            .and_then(|(visit, participant)| Some((self.calls.get(&visit)?, participant)));
        let Some((call, participant)) = call else {
            return false;
        };
        let peer = call.peer(participant);
        // The page of somebody whose media is a program's tells nothing of the program's line.
        let is_pages = |peer: &&Peer| {
            peer.stage == PeerStage::Connected && matches!(peer.by, Offerer::Page(_))
        };
        let Some(peer) = peer.filter(is_pages) else {
            return false;
        };
        self.outputs.push_back(Output::Media(MediaCommand::Alive {
            room: call.room(),
            peer: peer.id,
            at: now.instant,
            rtt,
        }));
        true
    }
}
