//! One client of the relay (TURN, RFC 8656, over TLS or TCP), as far as browsers need it. Pure: no socket, no clock.
//!
//! There is no relayed socket: what a client sends to one of our media addresses goes to its worker at once, and what the
//! worker sends back goes to the client. So nothing else can be reached, whatever is asked for; anything but our own media
//! addresses is refused (CVE-2020-26262) and told as forbidden.
//! Left to others: sockets and queues (stream.rs), how many allocations there may be (limit.rs).
//! Invariants: nothing is passed on before credentials of ours were shown; what a client makes us remember is bounded.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use media::RelayKey;

use crate::limit::Quota;

mod message;

pub(crate) use message::Writer;
use message::{Class, Message, Method, attribute, long_term_key};

/// What the relay calls itself; the same everywhere, since the key depends on it.
const REALM: &str = "ventanilla";

/// Life of an allocation without a refresh (RFC 8656 §3.2), at the most and by default.
const LIFETIME: Duration = Duration::from_secs(600);

/// Life of a permission (RFC 8656 §9) and of a channel (§12).
const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);

/// Media addresses that one client may talk to: each of our addresses of each worker would be too many to need.
const PATHS_MAX: usize = 32;

/// Failed requests of one connection before it is closed: a browser has one, to learn realm and nonce.
const FAILURES_MAX: u32 = 8;

/// UDP, the only transport that a relay has (RFC 8656 §18.7).
const UDP: u8 = 17;

/// What all clients of one relay share.
#[derive(Debug)]
pub struct Relay {
    /// The key of its credentials.
    pub key: RelayKey,
    /// Our media addresses, and the worker of each. Nothing else exists for clients.
    pub reach: HashMap<SocketAddr, u8>,
    /// Address that clients are told theirs is; nothing listens there.
    pub relayed: IpAddr,
}

impl Relay {
    fn has(&self, ip: IpAddr) -> bool {
        self.reach.keys().any(|own| own.ip() == ip)
    }
}

/// What a client's message asks of those who have sockets and queues.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Action {
    /// Write this.
    Reply(Vec<u8>),
    /// Hand this to the worker; the path is new when it was not named before.
    Forward {
        worker: u8,
        peer: SocketAddr,
        data: Vec<u8>,
    },
    /// Datagrams from this media address go by the channel from now on.
    Channel { peer: SocketAddr, number: u16 },
    /// An allocation is asked for under this name: ask [`Client::allocated`] whether there is room.
    Allocate(String),
    /// The connection is of no more use.
    Close,
}

/// One client.
#[derive(Debug)]
pub(crate) struct Client {
    relay: Arc<Relay>,
    source: SocketAddr,
    nonce: String,
    failures: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nobody yet.
    Stranger,
    /// Credentials are right; whether there is room is being asked.
    Asking {
        answer: Box<Pending>,
    },
    Allocated(Box<Allocation>),
}

#[derive(Debug)]
struct Pending {
    key: [u8; 16],
    name: String,
    granted: Vec<u8>,
    refused: Vec<u8>,
}

#[derive(Debug)]
struct Allocation {
    key: [u8; 16],
    name: String,
    until: Instant,
    permissions: HashMap<IpAddr, Instant>,
    channels: HashMap<u16, (SocketAddr, Instant)>,
    peers: Vec<SocketAddr>,
    quota: Quota,
}

/// The two clocks of one reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now {
    pub(crate) instant: Instant,
    /// Seconds since 1970 UTC, for credentials that expire.
    pub(crate) utc_s: i64,
}

impl Client {
    /// `nonce` is of this connection alone.
    pub(crate) fn new(relay: Arc<Relay>, source: SocketAddr, nonce: String) -> Self {
        Self {
            relay,
            source,
            nonce,
            failures: 0,
            state: State::Stranger,
        }
    }

    /// When the connection ends by itself; none while there is no allocation.
    pub(crate) fn until(&self) -> Option<Instant> {
        match &self.state {
            State::Allocated(allocation) => Some(allocation.until),
            State::Stranger | State::Asking { .. } => None,
        }
    }

    /// Takes in one message of the stream.
    pub(crate) fn hear(&mut self, bytes: &[u8], now: Now) -> Vec<Action> {
        match bytes.first() {
            Some(0..=3) => match Message::parse(bytes) {
                Some(message) if message.method == Method::Send => self.indication(&message, now),
                Some(message) => self.request(&message, now),
                None => vec![Action::Close],
            },
            _ => self.channel_data(bytes, now).into_iter().collect(),
        }
    }

    /// There is room for the allocation, which may send so much, or there is not.
    pub(crate) fn allocated(&mut self, quota: Option<Quota>, now: Now) -> Vec<Action> {
        match (std::mem::replace(&mut self.state, State::Stranger), quota) {
            (State::Asking { answer }, Some(quota)) => {
                let Pending {
                    key, name, granted, ..
                } = *answer;
                self.state = State::Allocated(Box::new(Allocation {
                    key,
                    name,
                    until: now.instant + LIFETIME,
                    permissions: HashMap::new(),
                    channels: HashMap::new(),
                    peers: Vec::new(),
                    quota,
                }));
                vec![Action::Reply(granted)]
            }
            (State::Asking { answer }, None) => vec![Action::Reply(answer.refused)],
            (other @ (State::Stranger | State::Allocated(_)), _) => {
                self.state = other;
                Vec::new()
            }
        }
    }

    fn request(&mut self, message: &Message<'_>, now: Now) -> Vec<Action> {
        if message.method == Method::Binding {
            let mut answer = Writer::answer(message, Class::Success);
            answer.address(attribute::XOR_MAPPED_ADDRESS, self.source);
            return vec![Action::Reply(answer.finish(None))];
        }
        let (key, name) = match self.authenticate(message, now) {
            Ok(known) => known,
            Err((code, reason)) => return self.refuse(message, (code, reason), None),
        };
        if !message.unknown.is_empty() {
            return self.refuse(message, (420, "Unknown Attribute"), Some(&key));
        }
        match (&mut self.state, message.method) {
            (State::Stranger, Method::Allocate) => self.allocate(message, key, name),
            (State::Allocated(_) | State::Asking { .. }, Method::Allocate)
            | (State::Stranger | State::Asking { .. }, _) => {
                self.refuse(message, (437, "Allocation Mismatch"), Some(&key))
            }
            (State::Allocated(allocation), Method::Refresh) => {
                let asked = message
                    .lifetime_s
                    .map_or(LIFETIME, |asked| Duration::from_secs(asked.into()));
                let lifetime = asked.min(LIFETIME);
                if lifetime.is_zero() {
                    return vec![Action::Close];
                }
                allocation.until = now.instant + lifetime;
                vec![refreshed(message, &key, lifetime)]
            }
            (State::Allocated(_), Method::CreatePermission) => self.permit(message, &key, now),
            (State::Allocated(_), Method::ChannelBind) => self.bind(message, &key, now),
            (State::Allocated(_), Method::Binding | Method::Send) => Vec::new(),
        }
    }

    /// RFC 8489 §9.2.4. The key and the name that it is for, or why not.
    fn authenticate(
        &self,
        message: &Message<'_>,
        now: Now,
    ) -> Result<([u8; 16], String), (u16, &'static str)> {
        let unauthorised = (401, "Unauthorized");
        let (Some(name), Some(realm), Some(nonce)) =
            (message.username, message.realm, message.nonce)
        else {
            return Err(unauthorised);
        };
        if realm != REALM {
            return Err(unauthorised);
        }
        if nonce != self.nonce {
            return Err((438, "Stale Nonce"));
        }
        let key = match &self.state {
            // An allocation outlives its credentials, and belongs to who made it.
            State::Allocated(allocation) if allocation.name != name => {
                return Err((441, "Wrong Credentials"));
            }
            State::Allocated(allocation) => allocation.key,
            State::Stranger | State::Asking { .. } => {
                let password = self
                    .relay
                    .key
                    .valid_password(name, now.utc_s)
                    .ok_or(unauthorised)?;
                long_term_key(name, REALM, &password)
            }
        };
        if message.is_by(&key) {
            Ok((key, name.to_owned()))
        } else {
            Err(unauthorised)
        }
    }

    fn refuse(
        &mut self,
        message: &Message<'_>,
        (code, reason): (u16, &str),
        key: Option<&[u8; 16]>,
    ) -> Vec<Action> {
        self.failures += 1;
        if self.failures > FAILURES_MAX {
            return vec![Action::Close];
        }
        let mut answer = Writer::answer(message, Class::Error);
        answer.error(code, reason);
        if matches!(code, 401 | 438) {
            answer.attribute(attribute::REALM, REALM.as_bytes());
            answer.attribute(attribute::NONCE, self.nonce.as_bytes());
        }
        if code == 420 {
            let unknown: Vec<u8> = message
                .unknown
                .iter()
                .flat_map(|kind| kind.to_be_bytes())
                .collect();
            answer.attribute(attribute::UNKNOWN_ATTRIBUTES, &unknown);
        }
        vec![Action::Reply(answer.finish(key))]
    }

    fn allocate(&mut self, message: &Message<'_>, key: [u8; 16], name: String) -> Vec<Action> {
        if message.transport != Some(UDP) {
            return self.refuse(message, (442, "Unsupported Transport Protocol"), Some(&key));
        }
        let mut answer = Writer::answer(message, Class::Success);
        // The port tells apart two candidates of one browser, no more.
        let port = 49_152 | (self.source.port() >> 2);
        answer.address(
            attribute::XOR_RELAYED_ADDRESS,
            SocketAddr::new(self.relay.relayed, port),
        );
        answer.address(attribute::XOR_MAPPED_ADDRESS, self.source);
        let seconds = u32::try_from(LIFETIME.as_secs()).unwrap_or(u32::MAX);
        answer.attribute(attribute::LIFETIME, &seconds.to_be_bytes());
        let mut refused = Writer::answer(message, Class::Error);
        refused.error(486, "Allocation Quota Reached");
        let answer = Pending {
            key,
            name: name.clone(),
            granted: answer.finish(Some(&key)),
            refused: refused.finish(Some(&key)),
        };
        self.state = State::Asking {
            answer: Box::new(answer),
        };
        vec![Action::Allocate(name)]
    }

    fn permit(&mut self, message: &Message<'_>, key: &[u8; 16], now: Now) -> Vec<Action> {
        let peers: Vec<SocketAddr> = message.peers().collect();
        if peers.is_empty() {
            return self.refuse(message, (400, "Bad Request"), Some(key));
        }
        if !peers.iter().all(|peer| self.relay.has(peer.ip())) {
            tracing::info!("a client of the relay asked for an address that is not ours");
            return self.refuse(message, (403, "Forbidden"), Some(key));
        }
        if let State::Allocated(allocation) = &mut self.state {
            let until = now.instant + PERMISSION;
            allocation
                .permissions
                .extend(peers.iter().map(|peer| (peer.ip(), until)));
        }
        vec![Action::Reply(
            Writer::answer(message, Class::Success).finish(Some(key)),
        )]
    }

    fn bind(&mut self, message: &Message<'_>, key: &[u8; 16], now: Now) -> Vec<Action> {
        let (Some(number @ 0x4000..=0x4fff), Some(peer)) =
            (message.channel, message.peers().next())
        else {
            return self.refuse(message, (400, "Bad Request"), Some(key));
        };
        if !self.relay.reach.contains_key(&peer) {
            tracing::info!("a client of the relay asked for an address that is not ours");
            return self.refuse(message, (403, "Forbidden"), Some(key));
        }
        let State::Allocated(allocation) = &mut self.state else {
            return Vec::new();
        };
        // RFC 8656 §12.2: a channel has one peer, a peer one channel.
        let mut channels = allocation.channels.iter();
        let taken = channels.any(|(other, (bound, _))| (*other == number) != (*bound == peer));
        if taken || !allocation.note(peer) {
            return self.refuse(message, (400, "Bad Request"), Some(key));
        }
        allocation
            .channels
            .insert(number, (peer, now.instant + CHANNEL));
        allocation
            .permissions
            .insert(peer.ip(), now.instant + PERMISSION);
        let answer = Writer::answer(message, Class::Success).finish(Some(key));
        vec![Action::Reply(answer), Action::Channel { peer, number }]
    }

    fn indication(&mut self, message: &Message<'_>, now: Now) -> Vec<Action> {
        let (Some(peer), Some(data), true) = (
            message.peers().next(),
            message.data,
            message.unknown.is_empty(),
        ) else {
            return Vec::new();
        };
        self.forward(peer, data, now).into_iter().collect()
    }

    fn channel_data(&mut self, bytes: &[u8], now: Now) -> Option<Action> {
        let (head, data) = bytes.split_first_chunk::<4>()?;
        let number = u16::from_be_bytes([head[0], head[1]]);
        let State::Allocated(allocation) = &self.state else {
            return Some(Action::Close);
        };
        let (peer, until) = *allocation.channels.get(&number)?;
        if until < now.instant {
            None
        } else {
            self.forward(peer, data, now)
        }
    }

    /// What a client sends to a media address of ours; anything else is dropped.
    fn forward(&mut self, peer: SocketAddr, data: &[u8], now: Now) -> Option<Action> {
        let State::Allocated(allocation) = &mut self.state else {
            return None;
        };
        let worker = *self.relay.reach.get(&peer)?;
        let permitted = allocation.permissions.get(&peer.ip())?;
        if *permitted < now.instant
            || !allocation.note(peer)
            || !allocation.quota.spend(data.len(), now.instant)
        {
            return None;
        }
        let data = data.to_vec();
        Some(Action::Forward { worker, peer, data })
    }
}

impl Allocation {
    /// Remembers a media address; false when there are too many.
    fn note(&mut self, peer: SocketAddr) -> bool {
        if self.peers.contains(&peer) {
            return true;
        }
        let room = self.peers.len() < PATHS_MAX;
        if room {
            self.peers.push(peer);
        }
        room
    }
}

fn refreshed(message: &Message<'_>, key: &[u8; 16], lifetime: Duration) -> Action {
    let mut answer = Writer::answer(message, Class::Success);
    let seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
    answer.attribute(attribute::LIFETIME, &seconds.to_be_bytes());
    Action::Reply(answer.finish(Some(key)))
}

#[cfg(any(test, fuzzing))]
#[expect(
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a fault of the target is a crash, and what is not asked for is one too"
)]
pub(crate) mod fuzz;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod tests_support;
