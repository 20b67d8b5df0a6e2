//! Outages in virtual time: how soon after the network's return media flows both ways again, over the real core and a model
//! of a browser with our page (web/src/shared/peer.ts). Written out by `make outages`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use media_packet::capture::{EntryKind, entries};
use sim::Chance;

use super::SECOND;
use super::kit::World;
use crate::control::{Command, Event, PeerId};
use crate::{Input, Output};

/// Outages of one run.
const OUTAGES: u64 = 200;

const TICK: Duration = Duration::from_millis(5);

/// Chromium checks the path in use this often, and, once nothing came for as long, more often.
const CHECK: Duration = Duration::from_millis(2_500);
const CHECK_DOUBTFUL: Duration = Duration::from_millis(480);
/// Paths of a new generation are checked this often until one answers.
const CHECK_NEW: Duration = Duration::from_millis(50);
/// A path whose checks were unanswered for this long is thrown away.
const PATH_KEPT: Duration = Duration::from_secs(15);
/// The browser says `disconnected`.
const DISCONNECTED: Duration = Duration::from_secs(6);
/// peer.ts: voices that stopped, how often it looks, how often a restart is repeated.
const SILENT: Duration = Duration::from_millis(800);
const LISTEN: Duration = Duration::from_millis(200);
const RESTART_EVERY: Duration = Duration::from_secs(6);

/// What happens to the first person's network.
#[derive(Clone, Copy, Debug)]
struct Outage {
    dark: Duration,
    /// It comes back with another address.
    moves: bool,
    one_way: Duration,
    loss_percent: u32,
    /// How long the page takes for a restart.
    page: Duration,
}

impl Outage {
    fn of(seed: u64, chance: &mut Chance) -> Self {
        let ms = |ms| Duration::from_millis(ms);
        let dark = match seed % 5 {
            // A NAT that gave the port away: nothing is dark, but the old address leads nowhere.
            0 => ms(0),
            1 => ms(5_000),
            2 => ms(30_000),
            _ => ms(500 + chance.below(35_000)),
        };
        Self {
            dark,
            moves: dark.is_zero() || chance.percent(50),
            one_way: ms(5 + chance.below(95)),
            loss_percent: u32::try_from(chance.below(6)).unwrap(),
            page: ms(10 + chance.below(50)),
        }
    }
}

/// The browser and page of the person whose network goes.
struct Page {
    generation: u8,
    /// A restart that the page is at work on.
    restarting: Option<Instant>,
    restarted: Instant,
    next_check: Instant,
    next_look: Instant,
    heard: Instant,
    /// The newest generation had an answer.
    proved: bool,
    complained: bool,
}

/// One datagram under way.
type Flight = Reverse<(Instant, u64, bool, SocketAddr, Vec<u8>)>;

/// The world with a line of its own for the first person.
struct Line {
    world: World,
    outage: Outage,
    chance: Chance,
    begin: Instant,
    end: Instant,
    flights: BinaryHeap<Flight>,
    flown: u64,
}

impl Line {
    fn is_dark(&self) -> bool {
        (self.begin..self.end).contains(&self.world.now)
    }

    fn send(&mut self, to_server: bool, address: SocketAddr, bytes: Vec<u8>) {
        if self.is_dark() || self.chance.percent(self.outage.loss_percent) {
            return;
        }
        self.flown += 1;
        let at = self.world.now + self.outage.one_way;
        self.flights
            .push(Reverse((at, self.flown, to_server, address, bytes)));
    }

    /// What the core wants sent: to the first person by the line, to the other at once.
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
            if to == self.world.browsers[1].address {
                self.world.browsers[1].receive(&bytes, self.world.now);
            } else {
                self.send(false, to, bytes);
            }
        }
    }

    fn hand(&mut self, source: SocketAddr, mut bytes: Vec<u8>) {
        let bytes = &mut bytes;
        let input = Input::Datagram { source, bytes };
        self.world.core.handle(input, self.world.now);
        self.drain();
    }

    /// Lets a tick pass. True when an answer to a check came.
    fn tick(&mut self) -> bool {
        self.world.now += TICK;
        let now = self.world.now;
        self.world.core.handle(Input::Timeout, now);
        self.drain();
        let mut answered = false;
        while self
            .flights
            .peek()
            .is_some_and(|Reverse(flight)| flight.0 <= now)
        {
            let Reverse((_, _, to_server, address, bytes)) = self.flights.pop().unwrap();
            if self.is_dark() {
                continue;
            }
            if to_server {
                self.hand(address, bytes);
            } else if address == self.world.browsers[0].address {
                answered |= bytes[0] < 4;
                if bytes[0] >= 20 {
                    self.world.browsers[0].receive(&bytes, now);
                }
            }
        }
        answered
    }
}

impl Page {
    fn new(now: Instant) -> Self {
        Self {
            generation: 0,
            restarting: None,
            restarted: now,
            next_check: now,
            next_look: now,
            heard: now,
            proved: true,
            complained: false,
        }
    }

    fn restart(&mut self, page: Duration, now: Instant) {
        if self.restarting.is_none() {
            self.restarting = Some(now + page);
        }
    }

    /// What browser and page do at this moment.
    fn act(&mut self, line: &mut Line, voices: bool, answered: bool) {
        let now = line.world.now;
        if answered || voices {
            self.heard = now;
            self.complained &= !voices;
            self.proved |= answered;
        }
        let silence = now - self.heard;
        if now >= self.next_look {
            self.next_look = now + LISTEN;
            if silence > SILENT && !self.complained {
                self.complained = true;
                self.restart(line.outage.page, now);
            }
            if silence > DISCONNECTED && now - self.restarted > RESTART_EVERY {
                self.restart(line.outage.page, now);
            }
        }
        if self.restarting.is_some_and(|at| at <= now) {
            self.restarting = None;
            self.generation += 1;
            (self.restarted, self.next_check, self.proved) = (now, now, false);
        }
        if now >= self.next_check && (self.proved || now - self.restarted < PATH_KEPT) {
            let every = match (self.proved, silence > CHECK) {
                (false, _) => CHECK_NEW,
                (true, true) => CHECK_DOUBTFUL,
                (true, false) => CHECK,
            };
            self.next_check = now + every;
            let check = line.world.browsers[0].check_of(self.generation);
            let address = line.world.browsers[0].address;
            line.send(true, address, check);
        }
    }
}

/// Plays one outage; returns how long after the network's return media flowed both ways.
fn play(seed: u64) -> (Outage, Duration) {
    let mut chance = Chance::from_seed(seed);
    let outage = Outage::of(seed, &mut chance);
    let mut world = World::with_people(2, true);
    let record = Some(9);
    for peer in [PeerId(0), PeerId(1)] {
        world.command(Command::Record { peer, record });
    }
    let begin = world.now + 4 * SECOND + Duration::from_millis(chance.below(2_500));
    let end = begin + outage.dark;
    let mut page = Page::new(world.now);
    let mut line = Line {
        world,
        outage,
        chance,
        begin,
        end,
        flights: BinaryHeap::new(),
        flown: 0,
    };
    let (mut number, mut next_voice) = (0, line.world.now);
    let (mut down, mut up) = (None, None);
    while down.is_none() || up.is_none() {
        let now = line.world.now;
        assert!(now < end + 20 * SECOND, "seed {seed}: no media, {outage:?}");
        if now >= begin && outage.moves {
            line.world.browsers[0].address = SocketAddr::from(([10, 0, 9, 9], 9_000));
        }
        if now >= next_voice {
            next_voice += Duration::from_millis(20);
            number += 1;
            let voice = line.world.browsers[0].voice(number);
            let address = line.world.browsers[0].address;
            line.send(true, address, voice);
            let voice = line.world.browsers[1].voice(number);
            let address = line.world.browsers[1].address;
            line.hand(address, voice);
        }
        let before = line
            .world
            .browsers
            .iter()
            .map(|one| one.seen.len())
            .collect::<Vec<_>>();
        let answered = line.tick();
        let came = |line: &Line, at: usize| line.world.browsers[at].seen.len() > before[at];
        let (voices, others) = (came(&line, 0), came(&line, 1));
        page.act(&mut line, voices, answered);
        // What was on its way when it went dark does not count; nor does what needs no path back.
        if line.world.now > end + outage.one_way {
            down = down.or_else(|| voices.then_some(line.world.now));
            up = up.or_else(|| others.then_some(line.world.now));
        }
    }
    one_recording(seed, &line.world);
    (outage, down.max(up).unwrap() - end)
}

/// Nobody was lost, and no recording ended.
fn one_recording(seed: u64, world: &World) {
    let lost = |event: &Event| matches!(event, Event::Lost { .. });
    assert!(
        !world.events.iter().any(lost),
        "seed {seed}: a peer was given up"
    );
    let kinds = world.blocks.iter().flat_map(|block| entries(block.bytes()));
    let ends = kinds
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.kind == EntryKind::End)
        })
        .count();
    assert_eq!(ends, 0, "seed {seed}: a recording ended");
}

/// Which outages a line of the table is about.
type Kind = fn(&Outage) -> bool;

fn percentile(sorted: &[Duration], percent: usize) -> u128 {
    sorted[(sorted.len() * percent).div_ceil(100) - 1].as_millis()
}

#[test]
fn media_is_back_within_a_second_and_a_half_of_the_network() {
    let mut times: Vec<Duration> = (0..60).map(|seed| play(seed).1).collect();
    times.sort();
    let (p50, p95) = (percentile(&times, 50), percentile(&times, 95));
    assert!(p95 <= 1_500, "p50 {p50} ms, p95 {p95} ms");
}

/// `make outages`: table and picture for docs/coming-back.md.
#[test]
#[ignore = "writes a picture into docs"]
fn draw() {
    let all: Vec<(Outage, Duration)> = (0..OUTAGES).map(play).collect();
    let kinds: [(&str, Kind); 4] = [
        ("all", |_| true),
        ("new port, no outage", |one| one.dark.is_zero()),
        ("0.5 to 10 s dark", |one| {
            !one.dark.is_zero() && one.dark <= 10 * SECOND
        }),
        ("10 to 36 s dark", |one| one.dark > 10 * SECOND),
    ];
    let mut table = format!("{FIRST_LINE}\n| --- | --- | --- | --- | --- |\n");
    for (name, is) in kinds {
        let mut times: Vec<Duration> = all
            .iter()
            .filter(|(one, _)| is(one))
            .map(|(_, time)| *time)
            .collect();
        times.sort();
        let (p50, p95, most) = (
            percentile(&times, 50),
            percentile(&times, 95),
            percentile(&times, 100),
        );
        writeln!(
            table,
            "| {name} | {} | {p50} | {p95} | {most} |",
            times.len()
        )
        .unwrap();
    }
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
    std::fs::write(format!("{docs}/coming-back.svg"), histogram(&all)).unwrap();
    let page = format!("{docs}/coming-back.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(FIRST_LINE).unwrap();
    let (_old, after) = rest.split_once("\n\n").unwrap();
    std::fs::write(page, format!("{before}{table}\n{after}")).unwrap();
}

const FIRST_LINE: &str = "| outages | count | p50 ms | p95 ms | longest ms |";

/// Bars of 100 ms.
fn histogram(all: &[(Outage, Duration)]) -> String {
    const BARS: usize = 20;
    let mut counts = [0_usize; BARS];
    for (_, time) in all {
        let bar = usize::try_from(time.as_millis() / 100)
            .unwrap()
            .min(BARS - 1);
        counts[bar] += 1;
    }
    let most = counts.iter().copied().max().unwrap().max(1);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 260\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <title>Time from the network's return to media both ways, 200 seeded outages</title>\n",
    );
    for (bar, count) in counts.iter().enumerate() {
        let (x, height) = (30 + bar * 30, count * 190 / most);
        let (y, middle) = (220 - height, x + 13);
        writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"26\" height=\"{height}\" fill=\"#1d5d90\"/>"
        )
        .unwrap();
        writeln!(
            svg,
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{count}</text>",
            y - 4
        )
        .unwrap();
        if bar % 2 == 0 {
            writeln!(
                svg,
                "<text x=\"{x}\" y=\"236\" text-anchor=\"middle\">{}</text>",
                bar * 100
            )
            .unwrap();
        }
    }
    svg + "<text x=\"320\" y=\"254\" text-anchor=\"middle\">milliseconds (the last bar: 1,900 and more)</text>\n</svg>\n"
}
