//! One person's line in virtual time: real streams of the server on one side, a browser's habits on the other, two seeded links
//! between them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use media_packet::capture::Medium;
use media_packet::rtcp::ReportBlock;
use media_packet::rtp::{ExtendedSequence, ExtensionMap, Header, Ssrc};
use media_packet::time::{NtpTime, ShortDuration};
use sim::{Chance, Link, LinkSettings};

use crate::forward::{Incoming, Occupant, Slot, SlotSettings};
use crate::negotiation::Codec;
use crate::quality::*;
use crate::receive::{Source, Via};

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

/// What the person got of one stream.
#[derive(Default)]
struct Got {
    first: Option<u64>,
    highest: u64,
    count: u64,
    missing: BTreeMap<u64, (u64, u8)>,
    seen: BTreeSet<u64>,
}

impl Got {
    fn note(&mut self, number: u64, now: u64) {
        self.first.get_or_insert(number);
        if number > self.highest {
            if self.highest > 0 {
                for hole in self.highest + 1..number {
                    self.missing.insert(hole, (now, 0));
                }
            }
            self.highest = number;
            self.count += 1;
        } else if self.missing.remove(&number).is_some() {
            self.seen.insert(number);
            self.count += 1;
        }
    }

    fn lost(&self) -> u64 {
        let expected = self.first.map_or(0, |first| self.highest + 1 - first);
        expected.saturating_sub(self.count)
    }
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

    fn judge(&mut self) {
        let now = Micros(self.now);
        let heard = Micros(self.heard);
        let signalling = self.answered.map(|(_, at)| at);
        self.monitor.note_signalling(signalling, self.answered);
        if self.monitor.due().is_none_or(|due| due > now) {
            return;
        }
        if !self.monitor.has_second(now) {
            if let Some(quality) = self.monitor.glance(heard, false, now) {
                self.told.push((self.now, quality));
            }
            return;
        }
        let (up, _, voices) = self.sources[0].take_second(now);
        let (_, frozen_up_us, pictures) = self.sources[1].take_second(now);
        let has_fec = true;
        let fed_back = std::mem::take(&mut self.fed_back);
        let voice = {
            let slot = &mut self.slots[0];
            slot.delivery.take(&slot.stream, now)
        };
        let picture = {
            let slot = &mut self.slots[1];
            slot.delivery.take(&slot.stream, now)
        };
        let second = Second {
            up,
            down: voice.as_voice(&picture, fed_back, has_fec),
            frozen_up_us,
            frozen_down_us: picture.frozen_us,
            packets: voices + pictures,
            heard,
            reduced: false,
        };
        if let Some(quality) = self.monitor.judge(&second, now) {
            self.told.push((self.now, quality));
        }
        self.seconds.push((self.now, self.monitor.told));
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

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the events of the other end are another function's"
    )]
    fn at_person(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::VoiceAtPerson(number) => self.got[0].note(number, now),
            Event::PictureAtPerson(number) => self.got[1].note(number, now),
            Event::SenderReportAtPerson(sent) => self.sender_report = Some((sent, now)),
            Event::NackAtPerson(number) => {
                // Sent again as it was; no keyframe begins in what is sent again here.
                self.send_up(PICTURE_BYTES, Event::PictureAtServer(number, false, true));
            }
            Event::KeyframeAsked => self.keyframe_next = true,
            Event::Report => {
                // Chromium and Firefox: a picture is reported every second, voice alone every five; half as much more or less.
                let every = if self.life == Life::All {
                    1_000_000
                } else {
                    5_000_000
                };
                let next = every / 2 + self.chance.below(every);
                self.at(now + next, event);
                let (last_sender_report, at) = self.sender_report.unwrap_or((0, now));
                let told = Told {
                    highest: [self.got[0].highest, self.got[1].highest],
                    lost: [self.got[0].lost(), self.got[1].lost()],
                    last_sender_report,
                    delay_us: now - at,
                };
                self.send_up(120, Event::ReportAtServer(told));
            }
            Event::PersonTick => {
                self.at(now + TICK_US, event);
                self.ask_again();
                self.ticks += 1;
                if self.ticks.is_multiple_of(10) {
                    self.feed_back();
                }
            }
            _ => unreachable!("{event:?} is the server's"),
        }
    }

    /// Transport-wide feedback ten times a second; here of voice alone.
    fn feed_back(&mut self) {
        let voice = &self.got[0];
        let found = (voice.lost() + voice.count, voice.count);
        let before = std::mem::replace(&mut self.fed, found);
        let all = found.0.saturating_sub(before.0);
        let lost = all.saturating_sub(found.1.saturating_sub(before.1));
        if all > 0 {
            self.send_up(60, Event::FeedbackAtServer(lost, all));
        }
    }

    /// A browser asks again at once, then every round trip, ten times; and for a keyframe when a picture stood still.
    fn ask_again(&mut self) {
        let now = self.now;
        let mut asked = Vec::new();
        let mut given_up = false;
        self.got[1].missing.retain(|number, (since, tries)| {
            let due = *since + TICK_US + 100_000 * u64::from(*tries);
            if now >= due {
                *tries += 1;
                asked.push(*number);
            }
            given_up |= *tries > 10;
            *tries <= 10
        });
        for number in asked {
            self.send_up(60, Event::NackAtServer(number));
        }
        if given_up && now - self.pli_at > 500_000 {
            self.pli_at = now;
            self.send_up(60, Event::PliAtServer);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the events of the other end are another function's"
    )]
    #[expect(clippy::too_many_lines, reason = "one short arm an event")]
    fn at_server(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::VoiceAtServer(number) => {
                self.heard = now;
                // Hybrid Opus with redundancy.
                self.receive(0, number, &[15 << 3, 0xc0], 960, Via::Itself);
            }
            Event::PictureAtServer(number, begins, again) => {
                self.heard = now;
                let payload: &[u8] = if begins {
                    &[0x10, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]
                } else {
                    &[0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
                };
                let via = if again {
                    Via::Retransmission
                } else {
                    Via::Itself
                };
                self.receive(1, number, payload, 1_000, via);
            }
            Event::CheckAtServer => self.heard = now,
            Event::ReportAtServer(told) => {
                self.heard = now;
                for stream in 0..2 {
                    self.take_report(stream, told);
                }
            }
            Event::NackAtServer(number) => {
                self.heard = now;
                if self.slots[1]
                    .asked_again(low(number), Micros(now))
                    .is_some()
                {
                    self.slots[1].delivery.note_resent();
                    self.send_down(PICTURE_BYTES, Event::PictureAtPerson(number));
                }
            }
            Event::FeedbackAtServer(lost, all) => {
                self.heard = now;
                self.fed_back.0 += lost;
                self.fed_back.1 += all;
            }
            Event::PliAtServer => {
                self.heard = now;
                self.slots[1].delivery.note_undecodable(Micros(now));
                // The other person's keyframe comes a little later.
                self.slots[1].delivery.note_beginning(Micros(now + 100_000));
            }
            Event::ServerReport => {
                self.at(now + 1_000_000, event);
                if self.life != Life::Muted {
                    self.send_down(60, Event::SenderReportAtPerson(now));
                }
            }
            Event::ServerTick => {
                self.at(now + TICK_US, event);
                let rtt_us = self.slots[1].stream.rtt_us().unwrap_or(100_000);
                let mut asked = std::mem::take(&mut self.asked);
                asked.clear();
                self.sources[1].missing(rtt_us, &mut asked, Micros(now));
                for number in &asked {
                    let behind = low(self.spoken[1]).wrapping_sub(*number);
                    let number = self.spoken[1] - u64::from(behind);
                    self.send_down(60, Event::NackAtPerson(number));
                }
                self.asked = asked;
                if self.sources[1].take_keyframe_due(Micros(now)) {
                    self.send_down(60, Event::KeyframeAsked);
                }
            }
            _ => unreachable!("{event:?} is the person's"),
        }
    }

    fn receive(&mut self, stream: usize, number: u64, payload: &[u8], units: u64, via: Via) {
        let header = Header {
            payload_type: 96,
            sequence: low(number),
            timestamp: stamp(number, units),
            ssrc: Ssrc(1),
            marker: false,
        };
        self.sources[stream].receive(&header, payload, payload, via, Micros(self.now));
    }

    fn forward(&mut self, stream: usize, bytes: usize) {
        let number = self.sent[stream];
        self.sent[stream] += 1;
        let incoming = Incoming {
            header: Header {
                sequence: low(number),
                timestamp: stamp(number, 960),
                ..Header::default()
            },
            sequence: ExtendedSequence(number),
            begins: number == 0x1_0000,
            layer: None,
            audio_level: None,
            payload: b"x",
        };
        let now = Micros(self.now);
        if self.slots[stream].forward(&incoming, now).is_some() {
            let ours = self.slots[stream]
                .stream
                .highest()
                .map_or(0, |highest| highest.0);
            let event = if stream == 0 {
                Event::VoiceAtPerson(ours)
            } else {
                Event::PictureAtPerson(ours)
            };
            self.send_down(bytes, event);
        }
    }

    fn take_report(&mut self, stream: usize, told: Told) {
        let slot = &mut self.slots[stream];
        let block = ReportBlock {
            source: Ssrc(10),
            fraction_lost: 0,
            cumulative_lost: i32::try_from(told.lost[stream]).unwrap(),
            highest_sequence: u32::try_from(told.highest[stream] & u64::from(u32::MAX)).unwrap(),
            jitter_rtp_units: 0,
            last_sender_report: match told.last_sender_report {
                0 => 0,
                sent => wall(sent).middle(),
            },
            delay: ShortDuration::from_us(told.delay_us),
        };
        let rtt_us = slot.stream.receive_report(&block, wall(self.now));
        slot.delivery.note_report(&block, &slot.stream);
        if let Some(rtt_us) = rtt_us {
            self.monitor.note_rtt(rtt_us, Micros(self.now));
        }
    }
}
