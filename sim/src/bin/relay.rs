//! A bad line for real browsers: a seeded UDP relay between a page and the server's media ports on this machine.
//!
//! `relay SEED SERVER_PORT…` prints one line `SERVER_PORT PORT` for each port it stands for, then obeys lines on its input until that
//! ends: `loss=30 delay=100 jitter=20 rate=300 queue=500 dark=5` (percent, milliseconds, kbit/s, milliseconds of its queue, seconds of
//! blackout from now; what is not named is as on a good line), for both directions or, behind the word `down` or `up`, for the one
//! to the page or from it alone. `counts` prints `counts UP LOST_UP DOWN LOST_DOWN`: datagrams since they were last asked for. What
//! is lost and how late the rest comes is [`sim::Link`]'s; only the clock and the sockets are here.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sim::{Link, LinkSettings};

/// Datagrams in flight of one relay: a second of a fast line.
const IN_FLIGHT_MAX: usize = 20_000;

/// IP and UDP headers, which fill a line too.
const HEADER_BYTES: usize = 28;

/// A datagram on its way.
struct Flight {
    due: Instant,
    socket: Arc<UdpSocket>,
    to: SocketAddr,
    bytes: Vec<u8>,
}

/// Both directions. Shared by the threads that receive and the one that obeys: held for the moment of one decision, which
/// must see the settings as they are now.
struct Path {
    up: Link,
    down: Link,
    start: Instant,
    counts: Counts,
}

/// Datagrams of both directions.
#[derive(Clone, Copy, Default)]
struct Counts {
    up: Count,
    down: Count,
}

/// Datagrams of one direction.
#[derive(Clone, Copy, Default)]
struct Count {
    sent: u64,
    lost: u64,
}

#[derive(Clone)]
struct Relay {
    path: Arc<Mutex<Path>>,
    flights: SyncSender<Flight>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let seed: u64 = arguments.next().ok_or("a seed is missing")?.parse()?;
    let (flights, due) = sync_channel(IN_FLIGHT_MAX);
    thread::spawn(move || deliver(&due));
    let path = Path {
        up: Link::new(LinkSettings::default(), seed),
        down: Link::new(LinkSettings::default(), seed ^ 1),
        start: now(),
        counts: Counts::default(),
    };
    let relay = Relay {
        path: Arc::new(Mutex::new(path)),
        flights,
    };
    let mut out = std::io::stdout();
    let host = own_address();
    for port in arguments {
        let server = SocketAddr::from((host, port.parse()?));
        // Browsers that offer no loopback addresses reach it by the machine's own.
        let door = Arc::new(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?);
        writeln!(out, "{port} {}", door.local_addr()?.port())?;
        let relay = relay.clone();
        thread::spawn(move || relay.stand(&door, server));
    }
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        relay.obey(&line?)?;
    }
    Ok(())
}

/// This machine's own address: Firefox takes no answer that saw it come from loopback. Connecting a UDP socket sends nothing; the
/// address asked for is one of documentation (RFC 5737).
fn own_address() -> IpAddr {
    let own = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    own().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

impl Relay {
    fn obey(&self, line: &str) -> Result<(), Box<dyn std::error::Error>> {
        if line.trim() == "counts" {
            return self.count();
        }
        let mut settings = LinkSettings::default();
        let mut dark_s = None;
        let mut directions = ["down", "up"].into_iter();
        let only = directions.find_map(|only| Some((only, line.strip_prefix(only)?)));
        let (only, line) = only.map_or((None, line), |(only, rest)| (Some(only), rest));
        for word in line.split_whitespace() {
            let (name, value) = word.split_once('=').ok_or("name=value was expected")?;
            let value: u64 = value.parse()?;
            match name {
                "loss" => settings.loss_ppm = u32::try_from(value * 10_000)?,
                "delay" => settings.delay_us = value * 1_000,
                "jitter" => settings.jitter_us = value * 1_000,
                "rate" => settings.rate_bps = Some(value * 1_000),
                "queue" => settings.queue_us = value * 1_000,
                "dark" => dark_s = Some(value),
                _ => return Err(format!("{name}: loss, delay, jitter, rate, queue or dark").into()),
            }
        }
        let mut path = self
            .path
            .lock()
            .map_err(|_panicked| "a thread has panicked")?;
        let until_us = micros(path.start) + dark_s.unwrap_or_default() * 1_000_000;
        let good = (LinkSettings::default(), 0);
        let bad = (settings, until_us);
        let of = |direction| {
            if only.is_none_or(|only| only == direction) {
                bad
            } else {
                good
            }
        };
        let (down, up) = (of("down"), of("up"));
        path.down.set(down.0);
        path.down.cut_until(down.1);
        path.up.set(up.0);
        path.up.cut_until(up.1);
        Ok(())
    }

    fn count(&self) -> Result<(), Box<dyn std::error::Error>> {
        let Counts { up, down } = {
            let path = self.path.lock();
            let mut path = path.map_err(|_panicked| "a thread has panicked")?;
            std::mem::take(&mut path.counts)
        };
        let mut out = std::io::stdout();
        writeln!(
            out,
            "counts {} {} {} {}",
            up.sent, up.lost, down.sent, down.lost
        )?;
        out.flush()?;
        Ok(())
    }

    /// Towards the server: one socket for each address of the page, as a NAT has.
    fn stand(&self, door: &Arc<UdpSocket>, server: SocketAddr) {
        let mut ways = BTreeMap::new();
        let mut buffer = [0; 2_048];
        while let Ok((len, from)) = door.recv_from(&mut buffer) {
            let way = ways.entry(from).or_insert_with(|| self.way(door, from));
            let (Some(way), Some(bytes)) = (way.as_ref(), buffer.get(..len)) else {
                continue;
            };
            self.send(true, way, server, bytes);
        }
    }

    fn way(&self, door: &Arc<UdpSocket>, page: SocketAddr) -> Option<Arc<UdpSocket>> {
        let way = Arc::new(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?);
        let (relay, back, door) = (self.clone(), Arc::clone(&way), Arc::clone(door));
        thread::spawn(move || {
            let mut buffer = [0; 2_048];
            while let Ok(len) = back.recv(&mut buffer) {
                if let Some(bytes) = buffer.get(..len) {
                    relay.send(false, &door, page, bytes);
                }
            }
        });
        Some(way)
    }

    fn send(&self, up: bool, socket: &Arc<UdpSocket>, to: SocketAddr, bytes: &[u8]) {
        let Ok(mut path) = self.path.lock() else {
            return;
        };
        let (now_us, start) = (micros(path.start), path.start);
        let link = if up { &mut path.up } else { &mut path.down };
        let arrivals: Vec<u64> = link.send(bytes.len() + HEADER_BYTES, now_us).collect();
        let counts = &mut path.counts;
        let count = if up { &mut counts.up } else { &mut counts.down };
        count.sent += 1;
        count.lost += u64::from(arrivals.is_empty());
        for at_us in arrivals {
            let flight = Flight {
                due: start + Duration::from_micros(at_us),
                socket: Arc::clone(socket),
                to,
                bytes: bytes.to_vec(),
            };
            // What does not fit is lost, as on any line.
            drop(self.flights.try_send(flight));
        }
    }
}

/// Sends each when it is due.
fn deliver(flights: &Receiver<Flight>) {
    let mut waiting: BTreeMap<(Instant, u64), Flight> = BTreeMap::new();
    let mut number = 0;
    loop {
        let wait = waiting
            .first_key_value()
            .map_or(Duration::from_secs(3_600), |((due, _), _)| {
                due.saturating_duration_since(now())
            });
        match flights.recv_timeout(wait) {
            Ok(flight) => {
                number += 1;
                waiting.insert((flight.due, number), flight);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        while let Some(first) = waiting.first_entry() {
            if first.key().0 > now() {
                break;
            }
            let flight = first.remove();
            // A page that has gone hears nothing more.
            drop(flight.socket.send_to(&flight.bytes, flight.to));
        }
    }
}

fn micros(start: Instant) -> u64 {
    u64::try_from(now().saturating_duration_since(start).as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the relay's only clock")]
fn now() -> Instant {
    Instant::now()
}
