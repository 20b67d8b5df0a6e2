//! One person's line in virtual time: real streams of the server on one side, a browser's habits on the other, two seeded links
//! between them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use media_packet::capture::Medium;
use media_packet::rtp::{ExtensionMap, Ssrc};
use media_packet::time::NtpTime;
use sim::{Chance, Link, LinkSettings};

use crate::forward::{Occupant, Slot, SlotSettings};
use crate::negotiation::Codec;
use crate::quality::*;
use crate::receive::Source;

mod person;
mod server;

use person::Got;

/// What the person has switched on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Life {
    /// Voice and picture, both ways.
    All,
    /// Voice alone.
    Voice,
    /// Nothing: reports, checks and signalling only.
    Muted,
}

/// How the line behaves, each way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) loss_percent: u32,
    pub(super) delay_ms: u64,
    pub(super) rate_bps: Option<u64>,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            loss_percent: 0,
            delay_ms: 10,
            rate_bps: None,
        }
    }
}

impl Line {
    fn settings(self) -> LinkSettings {
        LinkSettings {
            delay_us: self.delay_ms * 1_000,
            jitter_us: 4_000,
            loss_ppm: self.loss_percent * 10_000,
            rate_bps: self.rate_bps,
            queue_us: 300_000,
            ..LinkSettings::default()
        }
    }
}

/// Bytes of a packet on the wire: 32 kbit/s of voice; pictures of 720 kbit/s.
const VOICE_BYTES: usize = 130;
const PICTURE_BYTES: usize = 1_000;
/// Packets of one picture, and time between two.
const PICTURE_PACKETS: u64 = 6;
const PICTURE_EVERY_US: u64 = 66_000;
const VOICE_EVERY_US: u64 = 20_000;
const TICK_US: u64 = 10_000;
const CHECK_EVERY_US: u64 = 2_500_000;
/// First wait of TCP before it sends again, beside the round trip.
const TCP_RETRY_US: u64 = 200_000;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    // What happens at the person's.
    Speak,
    Film,
    Check,
    Report,
    NackAtPerson(u64),
    KeyframeAsked,
    SenderReportAtPerson(u64),
    VoiceAtPerson(u64),
    PictureAtPerson(u64),
    PingAtPerson(u64),
    PersonTick,
    // What happens at the server's.
    ServerTick,
    ServerSpeak,
    ServerFilm,
    ServerReport,
    Ping,
    VoiceAtServer(u64),
    PictureAtServer(u64, bool, bool),
    CheckAtServer,
    ReportAtServer(Told),
    NackAtServer(u64),
    FeedbackAtServer(u64, u64),
    PliAtServer,
    PongAtServer(u64),
    TcpRetry(bool, Tcp, u64),
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Tcp {
    Ping(u64),
    Pong(u64),
}

/// A receiver report, for both streams.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Told {
    highest: [u64; 2],
    lost: [u64; 2],
    last_sender_report: u64,
    delay_us: u64,
}

struct Call {
    life: Life,
    now: u64,
    queue: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    chance: Chance,
    up: Link,
    down: Link,
    // The server's side.
    sources: [Source; 2],
    slots: [Slot; 2],
    monitor: Monitor,
    /// The pulse of the signalling socket.
    answered: Option<(Duration, Micros)>,
    heard: u64,
    sent: [u64; 2],
    asked: Vec<u16>,
    /// Lost, and all, of which feedback told.
    fed_back: (u64, u64),
    told: Vec<(u64, Quality)>,
    seconds: Vec<(u64, Quality)>,
    // The person's side.
    spoken: [u64; 2],
    keyframe_next: bool,
    got: [Got; 2],
    sender_report: Option<(u64, u64)>,
    ticks: u64,
    /// Voice expected and got, as of the last feedback.
    fed: (u64, u64),
    pli_at: u64,
}

/// Plays a line that changes at these seconds; what was told, and when, in microseconds.
pub(super) fn play(
    seed: u64,
    life: Life,
    changes: &[(u64, Line)],
    seconds: u64,
) -> Vec<(u64, Quality)> {
    run(seed, life, changes, seconds).told
}

/// As [`play`], with what every second was like.
pub(super) fn play_whole(
    seed: u64,
    life: Life,
    changes: &[(u64, Line)],
    seconds: u64,
) -> Vec<(u64, Quality)> {
    run(seed, life, changes, seconds).seconds
}

fn run(seed: u64, life: Life, changes: &[(u64, Line)], seconds: u64) -> Call {
    let mut call = Call::new(seed, life);
    // Changes fall anywhere within a second, not on the judge's own beat: the caller's seconds are kept, the call begins at
    // another fraction of one.
    for (number, (from, line)) in changes.iter().enumerate() {
        let until = changes.get(number + 1).map_or(seconds, |next| next.0);
        call.up.set(line.settings());
        call.down.set(line.settings());
        debug_assert!(call.now <= from * 1_000_000);
        call.run_until(until * 1_000_000);
    }
    call
}

fn source(medium: Medium) -> Source {
    let clock_rate = if medium == Medium::Audio {
        48_000
    } else {
        90_000
    };
    let codec = Codec {
        payload_type: 96,
        rtx_payload_type: Some(97),
        red_payload_type: None,
        clock_rate,
    };
    Source::new(
        medium,
        codec,
        "0".to_owned(),
        (Some(Ssrc(1)), Some(Ssrc(2))),
    )
}

fn slot(medium: Medium) -> Slot {
    let codec = source(medium).codec;
    let mut slot = Slot::new(SlotSettings {
        mid: "1".to_owned(),
        medium,
        place: 0,
        codec,
        extensions: ExtensionMap::default(),
        sources: (Ssrc(10), Ssrc(11)),
    });
    slot.occupy(Some(Occupant {
        peer: 1,
        participant: 2,
    }));
    slot
}

fn low(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap()
}

fn stamp(number: u64, units: u64) -> u32 {
    u32::try_from(number.wrapping_mul(units) & u64::from(u32::MAX)).unwrap()
}

fn wall(us: u64) -> NtpTime {
    NtpTime::from_unix_us(us)
}

impl Call {
    fn new(seed: u64, life: Life) -> Self {
        let mut chance = Chance::from_seed(seed);
        let mut call = Self {
            life,
            now: 0,
            queue: BinaryHeap::new(),
            order: 0,
            up: Link::new(LinkSettings::default(), seed ^ 0x5555),
            down: Link::new(LinkSettings::default(), seed ^ 0xaaaa),
            sources: [source(Medium::Audio), source(Medium::Camera)],
            slots: [slot(Medium::Audio), slot(Medium::Camera)],
            monitor: Monitor::default(),
            answered: None,
            heard: 0,
            sent: [0x1_0000; 2],
            asked: Vec::new(),
            fed_back: (0, 0),
            ticks: 0,
            fed: (0, 0),
            told: Vec::new(),
            seconds: Vec::new(),
            spoken: [0; 2],
            keyframe_next: true,
            got: [Got::default(), Got::default()],
            sender_report: None,
            pli_at: 0,
            chance: Chance::from_seed(seed.wrapping_add(77)),
        };
        // Everything has a beat of its own.
        for (event, every) in [
            (Event::Speak, VOICE_EVERY_US),
            (Event::ServerSpeak, VOICE_EVERY_US),
            (Event::Film, PICTURE_EVERY_US),
            (Event::ServerFilm, PICTURE_EVERY_US),
            (Event::Check, CHECK_EVERY_US),
            (Event::Report, 1_000_000),
            (Event::ServerReport, 1_000_000),
            (Event::Ping, 1_000_000),
            (Event::PersonTick, TICK_US),
            (Event::ServerTick, TICK_US),
        ] {
            call.at(chance.below(every), event);
        }
        let begin = chance.below(1_000_000);
        call.monitor.begin(Micros(begin));
        call
    }

    fn at(&mut self, time: u64, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((time, self.order, event)));
    }

    fn send_up(&mut self, bytes: usize, event: Event) {
        for time in self.up.send(bytes, self.now).collect::<Vec<_>>() {
            self.at(time, event);
        }
    }

    fn send_down(&mut self, bytes: usize, event: Event) {
        for time in self.down.send(bytes, self.now).collect::<Vec<_>>() {
            self.at(time, event);
        }
    }

    /// TCP: what is lost is sent again, later and later.
    fn send_tcp(&mut self, up: bool, what: Tcp, wait_us: u64) {
        let event = match what {
            Tcp::Ping(sent) => Event::PingAtPerson(sent),
            Tcp::Pong(sent) => Event::PongAtServer(sent),
        };
        let link = if up { &mut self.up } else { &mut self.down };
        match link.send(60, self.now).next() {
            Some(time) => self.at(time, event),
            None => self.at(self.now + wait_us, Event::TcpRetry(up, what, wait_us * 2)),
        }
    }

    fn run_until(&mut self, end: u64) {
        while let Some(&Reverse((time, _, _))) = self.queue.peek() {
            let due = self.monitor.due().map_or(u64::MAX, |due| due.0);
            if due.min(time) >= end {
                break;
            }
            if due <= time {
                self.now = self.now.max(due);
                self.judge();
                continue;
            }
            let Some(Reverse((time, _, event))) = self.queue.pop() else {
                break;
            };
            self.now = time;
            self.happen(event);
        }
        self.now = end;
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Speak => {
                self.at(now + VOICE_EVERY_US, event);
                if self.life != Life::Muted {
                    self.spoken[0] += 1;
                    self.send_up(VOICE_BYTES, Event::VoiceAtServer(self.spoken[0]));
                }
            }
            Event::Film => {
                self.at(now + PICTURE_EVERY_US, event);
                if self.life == Life::All {
                    let key = std::mem::take(&mut self.keyframe_next);
                    for part in 0..PICTURE_PACKETS {
                        self.spoken[1] += 1;
                        let begins = key && part == 0;
                        self.send_up(
                            PICTURE_BYTES,
                            Event::PictureAtServer(self.spoken[1], begins, false),
                        );
                    }
                }
            }
            Event::Check => {
                self.at(now + CHECK_EVERY_US, event);
                self.send_up(100, Event::CheckAtServer);
            }
            Event::Ping => {
                self.at(now + 1_000_000, event);
                self.send_tcp(false, Tcp::Ping(now), TCP_RETRY_US);
            }
            Event::TcpRetry(up, what, wait_us) => self.send_tcp(up, what, wait_us),
            Event::PingAtPerson(sent) => self.send_tcp(true, Tcp::Pong(sent), TCP_RETRY_US),
            Event::PongAtServer(sent) => {
                self.answered = Some((Duration::from_micros(now - sent), Micros(now)));
            }
            Event::ServerSpeak => {
                self.at(now + VOICE_EVERY_US, event);
                if self.life != Life::Muted {
                    self.forward(0, VOICE_BYTES);
                }
            }
            Event::ServerFilm => {
                self.at(now + PICTURE_EVERY_US, event);
                if self.life == Life::All {
                    (0..PICTURE_PACKETS).for_each(|_| self.forward(1, PICTURE_BYTES));
                }
            }
            Event::Report
            | Event::NackAtPerson(_)
            | Event::KeyframeAsked
            | Event::SenderReportAtPerson(_)
            | Event::VoiceAtPerson(_)
            | Event::PictureAtPerson(_)
            | Event::PersonTick => self.at_person(event),
            Event::ServerTick
            | Event::ServerReport
            | Event::VoiceAtServer(_)
            | Event::PictureAtServer(..)
            | Event::CheckAtServer
            | Event::ReportAtServer(_)
            | Event::NackAtServer(_)
            | Event::FeedbackAtServer(..)
            | Event::PliAtServer => self.at_server(event),
        }
    }
}
