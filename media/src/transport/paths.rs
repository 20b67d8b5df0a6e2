//! The addresses that one peer has proved, and which of them it is sent by.
//!
//! A check shows that its sender knows the password, not where he is: whoever overhears one can send it from elsewhere. What DTLS
//! or SRTP has authenticated shows that the peer itself sends by a path. So a nomination moves nothing by itself while the
//! chosen path is in use; it counts once such a packet came by the nominated path.
//! Invariant: the chosen path is a proved one.

use std::net::SocketAddr;

use media_packet::time::Micros;

use super::CONSENT_US;

/// Addresses that one peer may have proved at a time: its interfaces, IPv4 and IPv6, and a few NAT bindings. The one that was
/// silent for longest goes.
const PATHS_MAX: usize = 8;

/// With no media from the chosen path for so long while media comes by another one, that one is taken: browsers send by the path
/// that they chose, and say so with a check that may come a second later.
const LEFT_US: u64 = 500_000;

/// The same when reports come by the other one, and when it was nominated and nothing at all comes by the chosen one: who only
/// listens sends a report a second.
const QUIET_US: u64 = 2_000_000;

/// The same when only checks come by the other one. Browsers check the path they use every 2.5 s, so two in a row were lost.
const SILENT_US: u64 = 6_000_000;

/// What came by a path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Heard {
    /// A connectivity check that was not here before.
    Check { nominates: bool },
    /// The end of the DTLS handshake.
    Handshake,
    /// A report.
    Report,
    /// Voice or picture.
    Media,
}

/// The paths of one peer.
pub(crate) struct Paths {
    /// Oldest first.
    list: Vec<Path>,
    /// Where to send: the first one until one is nominated.
    chosen: Option<SocketAddr>,
    /// Nominated last.
    nominated: Option<SocketAddr>,
}

/// A proved address.
#[derive(Clone, Copy)]
struct Path {
    address: SocketAddr,
    /// When anything authentic came from it last.
    heard: Micros,
    /// When something came last that only the peer itself can have made.
    sealed: Option<Micros>,
}

impl Paths {
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::with_capacity(PATHS_MAX),
            chosen: None,
            nominated: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = SocketAddr> {
        self.list.iter().map(|path| path.address)
    }

    /// Where to send.
    pub(crate) fn chosen(&self) -> Option<SocketAddr> {
        self.chosen
    }

    /// When anything authentic came by a path last; none when it is no path of this peer.
    pub(crate) fn heard(&self, address: SocketAddr) -> Option<Micros> {
        Some(self.find(address)?.heard)
    }

    fn find(&self, address: SocketAddr) -> Option<&Path> {
        self.list.iter().find(|path| path.address == address)
    }

    /// An authentic check came from there. Returns the path that was given up for it.
    pub(crate) fn prove(
        &mut self,
        source: SocketAddr,
        nominates: bool,
        now: Micros,
    ) -> Option<SocketAddr> {
        let mut forgotten = None;
        if self.find(source).is_none() {
            if self.list.len() >= PATHS_MAX {
                let spare = self
                    .list
                    .iter()
                    .filter(|path| Some(path.address) != self.chosen);
                forgotten = spare.min_by_key(|path| path.heard).map(|path| path.address);
                self.list.retain(|path| Some(path.address) != forgotten);
            }
            self.list.push(Path {
                address: source,
                heard: now,
                sealed: None,
            });
        }
        self.hear(source, Heard::Check { nominates }, now);
        forgotten
    }

    /// Something authentic came by a path.
    pub(crate) fn hear(&mut self, source: SocketAddr, what: Heard, now: Micros) {
        let Some(path) = self.list.iter_mut().find(|path| path.address == source) else {
            return;
        };
        path.heard = now;
        if !matches!(what, Heard::Check { .. }) {
            path.sealed = Some(now);
        }
        if what == (Heard::Check { nominates: true }) {
            self.nominated = Some(source);
        }
        if self.chosen != Some(source) && self.is_better(source, what, now) {
            self.chosen = Some(source);
        }
    }

    /// Whether the chosen path is to be left for this one, by which something came.
    fn is_better(&self, source: SocketAddr, what: Heard, now: Micros) -> bool {
        let Some(chosen) = self.chosen.and_then(|chosen| self.find(chosen)) else {
            return true;
        };
        let nominated = self.nominated == Some(source);
        let (heard_us, sealed_us) = (
            now.since(chosen.heard),
            chosen.sealed.map_or(u64::MAX, |sealed| now.since(sealed)),
        );
        match what {
            // Before the handshake is done nobody but the peer gains by it.
            Heard::Check { nominates: true } => {
                self.list.iter().all(|path| path.sealed.is_none()) || heard_us >= QUIET_US
            }
            Heard::Check { nominates: false } => heard_us >= SILENT_US,
            Heard::Handshake => true,
            Heard::Report => nominated || sealed_us >= QUIET_US,
            Heard::Media => nominated || sealed_us >= LEFT_US,
        }
    }

    /// A path leads nowhere any more: the one heard last is taken instead.
    pub(crate) fn forget(&mut self, gone: SocketAddr) {
        self.list.retain(|path| path.address != gone);
        if self.chosen == Some(gone) {
            let last = self.list.iter().max_by_key(|path| path.heard);
            self.chosen = last.map(|path| path.address);
        }
    }

    /// Consent for the chosen path has ended: takes the path heard last instead, or none when consent has ended there too.
    pub(crate) fn fall_back(&mut self, now: Micros) {
        let last = self.list.iter().max_by_key(|path| path.heard);
        let last = last.filter(|path| now.since(path.heard) < CONSENT_US);
        self.chosen = last.map(|path| path.address);
    }
}
