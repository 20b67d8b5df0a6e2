//! Messages of a relay's client, read and answered (RFC 8489, RFC 8656). Pure.
//!
//! Invariants: reading allocates nothing but a short list of unknown attributes; every count is bounded.

use std::net::{IpAddr, SocketAddr};

use aws_lc_rs::hmac;
use md5::{Digest as _, Md5};

/// Peers that one request may name: we have a few addresses.
pub(crate) const PEERS_MAX: usize = 8;

/// Attributes of a message at the most; browsers write up to eight.
const ATTRIBUTES_MAX: usize = 24;

/// Unknown attributes that an error names at the most.
const UNKNOWN_MAX: usize = 8;

const HEADER_BYTES: usize = 20;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const INTEGRITY_BYTES: usize = 24;

/// Attribute numbers (RFC 8489 §18.3, RFC 8656 §18).
pub(crate) mod attribute {
    pub(crate) const USERNAME: u16 = 0x0006;
    pub(crate) const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub(crate) const ERROR_CODE: u16 = 0x0009;
    pub(crate) const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
    pub(crate) const CHANNEL_NUMBER: u16 = 0x000c;
    pub(crate) const LIFETIME: u16 = 0x000d;
    pub(crate) const XOR_PEER_ADDRESS: u16 = 0x0012;
    pub(crate) const DATA: u16 = 0x0013;
    pub(crate) const REALM: u16 = 0x0014;
    pub(crate) const NONCE: u16 = 0x0015;
    pub(crate) const XOR_RELAYED_ADDRESS: u16 = 0x0016;
    pub(crate) const REQUESTED_TRANSPORT: u16 = 0x0019;
    pub(crate) const XOR_MAPPED_ADDRESS: u16 = 0x0020;
}

/// What a client may ask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Method {
    Binding,
    Allocate,
    Refresh,
    CreatePermission,
    ChannelBind,
    /// An indication: never answered.
    Send,
}

impl Method {
    fn of(kind: u16) -> Option<Self> {
        match kind {
            0x0001 => Some(Self::Binding),
            0x0003 => Some(Self::Allocate),
            0x0004 => Some(Self::Refresh),
            0x0008 => Some(Self::CreatePermission),
            0x0009 => Some(Self::ChannelBind),
            0x0016 => Some(Self::Send),
            _ => None,
        }
    }

    pub(super) fn request(self) -> u16 {
        match self {
            Self::Binding => 0x0001,
            Self::Allocate => 0x0003,
            Self::Refresh => 0x0004,
            Self::CreatePermission => 0x0008,
            Self::ChannelBind => 0x0009,
            Self::Send => 0x0016,
        }
    }
}

/// A message whose form is right; nothing is authenticated.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    bytes: &'a [u8],
    pub(crate) method: Method,
    pub(crate) transaction: [u8; 12],
    pub(crate) username: Option<&'a str>,
    pub(crate) realm: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) lifetime_s: Option<u32>,
    pub(crate) channel: Option<u16>,
    pub(crate) transport: Option<u8>,
    pub(crate) data: Option<&'a [u8]>,
    peers: [Option<SocketAddr>; PEERS_MAX],
    /// Attributes that must be understood and are not.
    pub(crate) unknown: Vec<u16>,
    integrity_at: Option<usize>,
}

impl<'a> Message<'a> {
    /// Reads a message; none for what breaks the form.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let [k0, k1, l0, l1, c0, c1, c2, c3, transaction @ ..] = *header;
        let declared = usize::from(u16::from_be_bytes([l0, l1]));
        if [c0, c1, c2, c3] != COOKIE || declared != rest.len() {
            return None;
        }
        let mut message = Self {
            bytes,
            method: Method::of(u16::from_be_bytes([k0, k1]))?,
            transaction,
            username: None,
            realm: None,
            nonce: None,
            lifetime_s: None,
            channel: None,
            transport: None,
            data: None,
            peers: [None; PEERS_MAX],
            unknown: Vec::new(),
            integrity_at: None,
        };
        for _ in 0..ATTRIBUTES_MAX {
            if rest.is_empty() {
                return Some(message);
            }
            let at = bytes.len() - rest.len();
            let (head, after) = rest.split_first_chunk::<4>()?;
            let [k0, k1, l0, l1] = *head;
            let (kind, len) = (
                u16::from_be_bytes([k0, k1]),
                usize::from(u16::from_be_bytes([l0, l1])),
            );
            message.take(kind, after.get(..len)?, at)?;
            rest = after.get(len.next_multiple_of(4)..)?;
        }
        rest.is_empty().then_some(message)
    }

    fn take(&mut self, kind: u16, value: &'a [u8], at: usize) -> Option<()> {
        // RFC 8489 §14.5: what follows the integrity is not covered by it, and is ignored.
        if self.integrity_at.is_some() {
            return Some(());
        }
        let text = || std::str::from_utf8(value).ok();
        match kind {
            attribute::USERNAME => self.username = Some(text()?),
            attribute::REALM => self.realm = Some(text()?),
            attribute::NONCE => self.nonce = Some(text()?),
            attribute::MESSAGE_INTEGRITY => {
                (value.len() == INTEGRITY_BYTES - 4).then_some(())?;
                self.integrity_at = Some(at);
            }
            attribute::CHANNEL_NUMBER => {
                self.channel = Some(u16::from_be_bytes(*value.first_chunk()?));
            }
            attribute::LIFETIME => {
                self.lifetime_s = Some(u32::from_be_bytes(*value.first_chunk()?))
            }
            attribute::REQUESTED_TRANSPORT => self.transport = Some(*value.first()?),
            attribute::DATA => self.data = Some(value),
            attribute::XOR_PEER_ADDRESS => {
                let peer = address(value, &self.transaction)?;
                *self.peers.iter_mut().find(|place| place.is_none())? = Some(peer);
            }
            // RFC 8489 §14: below 0x8000 it must be understood.
            unknown if unknown < 0x8000 && self.unknown.len() < UNKNOWN_MAX => {
                self.unknown.push(unknown);
            }
            _ => {}
        }
        Some(())
    }

    /// The peers that it names.
    pub(crate) fn peers(&self) -> impl Iterator<Item = SocketAddr> {
        self.peers.into_iter().flatten()
    }

    /// Whether its integrity was made with this key.
    pub(crate) fn is_by(&self, key: &[u8; 16]) -> bool {
        self.integrity().is_some_and(|(covered, tag)| {
            let mut context = hmac::Context::with_key(&sha1(key));
            covered.iter().for_each(|part| context.update(part));
            aws_lc_rs::constant_time::verify_slices_are_equal(context.sign().as_ref(), tag).is_ok()
        })
    }

    /// What the integrity covers (RFC 8489 §14.5: with the length that ends with it), and the integrity.
    fn integrity(&self) -> Option<([Vec<u8>; 2], &'a [u8])> {
        let at = self.integrity_at?;
        let length = u16::try_from(at + INTEGRITY_BYTES - HEADER_BYTES).ok()?;
        let mut head = self.bytes.get(..4)?.to_vec();
        head.splice(2..4, length.to_be_bytes());
        let covered = [head, self.bytes.get(4..at)?.to_vec()];
        Some((covered, self.bytes.get(at + 4..at + INTEGRITY_BYTES)?))
    }
}

fn sha1(key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key)
}

/// RFC 8489 §9.2.2: the key of long-term credentials.
pub(crate) fn long_term_key(username: &str, realm: &str, password: &str) -> [u8; 16] {
    Md5::digest(format!("{username}:{realm}:{password}")).into()
}

/// RFC 8489 §14.2.
fn address(value: &[u8], transaction: &[u8; 12]) -> Option<SocketAddr> {
    let ([_, family, p0, p1], rest) = value.split_first_chunk::<4>()?;
    let port = u16::from_be_bytes([*p0, *p1]) ^ u16::from_be_bytes([COOKIE[0], COOKIE[1]]);
    let ip = match family {
        1 => {
            let mut octets: [u8; 4] = rest.try_into().ok()?;
            mask(&mut octets, transaction);
            IpAddr::from(octets)
        }
        2 => {
            let mut octets: [u8; 16] = rest.try_into().ok()?;
            mask(&mut octets, transaction);
            IpAddr::from(octets)
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn mask(octets: &mut [u8], transaction: &[u8; 12]) {
    for (octet, mask) in octets.iter_mut().zip(COOKIE.iter().chain(transaction)) {
        *octet ^= mask;
    }
}

/// How an answer ends a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Class {
    Success,
    Error,
}

/// A message of ours, being written.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    transaction: [u8; 12],
}

impl Writer {
    pub(crate) fn answer(to: &Message<'_>, class: Class) -> Self {
        let class = match class {
            Class::Success => 0x0100,
            Class::Error => 0x0110,
        };
        Self::new(to.method.request() | class, to.transaction)
    }

    /// A Data indication (RFC 8656 §11.6).
    pub(crate) fn data(transaction: [u8; 12], peer: SocketAddr, data: &[u8]) -> Vec<u8> {
        let mut writer = Self::new(0x0017, transaction);
        writer.address(attribute::XOR_PEER_ADDRESS, peer);
        writer.attribute(attribute::DATA, data);
        writer.finish(None)
    }

    pub(super) fn new(kind: u16, transaction: [u8; 12]) -> Self {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(COOKIE);
        bytes.extend(transaction);
        Self { bytes, transaction }
    }

    pub(crate) fn attribute(&mut self, kind: u16, value: &[u8]) {
        let len = u16::try_from(value.len()).expect("our own values are short");
        self.bytes.extend(kind.to_be_bytes());
        self.bytes.extend(len.to_be_bytes());
        self.bytes.extend(value);
        let padded = self.bytes.len().next_multiple_of(4);
        self.bytes.resize(padded, 0);
    }

    pub(crate) fn address(&mut self, kind: u16, address: SocketAddr) {
        let port = address.port() ^ u16::from_be_bytes([COOKIE[0], COOKIE[1]]);
        let [p0, p1] = port.to_be_bytes();
        let mut value = match address.ip() {
            IpAddr::V4(ip) => [&[0, 1, p0, p1][..], &ip.octets()].concat(),
            IpAddr::V6(ip) => [&[0, 2, p0, p1][..], &ip.octets()].concat(),
        };
        if let Some(octets) = value.get_mut(4..) {
            mask(octets, &self.transaction);
        }
        self.attribute(kind, &value);
    }

    pub(crate) fn error(&mut self, code: u16, reason: &str) {
        let number = |part: u16| u8::try_from(part).unwrap_or(0);
        let head = [0, 0, number(code / 100), number(code % 100)];
        self.attribute(attribute::ERROR_CODE, &[&head, reason.as_bytes()].concat());
    }

    /// The whole message, with its integrity when there is a key.
    pub(crate) fn finish(mut self, key: Option<&[u8; 16]>) -> Vec<u8> {
        if let Some(key) = key {
            self.set_length(INTEGRITY_BYTES);
            let tag = hmac::sign(&sha1(key), &self.bytes);
            self.attribute(attribute::MESSAGE_INTEGRITY, tag.as_ref());
        }
        self.set_length(0);
        self.bytes
    }

    fn set_length(&mut self, more: usize) {
        let length = self.bytes.len() - HEADER_BYTES + more;
        let length = u16::try_from(length).expect("our own messages are short");
        self.bytes.splice(2..4, length.to_be_bytes());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A request as a client writes it.
    pub(crate) fn request(
        method: Method,
        fill: impl FnOnce(&mut Writer),
        key: Option<&[u8; 16]>,
    ) -> Vec<u8> {
        let mut writer = Writer::new(method.request(), [7; 12]);
        fill(&mut writer);
        writer.finish(key)
    }

    #[test]
    fn what_is_written_is_read() {
        let peers: [SocketAddr; 2] = [
            "10.0.0.1:4000".parse().unwrap(),
            "[2001:db8::1]:9".parse().unwrap(),
        ];
        let key = long_term_key("user", "realm", "pass");
        let bytes = request(
            Method::ChannelBind,
            |writer| {
                writer.attribute(attribute::USERNAME, b"user");
                writer.attribute(attribute::CHANNEL_NUMBER, &[0x40, 1, 0, 0]);
                writer.attribute(attribute::LIFETIME, &60_u32.to_be_bytes());
                writer.attribute(0x7777, b"x");
                writer.attribute(0x8777, b"x");
                peers
                    .iter()
                    .for_each(|peer| writer.address(attribute::XOR_PEER_ADDRESS, *peer));
            },
            Some(&key),
        );
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(
            (message.method, message.username),
            (Method::ChannelBind, Some("user"))
        );
        assert_eq!(
            (message.channel, message.lifetime_s),
            (Some(0x4001), Some(60))
        );
        assert_eq!(message.peers().collect::<Vec<_>>(), peers);
        assert_eq!(message.unknown, [0x7777]);
        assert!(message.is_by(&key) && !message.is_by(&long_term_key("user", "realm", "past")));
        for at in 0..bytes.len() - INTEGRITY_BYTES {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            let taken = Message::parse(&forged).is_some_and(|message| message.is_by(&key));
            assert!(!taken, "byte {at} is not covered");
        }
    }

    /// RFC 5769 §2.4: a request with long-term authentication.
    #[test]
    fn the_standards_own_request_is_authentic() {
        let bytes: Vec<u8> = "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382af\
             e382b900000015001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e\
             6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
            .split_whitespace()
            .collect::<String>()
            .as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect();
        let message = Message::parse(&bytes).unwrap();
        let name = "\u{30de}\u{30c8}\u{30ea}\u{30c3}\u{30af}\u{30b9}";
        assert_eq!(
            (message.username, message.realm),
            (Some(name), Some("example.org"))
        );
        assert!(message.is_by(&long_term_key(name, "example.org", "TheMatrIX")));
    }

    #[test]
    fn broken_messages_are_none() {
        let good = request(
            Method::Allocate,
            |writer| writer.attribute(attribute::USERNAME, b"abc"),
            None,
        );
        assert!(Message::parse(&good).is_some());
        for len in 0..good.len() {
            assert!(Message::parse(&good[..len]).is_none(), "{len}");
        }
        let crowded = request(
            Method::Allocate,
            |writer| (0..ATTRIBUTES_MAX + 1).for_each(|_| writer.attribute(0x8001, b"")),
            None,
        );
        assert!(Message::parse(&crowded).is_none());
        let many = request(
            Method::CreatePermission,
            |writer| {
                let peer = "10.0.0.1:1".parse().unwrap();
                (0..PEERS_MAX + 1).for_each(|_| writer.address(attribute::XOR_PEER_ADDRESS, peer));
            },
            None,
        );
        assert!(Message::parse(&many).is_none());
    }
}
