//! Once a second: who has gone silent, whose line is lost, what the queue does by time, and where everybody stands in line.

use std::time::Duration;

use queue::{Command, OfficeId, Presence, ServiceId, VisitState};

use super::{Moment, Switchboard};
use crate::{
    call::{CITIZEN, PeerStage},
    connection::Person,
    request::ConnectionId,
    seat::Seat,
    view::Place,
};

/// A person in a call whose WebSocket is gone and whose media is silent for this long has lost the line: a reload with a new
/// negotiation takes three seconds on a slow phone.
pub(super) const CALL_GRACE: Duration = Duration::from_secs(8);

/// Outside a call: a reload is not worth a fact.
const LINE_GRACE: Duration = Duration::from_secs(3);

impl Switchboard {
    pub(super) fn tick(&mut self, now: Moment) {
        self.close_overdue(now);
        self.end_loopbacks(now);
        self.return_sounds(now);
        self.notice_lines(now);
        self.judge_all_lines(now);
        for office in self.offices.keys().copied().collect::<Vec<_>>() {
            let due = self.offices.get(&office).and_then(queue::Office::next_due);
            if due.is_some_and(|due| due <= now.utc) {
                self.finish_lines_of_ended(office, now);
                // A refusal changes nothing; the next second asks again.
                if let Err(error) = self.command(office, &Command::Tick, now) {
                    tracing::error!(%office, %error, "the office does not take the tick");
                }
            }
        }
        self.end_sessions(now);
        self.show_devices();
        for (office, service) in std::mem::take(&mut self.changed.lines) {
            self.place_line(office, service);
        }
        self.open_visits = self
            .offices
            .values()
            .map(|office| {
                office
                    .visits()
                    .filter(|visit| visit.over_at().is_none())
                    .count()
            })
            .sum();
    }

    /// Calls that the time limit is about to end lose nothing of what is being written.
    fn finish_lines_of_ended(&mut self, office: OfficeId, now: Moment) {
        let Some(state) = self.offices.get(&office) else {
            return;
        };
        let over = state.visits().filter(|visit| {
            let ends = state.call_ends(visit);
            ends.is_some_and(|ends| ends <= now.utc)
        });
        for visit in over.map(|visit| visit.id).collect::<Vec<_>>() {
            self.finish_lines(office, visit, now);
        }
    }

    fn close_overdue(&mut self, now: Moment) {
        let overdue = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.is_overdue(now.instant));
        for connection in overdue.map(|(id, _)| *id).collect::<Vec<ConnectionId>>() {
            self.close(connection);
        }
    }

    /// Tells the queue whose line is lost, and, after facts that could not be kept, who is there.
    fn notice_lines(&mut self, now: Moment) {
        let told: Vec<(OfficeId, Command)> = self
            .seats
            .iter()
            .filter_map(|(person, seat)| match *person {
                Person::Citizen(visit) => {
                    let state = self.visit(visit)?;
                    let grace = if matches!(state.state, VisitState::InCall { .. }) {
                        CALL_GRACE
                    } else {
                        LINE_GRACE
                    };
                    let silent = !self.has_media(visit);
                    match line(seat, state.presence, grace, silent, now)? {
                        Line::Lost => Some((visit.office()?, Command::LineLost { visit })),
                        Line::Back => Some((visit.office()?, Command::LineBack { visit })),
                    }
                }
                Person::Guest(..) | Person::Machine(_) => None,
                Person::Operator(office, operator) => {
                    let state = self.offices.get(&office)?.operator(operator)?;
                    match line(seat, state.presence, LINE_GRACE, true, now)? {
                        Line::Lost => Some((office, Command::OperatorLost { operator })),
                        Line::Back => Some((office, Command::OperatorBack { operator })),
                    }
                }
            })
            .collect();
        for (office, command) in told {
            if let Command::LineLost { visit } = command {
                self.finish_lines(office, visit, now);
            }
            if let Err(error) = self.command(office, &command, now) {
                tracing::debug!(%office, %error, "a line's change is no fact");
            }
        }
    }

    /// Media of the citizen still flows, WebSocket or not.
    fn has_media(&self, visit: queue::VisitId) -> bool {
        let peer = self.calls.get(&visit).and_then(|call| call.peer(CITIZEN));
        peer.is_some_and(|peer| peer.stage == PeerStage::Connected)
    }

    fn end_sessions(&mut self, now: Moment) {
        for hash in self.directory.expired(now.utc) {
            self.end_session(hash);
        }
    }

    /// Shows the last of the devices' states that came too fast to be shown each.
    fn show_devices(&mut self) {
        let seats = self.seats.iter();
        let late: Vec<_> = seats
            .filter_map(|(person, seat)| Some((*person, seat.devices_next?)))
            .collect();
        for (person, devices) in late {
            self.set_devices(person, devices);
        }
    }

    /// Tells a whole line where it stands; at most once a second.
    fn place_line(&mut self, office: OfficeId, service: ServiceId) {
        let Some(state) = self.offices.get(&office) else {
            return;
        };
        let next = state.next_to_be_called(service);
        let operators = u32::try_from(state.on_duty(service)).unwrap_or(u32::MAX);
        for (visit, position) in state.waiting(service).zip(1_u32..) {
            let place = Place {
                position,
                next,
                operators,
            };
            if self.places.insert(visit.id, place) != Some(place) {
                self.changed.visits.insert(visit.id);
            }
        }
        let concerned = state.operators().filter(|operator| {
            state
                .profile(operator.id)
                .is_some_and(|profile| profile.services.contains(&service))
                && self
                    .seats
                    .get(&Person::Operator(office, operator.id))
                    .is_some_and(|seat| seat.connection().is_some())
        });
        self.changed
            .operators
            .extend(concerned.map(|operator| (office, operator.id)));
    }
}

enum Line {
    Lost,
    Back,
}

fn line(
    seat: &Seat,
    presence: Presence,
    grace: Duration,
    silent: bool,
    now: Moment,
) -> Option<Line> {
    match (presence, seat.away_since()) {
        (Presence::Here, Some(since)) if silent && now.instant >= since + grace => Some(Line::Lost),
        (Presence::Away { .. }, None) => Some(Line::Back),
        (Presence::Here | Presence::Away { .. }, _) => None,
    }
}
