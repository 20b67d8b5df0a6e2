//! What is asked about the guests of a visit.

use crate::{
    draft::Draft,
    error::{Error, Limit},
    event::Fact,
    guest::{GUESTS_MAX, GuestCommand, GuestRole, GuestState, INVITATIONS_MAX},
    id::{Notice, VisitId},
    visit::VisitState,
};

use super::citizen::{below, check_notice};

/// When a guest may come: in the call, and while it stands still for a moment.
const MEETING: &str = "in call, interrupted or called";

impl Draft<'_> {
    pub(super) fn guest(&mut self, visit: VisitId, command: &GuestCommand) -> Result<(), Error> {
        match command {
            GuestCommand::Invite { role } => self.invite(visit, *role),
            GuestCommand::Accept { guest, notice } => self.guest_accepts(visit, *guest, notice),
            GuestCommand::Admit { guest } => self.admit_guest(visit, *guest),
            GuestCommand::SendBack { guest } => self.send_back(visit, *guest),
            GuestCommand::Leave { guest } => {
                self.open_guest(visit, *guest, "leave")?;
                let guest = *guest;
                self.record(Fact::GuestLeft { visit, guest });
                Ok(())
            }
            GuestCommand::Remove { guest } => {
                self.open_guest(visit, *guest, "remove")?;
                let guest = *guest;
                self.record(Fact::GuestRemoved { visit, guest });
                Ok(())
            }
        }
    }

    fn invite(&mut self, id: VisitId, role: GuestRole) -> Result<(), Error> {
        let visit = self.visit(id)?;
        if !matches!(visit.state, VisitState::InCall { .. }) {
            return self.out_of_order(id, "invite", "in call");
        }
        let limit = |limit, found, allowed: usize| {
            below(limit, found, u32::try_from(allowed).unwrap_or(u32::MAX))
        };
        limit(Limit::Guests, visit.guests.open().count(), GUESTS_MAX)?;
        limit(
            Limit::Invitations,
            visit.guests.invitations(),
            INVITATIONS_MAX,
        )?;
        let guest = visit.guests.next();
        self.record(Fact::GuestInvited {
            visit: id,
            guest,
            role,
        });
        Ok(())
    }

    fn guest_accepts(&mut self, id: VisitId, guest: u8, notice: &Notice) -> Result<(), Error> {
        check_notice(notice)?;
        self.meeting(id, "accept notice")?;
        self.guest_in(id, guest, "accept notice", "invited", |state| {
            matches!(state, GuestState::Invited)
        })?;
        self.record(Fact::GuestAccepted {
            visit: id,
            guest,
            notice: notice.clone(),
        });
        Ok(())
    }

    fn admit_guest(&mut self, id: VisitId, guest: u8) -> Result<(), Error> {
        if !matches!(self.visit(id)?.state, VisitState::InCall { .. }) {
            return self.out_of_order(id, "admit a guest", "in call");
        }
        self.guest_in(id, guest, "admit", "waiting", |state| {
            matches!(state, GuestState::Waiting { .. })
        })?;
        self.record(Fact::GuestAdmitted { visit: id, guest });
        Ok(())
    }

    fn send_back(&mut self, id: VisitId, guest: u8) -> Result<(), Error> {
        self.meeting(id, "send back")?;
        self.guest_in(id, guest, "send back", "admitted", |state| {
            matches!(state, GuestState::Admitted { .. })
        })?;
        self.record(Fact::GuestSentBack { visit: id, guest });
        Ok(())
    }

    fn open_guest(&self, id: VisitId, guest: u8, command: &'static str) -> Result<(), Error> {
        if self.visit(id)?.over_at().is_some() {
            return self.out_of_order(id, command, "not over");
        }
        self.guest_in(
            id,
            guest,
            command,
            "invited, waiting or admitted",
            |state| !matches!(state, GuestState::Left | GuestState::Removed),
        )
    }

    fn guest_in(
        &self,
        id: VisitId,
        guest: u8,
        command: &'static str,
        allowed: &'static str,
        fits: impl FnOnce(&GuestState) -> bool,
    ) -> Result<(), Error> {
        let guests = &self.visit(id)?.guests;
        let known = guests.get(guest).ok_or(Error::UnknownGuest(guest))?;
        if fits(&known.state) {
            return Ok(());
        }
        Err(Error::GuestOutOfOrder {
            command,
            found: known.state_name(),
            allowed,
        })
    }

    pub(super) fn meeting(&self, id: VisitId, command: &'static str) -> Result<(), Error> {
        match self.visit(id)?.state {
            VisitState::Called { .. }
            | VisitState::InCall { .. }
            | VisitState::Interrupted { .. } => Ok(()),
            VisitState::Verifying { .. }
            | VisitState::Waiting { .. }
            | VisitState::Assigned { .. }
            | VisitState::AbandonPending { .. }
            | VisitState::Ended { .. }
            | VisitState::Closed { .. }
            | VisitState::Abandoned { .. }
            | VisitState::Expired { .. } => self.out_of_order(id, command, MEETING),
        }
    }
}
