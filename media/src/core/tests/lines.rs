//! Calls over bad lines: the whole core between model browsers, seeded links and virtual time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use media_packet::red;
use media_packet::rtcp::{self, Packet as Rtcp};
use media_packet::rtp::{ExtensionValues, Header, Layout, SdesValue, Ssrc};
use sim::{Link, LinkSettings};

use super::kit::World;
use crate::control::{Command, PeerId};
use crate::{Input, Output};

mod beside;
mod camera;
mod figures;
mod layers;
mod receiver;
mod repeating;

use camera::{Camera, Packed};
use receiver::Receiver;

/// What a voice takes, 50 times a second, and headers.
const VOICE_BYTES: usize = 80;
const VOICE_BPS: u64 = (VOICE_BYTES as u64 + 64) * 8 * 50;
/// IP and UDP before each datagram.
const UDP_BYTES: usize = 28;
const STEP_US: u64 = 1_000;
const VOICE_US: u64 = 20_000;
/// One way.
const DELAY_US: u64 = 30_000;

/// What a packet on a subscriber's link was.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Voice,
    Picture,
    Again,
    Padding,
    Other,
}

/// A datagram on a subscriber's link.
#[derive(Clone, Copy, Debug)]
struct Passed {
    kind: Kind,
    sent_us: u64,
    bytes: usize,
    arrived_us: Option<u64>,
}

struct Person {
    down: Link,
    camera: Camera,
    voice_next_us: u64,
    voice_number: u16,
    voicing: bool,
    /// Its voice repeats itself.
    repeating: bool,
    receiver: Receiver,
    passed: Vec<Passed>,
    /// Limits it was told, and when.
    limits: Vec<(u64, u64)>,
}

#[derive(Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Flight {
    at_us: u64,
    order: u64,
    person: usize,
    to_server: bool,
    bytes: Vec<u8>,
}

/// People in one call, each behind a link.
struct Lines {
    world: World,
    begin: Instant,
    now_us: u64,
    people: Vec<Person>,
    flights: BinaryHeap<Reverse<Flight>>,
    order: u64,
}

impl Lines {
    fn new(cameras: Vec<Camera>, seed: u64) -> Self {
        let count = u8::try_from(cameras.len()).unwrap();
        let others = usize::from(count).max(3) - 1;
        let world = World::with_offers(count, true, |browser| {
            if cameras.iter().any(Camera::is_layered) {
                browser.offer_in_layers(others)
            } else {
                browser.offer(others)
            }
        });
        Self::in_world(world, cameras, others, seed)
    }

    /// The browsers of a world, each with one of these cameras and as many slots for pictures.
    fn in_world(mut world: World, cameras: Vec<Camera>, others: usize, seed: u64) -> Self {
        let count = u8::try_from(cameras.len()).unwrap();
        for number in 0..count {
            let peer = PeerId(u64::from(number));
            world.command(Command::Record {
                peer,
                record: Some(1),
            });
        }
        let settings = LinkSettings {
            delay_us: DELAY_US,
            ..LinkSettings::default()
        };
        let person = |(number, camera): (usize, Camera)| {
            let browser = &world.browsers[number];
            let slots = (0..others).map(|slot| {
                let ssrc = browser.slot_source(&format!("v{slot}"));
                (ssrc, Ssrc(ssrc.0 | 1))
            });
            Person {
                down: Link::new(settings, seed + number as u64),
                camera,
                voice_next_us: 0,
                voice_number: 0,
                voicing: true,
                repeating: false,
                receiver: Receiver::new(slots),
                passed: Vec::new(),
                limits: Vec::new(),
            }
        };
        let people = cameras.into_iter().enumerate().map(person).collect();
        Self {
            begin: world.now,
            world,
            now_us: 0,
            people,
            flights: BinaryHeap::new(),
            order: 0,
        }
    }

    /// Two people whose cameras follow what they are told.
    fn pair(seed: u64) -> Self {
        Self::new(
            vec![Camera::single(seed + 10), Camera::single(seed + 11)],
            seed,
        )
    }

    /// The same, with voices that repeat themselves, as browsers' do.
    fn repeating_pair(seed: u64) -> Self {
        let world = World::with_offers(2, true, |browser| browser.offer_to_repeat(2));
        let cameras = vec![Camera::single(seed + 10), Camera::single(seed + 11)];
        let mut lines = Self::in_world(world, cameras, 2, seed);
        lines.people.iter_mut().for_each(|one| one.repeating = true);
        lines
    }

    /// The link to a person carries so much from now on.
    fn set_rate(&mut self, person: usize, rate_bps: u64) {
        let settings = self.people[person].down.settings();
        self.people[person].down.set(LinkSettings {
            rate_bps: Some(rate_bps),
            queue_us: 500_000,
            ..settings
        });
    }

    fn run(&mut self, time: Duration) {
        let end = self.now_us + u64::try_from(time.as_micros()).unwrap();
        while self.now_us < end {
            self.now_us += STEP_US;
            self.world.now = self.begin + Duration::from_micros(self.now_us);
            self.land();
            for person in 0..self.people.len() {
                self.publish(person);
                self.answer(person);
                if self.now_us.is_multiple_of(50_000) {
                    self.check(person);
                }
            }
            self.world.core.handle(Input::Timeout, self.world.now);
            self.drain();
        }
    }

    /// Datagrams arrive.
    fn land(&mut self) {
        while self
            .flights
            .peek()
            .is_some_and(|Reverse(next)| next.at_us <= self.now_us)
        {
            let Some(Reverse(mut flight)) = self.flights.pop() else {
                return;
            };
            if flight.to_server {
                let source = self.world.browsers[flight.person].address;
                let bytes = &mut flight.bytes;
                self.world
                    .core
                    .handle(Input::Datagram { source, bytes }, self.world.now);
                self.drain();
            } else {
                self.arrive(flight.person, &mut flight.bytes);
            }
        }
    }

    fn arrive(&mut self, at: usize, bytes: &mut [u8]) {
        let (browser, person) = (&mut self.world.browsers[at], &mut self.people[at]);
        if (128..192).contains(&bytes[0]) && !rtcp::is_rtcp(bytes) {
            let opened = browser.opener.as_mut().unwrap().open_rtp(bytes).unwrap();
            person.receiver.take(&mut bytes[..opened.len], self.now_us);
            return;
        }
        browser.reports.clear();
        browser.receive(bytes, self.world.now);
        let camera = browser.camera;
        for packet in browser
            .reports
            .iter()
            .flat_map(|bytes| rtcp::packets(bytes))
        {
            match packet {
                Rtcp::Remb { bitrate_bps, .. } => {
                    person.camera.allowed_bps = bitrate_bps;
                    person.limits.push((self.now_us, bitrate_bps));
                }
                Rtcp::Pli { media, .. } => {
                    person
                        .camera
                        .want_keyframe((media.0 - camera.0) as usize / 2);
                }
                _ => {}
            }
        }
    }

    fn publish(&mut self, at: usize) {
        let person = &mut self.people[at];
        let mut datagrams = VecDeque::new();
        if self.now_us >= person.voice_next_us {
            person.voice_next_us = self.now_us + VOICE_US;
            if person.voicing {
                person.voice_number = person.voice_number.wrapping_add(1);
                let browser = &mut self.world.browsers[at];
                let mut payload = [7; 2 * VOICE_BYTES + 5];
                let (payload_type, len) = if person.repeating {
                    let voice = [7; VOICE_BYTES];
                    (63, red::write((960, &voice), &voice, 111, &mut payload))
                } else {
                    (111, Ok(VOICE_BYTES))
                };
                let header = Header {
                    payload_type,
                    sequence: person.voice_number,
                    timestamp: u32::from(person.voice_number) * 960,
                    ssrc: browser.audio,
                    marker: false,
                };
                datagrams.push_back(browser.seal(header, &payload[..len.unwrap()], None));
            }
        }
        for Packed {
            layer,
            header,
            payload,
        } in person.camera.advance(self.now_us)
        {
            let browser = &mut self.world.browsers[at];
            let ssrc = Ssrc(browser.camera.0 + 2 * layer as u32);
            let rid = person
                .camera
                .is_layered()
                .then(|| SdesValue::new(&b"lmh"[layer..=layer]));
            let values = ExtensionValues {
                rid: rid.flatten(),
                ..ExtensionValues::default()
            };
            datagrams.push_back(browser.seal_with(Header { ssrc, ..header }, &payload, values));
        }
        for bytes in datagrams {
            self.up(at, bytes);
        }
    }

    /// A receiver reports and asks.
    fn answer(&mut self, at: usize) {
        let mut reports = Vec::new();
        self.people[at].receiver.advance(self.now_us, &mut reports);
        for mut bytes in reports {
            let len = bytes.len();
            bytes.resize(1_500, 0);
            let sealer = self.world.browsers[at].sealer.as_mut().unwrap();
            let len = sealer.seal_rtcp(&mut bytes, len).unwrap();
            bytes.truncate(len);
            self.up(at, bytes);
        }
    }

    /// Consent.
    fn check(&mut self, at: usize) {
        self.world.browsers[at].advance(self.world.now);
        for (_, bytes) in std::mem::take(&mut self.world.browsers[at].outgoing) {
            self.up(at, bytes);
        }
    }

    fn up(&mut self, person: usize, bytes: Vec<u8>) {
        self.fly(person, true, self.now_us + DELAY_US, bytes);
    }

    fn fly(&mut self, person: usize, to_server: bool, at_us: u64, bytes: Vec<u8>) {
        self.order += 1;
        self.flights.push(Reverse(Flight {
            at_us,
            order: self.order,
            person,
            to_server,
            bytes,
        }));
    }

    fn drain(&mut self) {
        let mut sent = Vec::new();
        loop {
            match self.world.core.poll() {
                Output::Send(outbox) => {
                    sent.extend(outbox.iter().map(|(to, bytes)| (to, bytes.to_vec())));
                }
                Output::Event(event) => self.world.events.push(event),
                Output::Block(block) => self.world.blocks.push(block),
                Output::Timeout(_) => break,
            }
        }
        for (to, bytes) in sent {
            let Some(at) = self
                .world
                .browsers
                .iter()
                .position(|browser| browser.address == to)
            else {
                continue;
            };
            let person = &mut self.people[at];
            let size = bytes.len() + UDP_BYTES;
            let arrived_us = person.down.send(size, self.now_us).next();
            person.passed.push(Passed {
                kind: kind(&bytes),
                sent_us: self.now_us,
                bytes: size,
                arrived_us,
            });
            if let Some(at_us) = arrived_us {
                self.fly(at, false, at_us, bytes);
            }
        }
    }

    /// What the server thinks that a person's link carries.
    fn estimate(&self, person: usize) -> u64 {
        let place = self.world.core.peer_ids[&PeerId(person as u64)];
        let now = self.world.core.micros(self.world.now);
        let peer = self.world.core.peers.get(place).unwrap();
        peer.downlink.estimate_bps(now).unwrap_or(0)
    }

    /// Pictures of the first slot decoded since then, and the longest time without one, in ms.
    fn pictures(&self, person: usize, since_us: u64) -> (usize, u64) {
        let decoded = &self.people[person].receiver.pictures[0].decoded;
        let mut times: Vec<_> = decoded
            .iter()
            .map(|one| one.at_us)
            .filter(|&at| at >= since_us)
            .collect();
        times.insert(0, since_us);
        times.push(self.now_us);
        let longest = times
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap();
        (times.len() - 2, longest / 1_000)
    }
}

fn kind(bytes: &[u8]) -> Kind {
    if rtcp::is_rtcp(bytes) || !(128..192).contains(&bytes[0]) {
        return Kind::Other;
    }
    let layout = Layout::parse(bytes).unwrap();
    match layout.header.payload_type {
        111 | 63 => Kind::Voice,
        97 if layout.padded => Kind::Padding,
        97 => Kind::Again,
        _ => Kind::Picture,
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_good_line_gets_the_whole_picture_within_five_seconds() {
    let mut lines = Lines::pair(1);
    lines.run(5 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    let sent: usize = lines.people[1]
        .passed
        .iter()
        .filter(|one| one.sent_us > since && one.kind == Kind::Picture)
        .map(|one| one.bytes)
        .sum();
    let decoded = &lines.people[1].receiver.pictures[0].decoded;
    let keyframes = decoded.iter().filter(|one| one.key).count();
    assert!((2..=4).contains(&keyframes), "{keyframes} while recording");
    let limits = &lines.people[0].limits;
    assert!(
        sent * 8 / 5 > 1_300_000,
        "{} bit/s, {limits:?}",
        sent * 8 / 5
    );
}

#[test]
fn below_what_a_picture_needs_the_voice_goes_on_alone_and_the_picture_comes_back() {
    let mut lines = Lines::pair(2);
    lines.run(5 * SECOND);
    lines.set_rate(1, 75_000);
    lines.run(10 * SECOND);
    let paused = |lines: &Lines, person: u8| {
        let events = lines.world.peer_events(person);
        let told = events.into_iter().rev().find_map(|event| match event {
            crate::control::Event::Slots { slots, .. } => Some(slots.clone()),
            _ => None,
        });
        told.unwrap().iter().any(|slot| slot.paused)
    };
    assert!(paused(&lines, 1) && !paused(&lines, 0));
    let since = lines.now_us;
    lines.run(10 * SECOND);
    assert_eq!(lines.pictures(1, since).0, 0);
    let voices = lines.people[1].receiver.voices.values().next().unwrap();
    let heard = voices.iter().filter(|(at, _)| *at > since).count();
    assert!(heard >= 495, "{heard} of 500");
    lines.set_rate(1, 1_000_000);
    lines.run(15 * SECOND);
    let since = lines.now_us;
    lines.run(5 * SECOND);
    assert!(!paused(&lines, 1));
    let decoded = &lines.people[1].receiver.pictures[0].decoded;
    for pair in decoded.windows(2) {
        let ahead = pair[1].sequence.wrapping_sub(pair[0].sequence);
        assert!(
            ahead > 0 && ahead < 300 && pair[1].timestamp > pair[0].timestamp,
            "{pair:?}"
        );
    }
    let (pictures, longest_ms) = lines.pictures(1, since);
    assert!(
        pictures > 80 && longest_ms < 500,
        "{pictures}, {longest_ms} ms"
    );
}
