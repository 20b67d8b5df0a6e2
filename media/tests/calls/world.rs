//! A worker, people with links to it, and virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media::control::{Command, Event, Medium, PeerId, RoomId};
use media::{Core, CoreSettings, Identity, Input, Output, Stats};
use sim::{Browser, BrowserSettings, Delivered, Ident, Kind, Link, LinkSettings, Outgoing};

use crate::oracle::{Emission, Oracle};

/// Where the worker is.
pub(crate) const SERVER: &str = "10.0.0.1:40000";

/// How often browsers look at their clocks.
const TICK_US: u64 = 5_000;

pub(crate) const SECOND_US: u64 = 1_000_000;

/// The room of those who say nothing else.
pub(crate) const ROOM: RoomId = RoomId(1);

/// One person: the browser of now and the links of now.
pub(crate) struct Person {
    pub(crate) browser: Browser,
    pub(crate) up: Link,
    pub(crate) down: Link,
    pub(crate) room: RoomId,
    pub(crate) peer: PeerId,
    /// The peer exists.
    pub(crate) here: bool,
    pub(crate) connected: bool,
    pub(crate) admitted: bool,
    pub(crate) record: Option<u64>,
    /// Addresses from which the worker has taken a check.
    validated: BTreeSet<SocketAddr>,
    /// Who is in which slot, as signalling heard it last.
    slots: BTreeMap<String, Option<u8>>,
}

/// A datagram in flight.
enum Flight {
    Up {
        person: usize,
        peer: PeerId,
        source: SocketAddr,
        bytes: Vec<u8>,
        ident: Option<Ident>,
    },
    Down {
        peer: PeerId,
        bytes: Vec<u8>,
        emission: Option<Emission>,
    },
}

/// The worker and everybody else.
pub(crate) struct World {
    pub(crate) core: Core,
    epoch: Instant,
    pub(crate) now_us: u64,
    tick_us: u64,
    core_due_us: Option<u64>,
    pub(crate) people: Vec<Person>,
    flights: BTreeMap<(u64, u64), Flight>,
    /// Numbers flights, browsers and peers.
    serial: u64,
    seed: u64,
    pub(crate) events: Vec<Event>,
    pub(crate) oracle: Oracle,
    /// The recorder takes nothing.
    pub(crate) recorder_is_full: bool,
    /// Addresses that people have left, with the peer who had them.
    left: BTreeMap<SocketAddr, PeerId>,
    /// What an eavesdropper has heard of what people send, while there is one.
    pub(crate) overheard: Option<Vec<Vec<u8>>>,
    /// Datagrams to addresses that nobody ever had.
    pub(crate) stray: Vec<(SocketAddr, Vec<u8>)>,
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "the origin of virtual time")]
    pub(crate) fn new(seed: u64) -> Self {
        let epoch = Instant::now();
        let settings = CoreSettings {
            worker: 1,
            candidates: vec![SERVER.parse().unwrap()],
            peers_max: 3_000,
        };
        let core = Core::new(settings, Identity::generate([3; 32]).unwrap(), epoch).unwrap();
        Self {
            core: core.seeded(seed).unwrap(),
            epoch,
            now_us: 0,
            tick_us: 0,
            core_due_us: None,
            people: Vec::new(),
            flights: BTreeMap::new(),
            serial: 0,
            seed,
            events: Vec::new(),
            oracle: Oracle::default(),
            recorder_is_full: false,
            left: BTreeMap::new(),
            overheard: None,
            stray: Vec::new(),
        }
    }

    /// A world whose people are connected over good lines and admitted, and who say nothing yet.
    pub(crate) fn with_people(count: u8) -> Self {
        let mut world = Self::new(1);
        for number in 0..count {
            world.join(ROOM, number, LinkSettings::default());
        }
        world.run(SECOND_US);
        for person in 0..usize::from(count) {
            assert!(world.people[person].connected, "a second is enough");
            world.admit(person, true);
        }
        world
    }

    /// A new person of this number.
    pub(crate) fn join(&mut self, room: RoomId, participant: u8, line: LinkSettings) -> usize {
        let person = Person {
            browser: self.browser(participant),
            up: self.link(line),
            down: self.link(line),
            room,
            peer: PeerId(self.serial),
            here: true,
            connected: false,
            admitted: false,
            record: None,
            validated: BTreeSet::new(),
            slots: BTreeMap::new(),
        };
        self.people.push(person);
        let at = self.people.len() - 1;
        self.offer(at);
        at
    }

    /// The person comes again with another browser: same number, same sources, other keys.
    pub(crate) fn join_again(&mut self, at: usize) {
        self.note_underway();
        let browser = self.browser(self.people[at].browser.participant());
        let person = &mut self.people[at];
        self.left.insert(person.browser.address(), person.peer);
        person.browser = browser;
        person.peer = PeerId(self.serial);
        (person.here, person.connected, person.admitted) = (true, false, false);
        person.record = None;
        person.validated.clear();
        person.slots.clear();
        self.offer(at);
    }

    fn browser(&mut self, participant: u8) -> Browser {
        let serial = self.next_serial();
        Browser::new(BrowserSettings {
            participant,
            address: self.new_address(participant),
            slots: 5,
            seed: self.seed ^ serial << 32,
            epoch: self.epoch,
            first_frame: u32::try_from(serial).unwrap() << 16,
            // Every other person's voice repeats itself.
            repeats: participant % 2 == 1,
        })
    }

    fn link(&mut self, line: LinkSettings) -> Link {
        let serial = self.next_serial();
        Link::new(line, self.seed.wrapping_mul(1_000_003) ^ serial)
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// An address that nobody had before.
    pub(crate) fn new_address(&mut self, participant: u8) -> SocketAddr {
        let serial = self.next_serial();
        let [high, low] = u16::try_from(serial & 0xffff).unwrap().to_be_bytes();
        SocketAddr::from(([10, 1, high, low], 5_000 + u16::from(participant)))
    }

    fn offer(&mut self, at: usize) {
        let person = &self.people[at];
        let (room, peer) = (person.room, person.peer);
        let (participant, offer) = (person.browser.participant(), person.browser.offer());
        self.command(Command::Join {
            room,
            peer,
            participant,
            offer,
        });
        let answer = self.events.iter().rev().find_map(|event| match event {
            Event::Answered {
                peer: to, answer, ..
            } if *to == peer => Some(answer.clone()),
            _ => None,
        });
        match answer {
            Some(answer) => self.people[at].browser.accept(&answer, self.now_us),
            None => self.people[at].here = false,
        }
    }

    pub(crate) fn admit(&mut self, at: usize, admitted: bool) {
        let peer = self.people[at].peer;
        self.people[at].admitted = admitted;
        if admitted {
            self.oracle.admitted(self.people[at].browser.participant());
        } else {
            self.note_underway();
        }
        self.command(Command::Admit { peer, admitted });
    }

    pub(crate) fn record(&mut self, at: usize, record: Option<u64>) {
        let peer = self.people[at].peer;
        self.people[at].record = record;
        self.command(Command::Record { peer, record });
    }

    fn note_underway(&mut self) {
        let idents = self.flights.values().filter_map(|flight| match flight {
            Flight::Up { ident, .. } => *ident,
            Flight::Down { .. } => None,
        });
        self.oracle.underway(idents);
    }

    pub(crate) fn leave(&mut self, at: usize) {
        self.note_underway();
        let person = &mut self.people[at];
        (person.here, person.connected, person.admitted) = (false, false, false);
        let peer = person.peer;
        self.command(Command::Leave { peer });
    }

    /// The person is on another network now.
    pub(crate) fn switch_network(&mut self, at: usize, line: LinkSettings) {
        let address = self.new_address(self.people[at].browser.participant());
        let (up, down) = (self.link(line), self.link(line));
        let person = &mut self.people[at];
        (person.up, person.down) = (up, down);
        self.left.insert(person.browser.address(), person.peer);
        person.browser.move_to(address, self.now_us);
    }

    pub(crate) fn publish(&mut self, at: usize, publishing: bool) {
        self.people[at].browser.publish(publishing, self.now_us);
    }

    /// All send from one address with ports of their own: an office behind one NAT.
    pub(crate) fn share_one_address(&mut self) {
        for (at, person) in self.people.iter_mut().enumerate() {
            let port = 10_000 + u16::try_from(at).unwrap();
            person
                .browser
                .move_to(([192, 0, 2, 1], port).into(), self.now_us);
        }
    }

    /// Lets go of what only the test remembers.
    pub(crate) fn forget_the_past(&mut self) {
        self.left.clear();
        self.stray.clear();
        self.oracle = Oracle::default();
    }

    pub(crate) fn command(&mut self, command: Command) {
        let now = self.instant();
        self.core.handle(Input::Command(command), now);
        self.drain();
    }

    pub(crate) fn stats(&self) -> Stats {
        self.core.stats()
    }

    pub(crate) fn instant(&self) -> Instant {
        self.epoch + Duration::from_micros(self.now_us)
    }

    /// A datagram that is at the worker now, from wherever it says.
    pub(crate) fn inject(&mut self, source: SocketAddr, bytes: &[u8]) {
        let now = self.instant();
        let mut bytes = bytes.to_vec();
        let input = Input::Datagram {
            source,
            bytes: &mut bytes,
        };
        self.core.handle(input, now);
        self.drain();
    }

    /// What a person's browser has to send now, straight to the worker.
    pub(crate) fn send_now(&mut self, at: usize) {
        let source = self.people[at].browser.address();
        for outgoing in self.people[at].browser.take_outgoing() {
            self.inject(source, &outgoing.bytes);
        }
    }

    /// A datagram of a person is at the worker now, from that person's own address.
    pub(crate) fn bring(&mut self, at: usize, outgoing: &Outgoing) {
        let person = &self.people[at];
        let (peer, source) = (person.peer, person.browser.address());
        self.arrive_up(at, peer, source, (&outgoing.bytes, outgoing.ident));
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, us: u64) {
        let end_us = self.now_us + us;
        loop {
            let flight = self.flights.keys().next().map(|(at_us, _)| *at_us);
            let next_us = [flight, self.core_due_us, Some(self.tick_us)]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(end_us);
            if next_us > end_us {
                break;
            }
            self.now_us = self.now_us.max(next_us);
            if flight == Some(next_us) {
                let (_, flight) = self.flights.pop_first().unwrap();
                self.arrive(flight);
            } else if self.core_due_us == Some(next_us) {
                let now = self.instant();
                self.core.handle(Input::Timeout, now);
                self.drain();
            } else {
                self.tick_us += TICK_US;
                self.tick();
            }
        }
        self.now_us = end_us;
    }

    fn tick(&mut self) {
        for at in 0..self.people.len() {
            let now_us = self.now_us;
            let person = &mut self.people[at];
            if !person.here {
                continue;
            }
            person.browser.advance(now_us);
            self.send(at);
        }
    }

    /// Puts what a browser has to send on its link.
    fn send(&mut self, at: usize) {
        let person = &mut self.people[at];
        for outgoing in person.browser.take_outgoing() {
            if let Some(overheard) = &mut self.overheard {
                overheard.push(outgoing.bytes.clone());
            }
            let arrivals: Vec<_> = person
                .up
                .send(sized(&outgoing.bytes), self.now_us)
                .collect();
            if arrivals.is_empty() {
                self.oracle.lost_on_the_way_up(outgoing.ident);
            }
            for at_us in arrivals {
                self.serial += 1;
                let flight = Flight::Up {
                    person: at,
                    peer: person.peer,
                    source: person.browser.address(),
                    bytes: outgoing.bytes.clone(),
                    ident: outgoing.ident,
                };
                self.flights.insert((at_us, self.serial), flight);
            }
        }
    }

    fn arrive(&mut self, flight: Flight) {
        match flight {
            Flight::Up {
                person,
                peer,
                source,
                bytes,
                ident,
            } => self.arrive_up(person, peer, source, (&bytes, ident)),
            Flight::Down {
                peer,
                bytes,
                emission,
            } => {
                let Some(at) = self.people.iter().position(|one| one.peer == peer) else {
                    return;
                };
                if !self.people[at].here {
                    return;
                }
                if let Some(delivered) = self.people[at].browser.receive(&bytes, self.now_us) {
                    self.delivered(at, &delivered, emission);
                }
                self.send(at);
            }
        }
    }

    fn arrive_up(
        &mut self,
        at: usize,
        peer: PeerId,
        source: SocketAddr,
        (bytes, ident): (&[u8], Option<Ident>),
    ) {
        let before = self.stats();
        self.inject(source, bytes);
        let after = self.stats();
        let person = &mut self.people[at];
        if person.peer != peer {
            return;
        }
        if bytes[0] < 4 && before.stun_refused == after.stun_refused {
            person.validated.insert(source);
        }
        if let Some(ident) = ident {
            let known = person.connected && person.validated.contains(&source);
            let accepted = after.packets_received > before.packets_received;
            let record = person.record;
            // The first of a browser's frames repeats none.
            let repeats = person.browser.repeats() && ident.frame & 0xffff > 1;
            let repeated = (repeats && ident.kind == Kind::Voice).then_some(Ident {
                frame: ident.frame - 1,
                ..ident
            });
            let arrival = (ident, repeated);
            let wrongly_refused =
                self.oracle
                    .arrived(arrival, known, (person.admitted, accepted), record);
            assert!(
                !wrongly_refused,
                "{ident:?} was not taken at {} µs, counters before {before:#?} and after {after:#?}",
                self.now_us
            );
        }
    }

    fn delivered(&mut self, at: usize, delivered: &Delivered, emission: Option<Emission>) {
        let emission = emission.expect("only RTP is delivered");
        self.oracle
            .delivered(self.people[at].peer, delivered, emission);
    }

    /// Carries out what the core wants done.
    fn drain(&mut self) {
        let mut sent = Vec::new();
        loop {
            match self.core.poll() {
                Output::Send(outbox) => {
                    sent.extend(outbox.iter().map(|(to, bytes)| (to, bytes.to_vec())));
                }
                Output::Event(event) => self.note(event),
                Output::Block(block) if self.recorder_is_full => {
                    self.oracle.refused(&block);
                    let now = self.epoch + Duration::from_micros(self.now_us);
                    self.core.handle(Input::BlockRefused(block), now);
                }
                Output::Block(block) => self.oracle.recorded(&block),
                Output::Timeout(due) => {
                    let us = |due: Instant| due.saturating_duration_since(self.epoch).as_micros();
                    self.core_due_us = due.map(|due| u64::try_from(us(due)).unwrap());
                    break;
                }
            }
        }
        for (to, bytes) in sent {
            self.emit(to, bytes);
        }
    }

    fn emit(&mut self, to: SocketAddr, bytes: Vec<u8>) {
        let left = self.left.get(&to).copied();
        let is_theirs =
            |person: &Person| person.browser.address() == to || left == Some(person.peer);
        let Some(at) = self.people.iter().position(is_theirs) else {
            if left.is_none() {
                self.stray.push((to, bytes));
            }
            return;
        };
        let person = &mut self.people[at];
        let emission = self
            .oracle
            .emitted(person.peer, &person.browser, person.admitted, &bytes)
            .map(|mid| person.slots.get(&mid).copied().flatten());
        let emission = emission.map(|occupant| Emission {
            occupant,
            before: self.oracle.before(occupant),
        });
        if !person.here || left.is_some() {
            return;
        }
        let arrivals: Vec<_> = person.down.send(sized(&bytes), self.now_us).collect();
        for at_us in arrivals {
            self.serial += 1;
            let flight = Flight::Down {
                peer: person.peer,
                bytes: bytes.clone(),
                emission,
            };
            self.flights.insert((at_us, self.serial), flight);
        }
    }

    fn note(&mut self, event: Event) {
        if matches!(event, Event::Lost { .. }) {
            self.note_underway();
        }
        let of = |peer: PeerId| self.people.iter().position(|person| person.peer == peer);
        match &event {
            Event::Connected { peer } => {
                if let Some(at) = of(*peer) {
                    self.people[at].connected = true;
                }
            }
            Event::Lost { peer } => {
                if let Some(at) = of(*peer) {
                    let person = &mut self.people[at];
                    (person.here, person.connected, person.admitted) = (false, false, false);
                }
            }
            Event::Slots { peer, slots } => {
                if let Some(at) = of(*peer) {
                    let told = slots.iter().filter(|slot| slot.medium != Medium::Screen);
                    let told = told.map(|slot| (slot.mid.clone(), slot.participant));
                    self.people[at].slots = told.collect();
                }
            }
            _ => {}
        }
        self.events.push(event);
    }
}

/// What a datagram counts as on a link: signatures vary by a few bytes from run to run, and fates must not.
fn sized(bytes: &[u8]) -> usize {
    bytes.len().next_multiple_of(64)
}
