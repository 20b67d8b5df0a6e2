//! A turn that goes on on another device (C18): a link that opens it there once. The device before is shut out when the new one
//! speaks, not earlier: a link that nobody uses, or an answer that is lost, costs nobody his turn.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use queue::{Timestamp, VisitId};

use super::{Moment, Output, RequestId, Switchboard};
use crate::{
    connection::{Costly, Person},
    protocol::{
        call::{Refusal, RefusalCode},
        citizen::ToCitizen,
    },
    request::{App, ConnectionId, Reply, SessionToken, ToConnection},
    session::{CITIZEN_SESSION_MS, SessionHash, Subject, draw_token},
};

/// A link counts for so long: to take up a telephone and point it at the screen.
const LINK_TTL: Duration = Duration::from_secs(5 * 60);

/// Links that were given, and devices that were left. One of each a visit at the most; a restart of the server forgets both.
#[derive(Debug, Default)]
pub(super) struct Moves {
    links: HashMap<SessionHash, (VisitId, Instant)>,
    left: HashMap<VisitId, SessionHash>,
}

impl Moves {
    /// The visit is gone; returns the session of a device that was left and not shut out yet.
    pub(super) fn forget(&mut self, visit: VisitId) -> Option<SessionHash> {
        self.links.retain(|_, (of, _)| *of != visit);
        self.left.remove(&visit)
    }
}

impl Switchboard {
    /// A new link; the one before is worth nothing any more.
    pub(super) fn move_link(
        &mut self,
        connection: ConnectionId,
        visit: VisitId,
        now: Moment,
    ) -> Result<(), Refusal> {
        self.spend(connection, Costly::Ask, "move", now.instant)?;
        self.check_goes_on(visit)?;
        self.moves.links.retain(|_, (of, _)| *of != visit);
        let token = draw_token(&mut self.entropy);
        let hash = SessionHash::of(App::Citizen, &token);
        self.moves
            .links
            .insert(hash, (visit, now.instant + LINK_TTL));
        let link = ToCitizen::MoveLink { token: token.0 };
        self.outputs
            .push_back(Output::Send(connection, ToConnection::Citizen(link)));
        Ok(())
    }

    fn check_goes_on(&self, visit: VisitId) -> Result<(), Refusal> {
        let state = self.visit(visit);
        if state.is_some_and(|state| state.over_at().is_none()) {
            return Ok(());
        }
        let found = state.map_or("no visit", queue::Visit::state_name);
        Err(Refusal::because(
            RefusalCode::OutOfOrder,
            "move",
            found,
            "a visit that goes on",
        ))
    }

    /// The other device opens the link: a session of its own.
    pub(super) fn enter_move(
        &mut self,
        id: RequestId,
        link: &SessionToken,
        own: Option<&SessionToken>,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        let over = || Refusal::of(RefusalCode::InvitationOver, "move");
        self.check_sessions(1)?;
        let hash = SessionHash::of(App::Citizen, link);
        let (visit, until) = self.moves.links.get(&hash).copied().ok_or_else(over)?;
        // Somebody else's link must not cost this browser's person the turn that he has.
        let own = own.and_then(|own| self.visit_of_session(own, now.utc));
        if own.is_some_and(|own| own != visit && self.check_goes_on(own).is_ok()) {
            let (found, allowed) = ("another turn", "a browser without a turn");
            return Err(Refusal::because(
                RefusalCode::OutOfOrder,
                "move",
                found,
                allowed,
            ));
        }
        self.moves.links.remove(&hash);
        if now.instant >= until || self.check_goes_on(visit).is_err() {
            return Err(over());
        }
        let newest = self.directory.of_visit(visit);
        match (self.moves.left.get(&visit), newest) {
            // The device of the link before has said nothing yet: there are two sessions of a turn at the most.
            (Some(left), Some(newest)) if *left != newest => self.end_session(newest),
            (_, Some(newest)) => {
                self.moves.left.insert(visit, newest);
            }
            (_, None) => {}
        }
        let expires = Timestamp(now.utc.0 + CITIZEN_SESSION_MS);
        let (token, session) = self.begin_session(App::Citizen, Subject::Visit(visit), expires);
        self.promise_session(id, Reply::Entered(Some(token)), session);
        Ok(None)
    }

    /// A citizen's device says hello: should the turn have been moved to it, the one before has no part in it any more.
    pub(super) fn arrive(&mut self, connection: ConnectionId) {
        let Some(state) = self.connections.get(&connection) else {
            return;
        };
        let Person::Citizen(visit) = state.person else {
            return;
        };
        let left = self.moves.left.get(&visit).copied();
        if let Some(left) = left.filter(|left| *left != state.session) {
            self.moves.left.remove(&visit);
            // Nor by a link that it asked for and kept, nor by a program.
            self.moves.links.retain(|_, (of, _)| *of != visit);
            self.end_session(left);
            self.end_programs(visit);
        }
    }
}
