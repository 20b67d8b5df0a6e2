//! The way to and from one peer: ICE paths, DTLS, SRTP.
//!
//! Which of its paths a peer is sent by is decided in `transport/paths.rs`.
//! Invariants: an address counts only after an authenticated check from it; DTLS is heard from such addresses alone; no
//! packet changes any state before SRTP has authenticated it; nothing is sent to an address that was not validated, or from
//! which nothing authenticated came for the time of consent; a check that was here before changes nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use media_packet::srtp::{Opened, Opener, Sealer};
use media_packet::time::Micros;

use crate::dtls::{Association, Progress, has_plain_alert};
use crate::ice::{ANSWER_BYTES_MAX, Check, Secret, Session};
use crate::identity::Identity;
use crate::outbox::Outbox;
use crate::transport::paths::{Heard, Paths};

mod paths;

/// Consent: with nothing authenticated for so long, sending stops (RFC 7675 §5.1); before DTLS is done the peer is given up.
pub(crate) const CONSENT_US: u64 = 30_000_000;

/// A peer of which nothing authenticated came for so long is given up: until then it may come back to the same DTLS
/// association, and to the same recording. An outage of 30 s and what browsers need to notice its end fit in.
pub(crate) const ABSENCE_US: u64 = 45_000_000;

/// After a silence of this length people need keyframes. Longer than the pause between the checks of a browser that sends
/// nothing else.
const SILENCE_US: u64 = 3_500_000;

/// DTLS datagrams of one peer a second at the most: a handshake has about ten, repeats included; after it there are none.
const DTLS_DATAGRAMS_MAX: u32 = 60;

/// One peer's transport.
pub(crate) struct Transport {
    ice: Session,
    paths: Paths,
    dtls: Association,
    dtls_budget: (Micros, u32),
    srtp: Option<Box<Srtp>>,
    begun: Micros,
    /// When something authenticated came last.
    heard: Micros,
    /// It came after a long silence.
    returned: bool,
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

/// An authentic check that was answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Answered {
    source: SocketAddr,
    nominates: bool,
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
            paths: Paths::new(),
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
        self.paths.iter()
    }

    /// When something authenticated came last.
    pub(crate) fn heard(&self) -> Micros {
        self.heard
    }

    /// When something authenticated came by a path last; none when it is no path of this peer.
    pub(crate) fn heard_by(&self, path: SocketAddr) -> Option<Micros> {
        self.paths.heard(path)
    }

    /// When [`Transport::fall_back`] is due: consent ends for the chosen path, or the peer is to be given up. Before DTLS is done
    /// nothing prolongs it, so that nobody keeps a half-open connection.
    pub(crate) fn consent_until(&self) -> Micros {
        if !self.is_connected() {
            return self.begun.plus(CONSENT_US);
        }
        match { self.paths.chosen() }.and_then(|chosen| self.paths.heard(chosen)) {
            Some(heard) => heard.plus(CONSENT_US),
            None => self.heard.plus(ABSENCE_US),
        }
    }

    /// Something authenticated came.
    fn hear(&mut self, now: Micros) {
        self.returned |= self.is_connected() && now.since(self.heard) >= SILENCE_US;
        self.heard = now;
    }

    /// Consent for the chosen path has ended: takes the path heard last instead, or none when consent has ended there too.
    /// False when the peer is to be given up.
    pub(crate) fn fall_back(&mut self, now: Micros) -> bool {
        self.paths.fall_back(now);
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

    /// Answers a connectivity check that came by the path `source`, telling the peer the address that it is `seen_as`. True when
    /// the check is this peer's.
    pub(crate) fn answer(
        &mut self,
        check: Check<'_>,
        (source, seen_as): (SocketAddr, SocketAddr),
        request_bytes: usize,
        outbox: &mut Outbox,
    ) -> Option<Answered> {
        let mut reply = [0; ANSWER_BYTES_MAX];
        let answer = check.answer(&mut self.ice, seen_as, &mut reply)?;
        // Nobody's answer may be longer than what was asked: otherwise a forged source address makes us an amplifier.
        if answer.len <= request_bytes {
            outbox.push(source, reply.get(..answer.len)?);
        }
        Some(Answered {
            source,
            nominates: answer.nominates,
        })
    }

    /// The check that was answered had not been here before: the path is proved. Returns the path that was given up for it.
    pub(crate) fn prove(&mut self, answered: Answered, now: Micros) -> Option<SocketAddr> {
        self.hear(now);
        let Answered { source, nominates } = answered;
        self.paths.prove(source, nominates, now)
    }

    /// A path leads nowhere any more, or is another peer's.
    pub(crate) fn forget(&mut self, gone: SocketAddr) {
        self.paths.forget(gone);
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
        let connected = self.is_connected();
        let to = match self.paths.chosen() {
            Some(chosen) if connected => chosen,
            // By the path that it uses for the handshake, whichever it has nominated.
            Some(_) | None => source,
        };
        let progress = self.dtls.receive(bytes, instant, |datagram| {
            outbox.push(to, datagram);
        });
        let step = self.progress(progress);
        if step == Step::Connected {
            self.paths.hear(source, Heard::Handshake, now);
        }
        Some(step)
    }

    /// The clock went on.
    pub(crate) fn advance(&mut self, outbox: &mut Outbox, instant: Instant) -> Step {
        let to = self.paths.chosen();
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
        self.hear(now);
        self.paths.hear(source, Heard::Media, now);
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
        self.hear(now);
        self.paths.hear(source, Heard::Report, now);
        Some(len)
    }

    /// Seals an RTP packet whose header `header` writes, with a payload that may be shared, and puts it into the outbox.
    pub(crate) fn send_rtp(
        &mut self,
        payload: &[u8],
        outbox: &mut Outbox,
        header: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> bool {
        let (Some(to), Some(srtp)) = (self.paths.chosen(), self.srtp.as_mut()) else {
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
        let (Some(to), Some(srtp)) = (self.paths.chosen(), self.srtp.as_mut()) else {
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
        let (Some(to), Some(srtp)) = (self.paths.chosen(), self.srtp.as_mut()) else {
            return false;
        };
        outbox.push_with(to, |out| {
            let len = write(out).filter(|&len| len > 0)?;
            srtp.sealer.seal_rtcp(out, len).ok()
        })
    }
}
