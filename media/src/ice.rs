//! The lite side of ICE (RFC 8445 §2.5): answers authenticated connectivity checks, makes none of its own.
//!
//! STUN messages are read, verified and written by the crate `is`; its agent is not used, since the agent remembers every
//! source address for ever and wants to be polled, while a lite answerer needs neither. Which peer a check is for, and what
//! its address may then do, is left to [`crate::demux`] and [`crate::peer`].
//! Invariant: nothing is answered that is not authenticated, and no answer is longer than its request.

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use is::stun::StunMessage;

/// Bytes of our answer at the most: header 20, mapped address 24 (IPv6), integrity 24, fingerprint 8, or a role conflict.
pub(crate) const ANSWER_BYTES_MAX: usize = 128;

/// User name fragment and password of the server towards one peer (RFC 8445 §5.3).
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) password: String,
}

impl Credentials {
    /// Fragment: worker, place of the peer in the worker's list, 32 derived bits. Password: 128 derived bits.
    pub(crate) fn new(worker: u8, index: u32, derived: &[u8; 32]) -> Self {
        let hexadecimal = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let (for_ufrag, rest) = derived.split_at(4);
        let (for_password, _unused) = rest.split_at(16);
        let ufrag = format!("{worker:02x}{index:08x}{}", hexadecimal(for_ufrag));
        Self {
            ufrag,
            password: hexadecimal(for_password),
        }
    }
}

/// The peer's place in the list of its worker, as its fragment says it.
pub(crate) fn peer_index(ufrag: &str) -> Option<u32> {
    u32::from_str_radix(ufrag.get(2..10)?, 16).ok()
}

/// A connectivity check whose form is right; nothing is authenticated yet.
pub(crate) struct Check<'a>(StunMessage<'a>);

impl<'a> Check<'a> {
    /// Reads a binding request.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let message = StunMessage::parse(bytes).ok()?;
        message.is_binding_request().then_some(Self(message))
    }

    /// The fragment of the one who is asked: ours.
    pub(crate) fn local_ufrag(&self) -> Option<&str> {
        self.0.split_username().map(|(local, _remote)| local)
    }

    /// Authenticates the check and writes the answer; `None` when it is not from the peer that has these credentials.
    pub(crate) fn answer(
        self,
        credentials: &Credentials,
        remote_ufrag: &str,
        source: SocketAddr,
        out: &mut [u8],
    ) -> Option<Answer> {
        let (local, remote) = self.0.split_username()?;
        let ours = local == credentials.ufrag && remote == remote_ufrag;
        let password = credentials.password.as_bytes();
        if !ours || !self.0.verify(password, hmac_sha1) {
            return None;
        }
        // RFC 8445 §7.3.1.1: a lite agent is always controlled, so a peer that says it is too must switch.
        let conflict = self.0.ice_controlled().is_some();
        let reply = if conflict {
            StunMessage::binding_role_conflict_reply(self.0.trans_id())
        } else {
            StunMessage::binding_reply(self.0.trans_id(), source)
        };
        let len = reply.to_bytes(Some(password), out, hmac_sha1).ok()?;
        Some(Answer {
            len,
            nominates: self.0.use_candidate() && !conflict,
        })
    }
}

/// What came of an authenticated check.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    /// Bytes of the answer.
    pub(crate) len: usize,
    /// The peer chose this path to send and be sent on.
    pub(crate) nominates: bool,
}

fn hmac_sha1(key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let mut context = hmac::Context::with_key(&key);
    for payload in payloads {
        context.update(payload);
    }
    let mut tag = [0; 20];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

#[cfg(test)]
mod tests {
    use is::stun::TransId;

    use super::*;

    fn request(username: &str, password: &str, controlling: bool) -> Vec<u8> {
        let mut bytes = vec![0; 200];
        let message =
            StunMessage::binding_request(username, TransId::new(), controlling, 7, 1, true);
        let len = message
            .to_bytes(Some(password.as_bytes()), &mut bytes, hmac_sha1)
            .unwrap();
        bytes.truncate(len);
        bytes
    }

    fn check(username: &str, password: &str, controlling: bool) -> Option<(Answer, usize)> {
        let ours = Credentials {
            ufrag: "0100000007abcdef01".to_owned(),
            password: "secret".to_owned(),
        };
        let bytes = request(username, password, controlling);
        let source = SocketAddr::from(([10, 0, 0, 1], 5_000));
        let mut out = [0; ANSWER_BYTES_MAX];
        let answer = Check::parse(&bytes)?.answer(&ours, "them", source, &mut out)?;
        let reply = StunMessage::parse(&out[..answer.len]).unwrap();
        if controlling {
            assert!(reply.verify(b"secret", hmac_sha1));
            assert_eq!(reply.mapped_address(), Some(source));
        }
        Some((answer, bytes.len()))
    }

    #[test]
    fn an_authenticated_check_is_answered_with_no_more_bytes_than_it_had() {
        let (answer, asked) = check("0100000007abcdef01:them", "secret", true).unwrap();
        assert!(answer.nominates && answer.len <= asked);
    }

    #[test]
    fn a_wrong_password_or_name_gets_no_answer() {
        assert_eq!(check("0100000007abcdef01:them", "guess", true), None);
        assert_eq!(check("0100000007abcdef01:other", "secret", true), None);
        assert_eq!(check("0100000007abcdef02:them", "secret", true), None);
    }

    #[test]
    fn a_peer_that_claims_our_role_is_told_of_the_conflict() {
        let (answer, asked) = check("0100000007abcdef01:them", "secret", false).unwrap();
        assert!(!answer.nominates && answer.len <= asked);
    }

    #[test]
    fn the_fragment_tells_the_peers_place() {
        let credentials = Credentials::new(3, 0x1_0002, &[0xab; 32]);
        assert_eq!(credentials.ufrag, "0300010002abababab");
        assert_eq!(credentials.password.len(), 32);
        assert_eq!(peer_index(&credentials.ufrag), Some(0x1_0002));
        assert_eq!(peer_index("short"), None);
    }
}
