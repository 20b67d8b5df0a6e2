//! Programs that take a person's place in the media of his visit (WHIP), or receive beside him (WHEP). What may be in a room, be
//! let in and be recorded is what holds for the person: only who offers is another.

use media::control::{PeerId, RECEIVES_ONLY};
use queue::VisitId;

use super::{Moment, Output, RequestId, Switchboard};
use crate::{
    call::{CITIZEN, OPERATOR, Offerer},
    program::{Place, ProgramKey, ProgramToken},
    protocol::{
        call::{Refusal, RefusalCode},
        entry::ProgramAccess,
    },
    request::{App, Direction, Joined, Reply, SessionToken},
    session::SessionHash,
    view::wanted,
};

/// Restarts of one connection at the most: the generation is two digits.
const GENERATION_MAX: u8 = u8::MAX;

impl Switchboard {
    /// Tokens of programs are made with this key from now on.
    pub fn set_program_key(&mut self, key: ProgramKey) {
        self.programs = key;
    }

    /// The token for a program in the place of this person, in the visit he is in.
    pub(super) fn program_token(
        &self,
        app: App,
        session: &SessionToken,
        now: Moment,
    ) -> Result<Reply, Refusal> {
        let person = self
            .person(app, session, now.utc)
            .ok_or_else(|| Refusal::of(RefusalCode::NoSession, "session"))?;
        let none = || Refusal::because(RefusalCode::OutOfOrder, "program", "no visit", "a visit");
        let (visit, participant) = self.participant(person).ok_or_else(none)?;
        let place = Place { visit, participant };
        let holder = self.holder(place).ok_or_else(none)?;
        let token = self.programs.token(place, holder).0;
        Ok(Reply::Program(ProgramAccess { token }))
    }

    /// Who has a place now: of an operator's the operator, since a visit may come to another; of a citizen's the session, since the
    /// turn may move to another device.
    fn holder(&self, place: Place) -> Option<u32> {
        let state = self.visit(place.visit)?;
        match place.participant {
            OPERATOR => state.pairing().map(|pairing| pairing.operator.0),
            CITIZEN => {
                let SessionHash([a, b, c, d, ..]) = self.directory.of_visit(place.visit)?;
                Some(u32::from_be_bytes([a, b, c, d]))
            }
            _ => Some(0),
        }
    }

    /// The programs in the citizen's place have no part in the call any more.
    pub(super) fn end_programs(&mut self, visit: VisitId) {
        let mut orders = Vec::new();
        for participant in [CITIZEN, CITIZEN | RECEIVES_ONLY] {
            let call = self.calls.get_mut(&visit);
            let call = call.filter(|call| call.is_programs(participant));
            if let Some(gone) = call.and_then(|call| call.leave(participant, &mut orders)) {
                self.peers.remove(&gone);
            }
        }
        self.changed.visits.insert(visit);
        self.order(orders);
    }

    /// The visit in which the holder of this token is, and his number in it.
    pub(super) fn participant_of(&self, token: &ProgramToken) -> Result<(VisitId, u8), Refusal> {
        let place = ProgramKey::place(token);
        let good = place.filter(|place| {
            let holder = self.holder(*place);
            holder.is_some_and(|holder| self.programs.is_good(token, *place, holder))
        });
        good.map(|Place { visit, participant }| (visit, participant))
            .ok_or_else(|| Refusal::of(RefusalCode::NoSession, "authorization"))
    }

    /// A program offers; the media plane answers.
    pub(super) fn join_program(
        &mut self,
        request: RequestId,
        token: &ProgramToken,
        direction: Direction,
        sdp: String,
        now: Moment,
    ) -> Result<(), Refusal> {
        let (visit, person) = self.participant_of(token)?;
        let state = self.visit(visit);
        if !state.is_some_and(|state| wanted(state).has(person)) {
            let found = state.map_or("no visit", queue::Visit::state_name);
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "offer",
                found,
                "called, in_call",
            ));
        }
        let elsewhere = matches!(direction, Direction::Publishes)
            && person == OPERATOR
            && self.is_call_elsewhere(visit);
        if elsewhere {
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "offer",
                "a call on another machine",
                "a call on the console",
            ));
        }
        let participant = match direction {
            Direction::Publishes => person,
            Direction::Receives => person | RECEIVES_ONLY,
        };
        let earlier = self
            .calls
            .get(&visit)
            .and_then(|call| call.peer(participant));
        if let Some(Offerer::Asking) = earlier.map(|peer| &peer.by) {
            return Err(Refusal::because(
                RefusalCode::TooFast,
                "offer",
                "one that is not answered yet",
                "one at a time",
            ));
        }
        let call = self.calls.get_mut(&visit);
        if call.is_some_and(|call| !call.take_program_offer(now.instant)) {
            return Err(Refusal::of(RefusalCode::TooFast, "offer"));
        }
        let peer = self.join_room(visit, participant, (Offerer::Asking, 0), sdp);
        self.asking.insert(peer, request);
        Ok(())
    }

    /// The media plane has answered a program.
    pub(super) fn answer_program(
        &mut self,
        (visit, peer): (VisitId, PeerId),
        answer: String,
        key: String,
        now: Moment,
    ) {
        let ufrag = answer
            .lines()
            .find_map(|line| line.strip_prefix("a=ice-ufrag:"));
        let ufrag = ufrag.unwrap_or_default().to_owned();
        let call = self.calls.get_mut(&visit);
        let participant = call.as_ref().and_then(|call| call.participant(peer));
        if let Some(state) = call.and_then(|call| call.peer_mut(peer)) {
            state.by = Offerer::Program {
                ufrag,
                key,
                generation: 0,
            };
        }
        // What the program sends through the relay counts for the person whose place it has.
        let person = participant.map(|participant| participant & !RECEIVES_ONLY);
        let relay = person.and_then(|person| self.relay_access(visit, person, now));
        let joined = Joined {
            resource: peer.0,
            answer,
            relay,
        };
        self.reply_to(peer, Reply::Joined(joined));
    }

    /// The media plane does not accept a program's offer.
    pub(super) fn refuse_program(&mut self, peer: PeerId, refusal: Refusal) {
        self.reply_to(peer, Reply::Refused(refusal));
    }

    /// Something is said of a peer that was sent away: should a program still ask, it hears so.
    pub(super) fn answer_too_late(&mut self, peer: PeerId) {
        let refusal = Refusal::because(
            RefusalCode::OutOfOrder,
            "offer",
            "a visit that went on meanwhile",
            "called, in_call",
        );
        self.refuse_program(peer, refusal);
    }

    fn reply_to(&mut self, peer: PeerId, reply: Reply) {
        if let Some(request) = self.asking.remove(&peer) {
            self.outputs.push_back(Output::Reply(request, reply));
        }
    }

    /// The connection of this name, if it is a program's of this person.
    fn program(&self, token: &ProgramToken, resource: u64) -> Result<(VisitId, u8), Refusal> {
        let (visit, person) = self.participant_of(token)?;
        let call = self.calls.get(&visit);
        let own = [person, person | RECEIVES_ONLY]
            .into_iter()
            .find(|participant| {
                let peer = call.and_then(|call| call.peer(*participant));
                peer.is_some_and(|peer| {
                    peer.id == PeerId(resource) && matches!(peer.by, Offerer::Program { .. })
                })
            });
        own.map(|participant| (visit, participant))
            .ok_or_else(|| Refusal::of(RefusalCode::NotFound, "resource"))
    }

    pub(super) fn change_program(
        &mut self,
        token: &ProgramToken,
        resource: u64,
        restarts: bool,
    ) -> Result<Reply, Refusal> {
        let (visit, _) = self.program(token, resource)?;
        let peer = self
            .calls
            .get_mut(&visit)
            .and_then(|call| call.peer_mut(PeerId(resource)));
        let none = || Refusal::of(RefusalCode::NotFound, "resource");
        let Some(Offerer::Program {
            ufrag,
            key,
            generation,
        }) = peer.map(|peer| &mut peer.by)
        else {
            return Err(none());
        };
        if restarts && *generation == GENERATION_MAX {
            return Err(Refusal::because(
                RefusalCode::Full,
                "restarts",
                GENERATION_MAX,
                "a new session",
            ));
        }
        *generation += u8::from(restarts);
        let generation = *generation;
        let (ufrag, password) =
            media::restart_credentials(ufrag, key, generation).ok_or_else(none)?;
        Ok(Reply::Changed {
            generation,
            ufrag,
            password,
        })
    }

    pub(super) fn end_program(
        &mut self,
        token: &ProgramToken,
        resource: u64,
    ) -> Result<Reply, Refusal> {
        let (visit, participant) = self.program(token, resource)?;
        let mut orders = Vec::new();
        let call = self.calls.get_mut(&visit);
        if let Some(gone) = call.and_then(|call| call.leave(participant, &mut orders)) {
            self.peers.remove(&gone);
        }
        self.changed.visits.insert(visit);
        self.order(orders);
        Ok(Reply::Done)
    }
}
