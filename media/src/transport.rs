//! The way to and from one peer: ICE paths, DTLS, SRTP.
//!
//! Invariants: an address counts only after an authenticated check from it; DTLS is heard from such addresses alone; no
//! packet changes any state before SRTP has authenticated it; nothing is sent to an address that was not validated, or from
//! which nothing authenticated came for the time of consent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use media_packet::srtp::{Opened, Opener, Sealer};
use media_packet::time::Micros;

use crate::dtls::{Association, Progress, has_plain_alert};
use crate::ice::{ANSWER_BYTES_MAX, Check, Secret, Session};
use crate::identity::Identity;
use crate::outbox::Outbox;

/// Addresses that one peer may have proved at a time: its interfaces, IPv4 and IPv6, and a few NAT bindings. The oldest goes.
const PATHS_MAX: usize = 8;

/// Consent: with nothing authenticated for so long, sending stops (RFC 7675 §5.1); before DTLS is done the peer is given up.
pub(crate) const CONSENT_US: u64 = 30_000_000;

/// A peer of which nothing authenticated came for so long is given up: until then it may come back to the same DTLS
/// association, and to the same recording. An outage of 30 s and what browsers need to notice its end fit in.
pub(crate) const ABSENCE_US: u64 = 45_000_000;

/// After a silence of this length people need keyframes. Longer than the pause between the checks of a browser that sends
/// nothing else.
const SILENCE_US: u64 = 3_500_000;

/// With nothing authenticated from the chosen path for so long while another one is heard, that one is taken. Browsers check the
/// path they use every 2.5 s, so two checks in a row were lost.
const PATH_SILENT_US: u64 = 6_000_000;

/// The same when media comes by the other one: browsers send media by the path that they chose, and say so with a check that
/// may come a second later.
const PATH_LEFT_US: u64 = 500_000;

/// DTLS datagrams of one peer a second at the most: a handshake has about ten, repeats included; after it there are none.
const DTLS_DATAGRAMS_MAX: u32 = 60;

/// One peer's transport.
pub(crate) struct Transport {
    ice: Session,
    /// Proved addresses, oldest first.
    paths: Vec<Path>,
    /// Where to send: the nominated path, or the first one until one is nominated; the one heard last when that one fell silent.
    chosen: Option<SocketAddr>,
    dtls: Association,
    dtls_budget: (Micros, u32),
    srtp: Option<Box<Srtp>>,
    begun: Micros,
    /// When something authenticated came last.
    heard: Micros,
    /// It came after a long silence.
    returned: bool,
}

/// A proved address.
#[derive(Clone, Copy)]
struct Path {
    address: SocketAddr,
    /// When something authenticated came from it last.
    heard: Micros,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Addresses are personal data: not even debugging prints them.
        formatter
            .debug_struct("Transport")
            .field("paths", &self.paths.len())
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Srtp {
    opener: Opener,
    sealer: Sealer,
}

/// What an authenticated check changed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PathChange {
    /// Address that the peer proved now.
    pub(crate) learnt: Option<SocketAddr>,
    /// Address that was given up for it.
    pub(crate) forgotten: Option<SocketAddr>,
}

/// What a step of DTLS brought.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// Nothing new.
    None,
    /// Media can flow from now on.
    Connected,
    /// The connection is of no more use.
    Failed,
}

impl Transport {
    pub(crate) fn new(
        (config, identity): (&Arc<dimpl::Config>, &Identity),
        secret: Secret,
        offer: (&str, [u8; 32]),
        (instant, now): (Instant, Micros),
    ) -> Self {
        let (remote_ufrag, fingerprint) = offer;
        Self {
            ice: Session::new(secret, remote_ufrag),
            paths: Vec::with_capacity(PATHS_MAX),
            chosen: None,
            dtls: Association::new(config, identity, fingerprint, instant),
            dtls_budget: (now, 0),
            srtp: None,
            begun: now,
            heard: now,
            returned: false,
        }
    }

    /// DTLS is done.
    pub(crate) fn is_connected(&self) -> bool {
        self.srtp.is_some()
    }

    /// All proved addresses.
    pub(crate) fn paths(&self) -> impl Iterator<Item = SocketAddr> {
        self.paths.iter().map(|path| path.address)
    }

    /// When something authenticated came last.
    pub(crate) fn heard(&self) -> Micros {
        self.heard
    }

    /// When [`Transport::fall_back`] is due: consent ends for the chosen path, or the peer is to be given up. Before DTLS is done
    /// nothing prolongs it, so that nobody keeps a half-open connection.
    pub(crate) fn consent_until(&self) -> Micros {
        if !self.is_connected() {
            return self.begun.plus(CONSENT_US);
        }
        match self.chosen_heard() {
            Some(heard) => heard.plus(CONSENT_US),
            None => self.heard.plus(ABSENCE_US),
        }
    }

    fn chosen_heard(&self) -> Option<Micros> {
        let chosen = self.chosen?;
        let path = self.paths.iter().find(|path| path.address == chosen)?;
        Some(path.heard)
    }

    /// Something authenticated came from there; the chosen path is left for it when that has been silent for so long.
    fn hear(&mut self, source: SocketAddr, silent_us: u64, now: Micros) {
        self.returned |= self.is_connected() && now.since(self.heard) >= SILENCE_US;
        self.heard = now;
        if let Some(path) = self.paths.iter_mut().find(|path| path.address == source) {
            path.heard = now;
            let is_silent = |heard: Micros| now.since(heard) >= silent_us;
            if self.chosen_heard().is_none_or(is_silent) {
                self.chosen = Some(source);
            }
        }
    }

    /// Consent for the chosen path has ended: takes the path heard last instead, or none when consent has ended there too.
    /// False when the peer is to be given up.
    pub(crate) fn fall_back(&mut self, now: Micros) -> bool {
        let last = self.paths.iter().max_by_key(|path| path.heard);
        let last = last.filter(|path| now.since(path.heard) < CONSENT_US);
        self.chosen = last.map(|path| path.address);
        self.is_connected() && now.since(self.heard) < ABSENCE_US
    }

    /// Whether the peer was silent for long until now; asked once.
    pub(crate) fn take_return(&mut self) -> bool {
        std::mem::take(&mut self.returned)
    }

    /// When [`Transport::advance`] is due.
    pub(crate) fn dtls_deadline(&self) -> Option<Instant> {
        self.dtls.deadline()
    }

    /// Answers a connectivity check that came by the path `source`, telling the peer the address that it is `seen_as`; `None`
    /// when it is not this peer's.
    pub(crate) fn check(
        &mut self,
        check: Check<'_>,
        (source, seen_as): (SocketAddr, SocketAddr),
        request_bytes: usize,
        outbox: &mut Outbox,
        now: Micros,
    ) -> Option<PathChange> {
        let mut reply = [0; ANSWER_BYTES_MAX];
        let answer = check.answer(&mut self.ice, seen_as, &mut reply)?;
        // Nobody's answer may be longer than what was asked: otherwise a forged source address makes us an amplifier.
        if answer.len <= request_bytes {
            outbox.push(source, reply.get(..answer.len)?);
        }
        let mut change = PathChange::default();
        if !self.paths().any(|path| path == source) {
            if self.paths.len() >= PATHS_MAX {
                let spare = self
                    .paths
                    .iter()
                    .position(|path| self.chosen != Some(path.address));
                change.forgotten = spare.map(|spare| self.paths.remove(spare).address);
            }
            let heard = now;
            self.paths.push(Path {
                address: source,
                heard,
            });
            change.learnt = Some(source);
        }
        self.hear(source, PATH_SILENT_US, now);
        if answer.nominates || self.chosen.is_none() {
            self.chosen = Some(source);
        }
        Some(change)
    }

    /// A path leads nowhere any more: the one heard last is taken instead.
    pub(crate) fn forget(&mut self, gone: SocketAddr) {
        self.paths.retain(|path| path.address != gone);
        if self.chosen == Some(gone) {
            let last = self.paths.iter().max_by_key(|path| path.heard);
            self.chosen = last.map(|path| path.address);
        }
    }

    /// DTLS has begun, or is done: going on costs little.
    pub(crate) fn is_shaking_hands(&self) -> bool {
        self.dtls.has_begun()
    }

    /// Takes in a DTLS datagram from one of the proved addresses; `None` when there are too many of them, or when it says
    /// that the handshake is over and anybody may have written it.
    pub(crate) fn receive_dtls(
        &mut self,
        bytes: &[u8],
        source: SocketAddr,
        outbox: &mut Outbox,
        (instant, now): (Instant, Micros),
    ) -> Option<Step> {
        let (since, count) = &mut self.dtls_budget;
        if now.since(*since) > 1_000_000 {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        if *count > DTLS_DATAGRAMS_MAX || has_plain_alert(bytes) {
            return None;
        }
        let to = self.chosen.unwrap_or(source);
        let progress = self.dtls.receive(bytes, instant, |datagram| {
            outbox.push(to, datagram);
        });
        Some(self.progress(progress))
    }

    /// The clock went on.
    pub(crate) fn advance(&mut self, outbox: &mut Outbox, instant: Instant) -> Step {
        let to = self.chosen;
        let progress = self.dtls.advance(instant, |datagram| {
            if let Some(to) = to {
                outbox.push(to, datagram);
            }
        });
        self.progress(progress)
    }

    fn progress(&mut self, progress: Progress) -> Step {
        match progress {
            Progress::Pending => Step::None,
            Progress::Failed(failure) => {
                tracing::debug!(?failure, "DTLS is over");
                Step::Failed
            }
            // RFC 5764 has one handshake per connection: keys of a second would mean sealing the same numbers again.
            Progress::Keys(_) if self.srtp.is_some() => Step::Failed,
            Progress::Keys(keys) => match (Opener::new(&keys.inbound), Sealer::new(&keys.outbound))
            {
                (Ok(opener), Ok(sealer)) => {
                    self.srtp = Some(Box::new(Srtp { opener, sealer }));
                    Step::Connected
                }
                (Err(_), _) | (_, Err(_)) => Step::Failed,
            },
        }
    }

    /// Opens an RTP packet in place.
    pub(crate) fn open_rtp(
        &mut self,
        bytes: &mut [u8],
        source: SocketAddr,
        now: Micros,
    ) -> Option<Opened> {
        let opened = self.srtp.as_mut()?.opener.open_rtp(bytes).ok()?;
        self.hear(source, PATH_LEFT_US, now);
        Some(opened)
    }

    /// Opens a compound RTCP packet in place; returns its length.
    pub(crate) fn open_rtcp(
        &mut self,
        bytes: &mut [u8],
        source: SocketAddr,
        now: Micros,
    ) -> Option<usize> {
        let len = self.srtp.as_mut()?.opener.open_rtcp(bytes).ok()?;
        self.hear(source, PATH_SILENT_US, now);
        Some(len)
    }

    /// Seals an RTP packet whose header `header` writes, with a payload that may be shared, and puts it into the outbox.
    pub(crate) fn send_rtp(
        &mut self,
        payload: &[u8],
        outbox: &mut Outbox,
        header: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> bool {
        let (Some(to), Some(srtp)) = (self.chosen, self.srtp.as_mut()) else {
            return false;
        };
        outbox.push_with(to, |out| {
            let header_len = header(out)?;
            srtp.sealer.seal_rtp_from(payload, out, header_len).ok()
        })
    }

    /// Seals the RTP packet that `write` writes whole, and puts it into the outbox.
    pub(crate) fn send_written(
        &mut self,
        outbox: &mut Outbox,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> bool {
        let (Some(to), Some(srtp)) = (self.chosen, self.srtp.as_mut()) else {
            return false;
        };
        outbox.push_with(to, |out| {
            let len = write(out)?;
            srtp.sealer.seal_rtp(out, len).ok()
        })
    }

    /// Seals the compound RTCP packet that `write` writes, and puts it into the outbox.
    pub(crate) fn send_rtcp(
        &mut self,
        outbox: &mut Outbox,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> bool {
        let (Some(to), Some(srtp)) = (self.chosen, self.srtp.as_mut()) else {
            return false;
        };
        outbox.push_with(to, |out| {
            let len = write(out).filter(|&len| len > 0)?;
            srtp.sealer.seal_rtcp(out, len).ok()
        })
    }
}
