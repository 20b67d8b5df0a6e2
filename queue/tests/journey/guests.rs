//! Third parties (C23): invited, let in, sent back, gone.

use queue::{Command, Error, GUESTS_MAX, GuestCommand, GuestRole, INVITATIONS_MAX, Limit, VisitId};

use super::town::{ANA, Town, notice};

fn guest(town: &mut Town, visit: VisitId, what: GuestCommand) -> Vec<&'static str> {
    town.ok(Command::Guest { visit, what })
}

fn refused(town: &mut Town, visit: VisitId, what: GuestCommand) -> Error {
    town.send(&Command::Guest { visit, what }).unwrap_err()
}

fn invite(role: GuestRole) -> GuestCommand {
    GuestCommand::Invite { role }
}

fn accept(guest: u8) -> GuestCommand {
    let notice = notice();
    GuestCommand::Accept { guest, notice }
}

#[test]
fn a_guest_accepts_waits_is_let_in_and_can_be_sent_back_and_away() {
    let mut town = Town::new();
    let visit = town.call();
    assert_eq!(
        guest(&mut town, visit, invite(GuestRole::Interpreter)),
        ["guest_invited"]
    );
    let early = refused(&mut town, visit, GuestCommand::Admit { guest: 3 });
    assert!(
        matches!(
            early,
            Error::GuestOutOfOrder {
                found: "invited",
                ..
            }
        ),
        "nobody is let in before he has accepted: {early}"
    );
    guest(&mut town, visit, accept(3));
    assert!(!town.office.visit(visit).unwrap().takes_part(3));
    guest(&mut town, visit, GuestCommand::Admit { guest: 3 });
    assert!(town.office.visit(visit).unwrap().takes_part(3));
    guest(&mut town, visit, GuestCommand::SendBack { guest: 3 });
    assert!(!town.office.visit(visit).unwrap().takes_part(3));
    guest(&mut town, visit, GuestCommand::Admit { guest: 3 });
    assert_eq!(
        guest(&mut town, visit, GuestCommand::Remove { guest: 3 }),
        ["guest_removed"]
    );
    let gone = refused(&mut town, visit, GuestCommand::Admit { guest: 3 });
    assert!(matches!(
        gone,
        Error::GuestOutOfOrder {
            found: "removed",
            ..
        }
    ));
    assert_eq!(
        refused(&mut town, visit, GuestCommand::Admit { guest: 4 }),
        Error::UnknownGuest(4)
    );
}

#[test]
fn six_people_are_in_a_call_and_no_number_is_given_twice() {
    let mut town = Town::new();
    let visit = town.call();
    for _ in 0..GUESTS_MAX {
        guest(&mut town, visit, invite(GuestRole::Companion));
    }
    let full = refused(&mut town, visit, invite(GuestRole::Companion));
    assert_eq!(
        full,
        Error::Full {
            limit: Limit::Guests,
            found: 4,
            allowed: 4
        }
    );
    for number in 3.. {
        guest(&mut town, visit, GuestCommand::Remove { guest: number });
        let invited = town.send(&Command::Guest {
            visit,
            what: invite(GuestRole::Companion),
        });
        match invited {
            Ok(events) => assert_eq!(events[0].fact.guest(), Some(number + 4)),
            Err(error) => {
                assert!(matches!(
                    error,
                    Error::Full {
                        limit: Limit::Invitations,
                        ..
                    }
                ));
                break;
            }
        }
    }
    let guests = &town.office.visit(visit).unwrap().guests;
    assert_eq!(guests.invitations(), INVITATIONS_MAX);
}

#[test]
fn a_guest_does_nothing_in_a_visit_that_is_not_held() {
    let mut town = Town::new();
    let visit = town.call();
    let waiting = town.waits(super::town::LIBRE_DEUDA);
    assert!(matches!(
        refused(&mut town, waiting, invite(GuestRole::Companion)),
        Error::VisitOutOfOrder {
            found: "waiting",
            ..
        }
    ));
    guest(&mut town, visit, invite(GuestRole::Representative));
    town.ok(Command::HangUp { visit });
    guest(&mut town, visit, accept(3));
    assert!(matches!(
        refused(&mut town, visit, GuestCommand::Admit { guest: 3 }),
        Error::VisitOutOfOrder {
            found: "interrupted",
            ..
        }
    ));
    town.ok(Command::ReturnToCall { visit });
    town.ok(Command::Admit { operator: ANA });
    assert!(!town.office.visit(visit).unwrap().was_represented());
    guest(&mut town, visit, GuestCommand::Admit { guest: 3 });
    town.ok(Command::EndMeeting { operator: ANA });
    assert!(town.office.visit(visit).unwrap().was_represented());
    guest(&mut town, visit, GuestCommand::Leave { guest: 3 });
    town.close(ANA, queue::AfterClose::Interrupt);
    assert!(matches!(
        refused(&mut town, visit, GuestCommand::Leave { guest: 3 }),
        Error::VisitOutOfOrder {
            found: "closed",
            ..
        }
    ));
}
