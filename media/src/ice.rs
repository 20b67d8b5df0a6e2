//! The lite side of ICE (RFC 8445 §2.5): answers authenticated connectivity checks, makes none of its own.
//!
//! STUN messages are read, verified and written by the crate `is`; its agent is not used, since the agent remembers every
//! source address for ever and wants to be polled, while a lite answerer needs neither. Which peer a check is for, and what
//! its address may then do, is left to [`crate::demux`] and [`crate::peer`].
//! A restart (RFC 8445 §9) needs no signalling: the peer derives the credentials of the next generation from the key that came
//! with its answer, and the first check that proves them makes them the current ones. DTLS and SRTP go on as they are.
//! Invariants: nothing is answered that is not authenticated, and no answer is longer than its request; `is` sees no datagram
//! but of someone who knows the fragments of both sides.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::SocketAddr;

use aws_lc_rs::hmac;
use is::stun::StunMessage;

/// Bytes of our answer at the most: header 20, mapped address 24 (IPv6), integrity 24, fingerprint 8, or a role conflict.
pub(crate) const ANSWER_BYTES_MAX: usize = 128;

/// Bytes of a check at the most. Browsers' have about 120; Chromium may put a DTLS datagram into it, but keeps to 1,200 bytes
/// and the header.
const CHECK_BYTES_MAX: usize = 1_220;

/// Attributes of a check at the most: browsers write up to ten, and each costs time before anything is authenticated.
const ATTRIBUTES_MAX: usize = 24;

/// Type, length, cookie, transaction (RFC 8489 §5).
const HEADER_BYTES: usize = 20;

/// The first two bytes of a binding request.
const BINDING_REQUEST: usize = 0x0001;

/// What STUN messages have in their fifth to eighth byte.
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// The attribute of the user name (RFC 8489 §14.3).
const USERNAME: usize = 0x0006;

/// Characters of a peer's own fragment at the most (RFC 8839 §5.4).
const REMOTE_BYTES_MAX: usize = 256;

/// User name fragment and password of the server towards one peer (RFC 8445 §5.3), of one generation.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) password: String,
}

/// What all credentials towards one peer are made of. The peer is given the key with its answer, so that it can begin its ICE
/// anew (RFC 8445 §9) while it cannot reach the server: it then knows what the server would have answered.
#[derive(Clone)]
pub(crate) struct Secret {
    name: String,
    key: [u8; KEY_BYTES],
}

/// Bytes of the key: what is left of 32 derived ones after the name's.
const KEY_BYTES: usize = 28;

impl Secret {
    /// The name has the worker, the place of the peer in the worker's list, and 32 derived bits.
    pub(crate) fn new(worker: u8, index: u32, derived: &[u8; 32]) -> Self {
        let (for_name, for_key) = derived.split_at(32 - KEY_BYTES);
        let mut key = [0; KEY_BYTES];
        key.copy_from_slice(for_key);
        let name = format!("{worker:02x}{index:08x}{}", hexadecimal(for_name));
        Self { name, key }
    }

    /// Fragment: the name and the generation. Password: 128 bits of HMAC-SHA256 of the generation under the key.
    pub(crate) fn credentials(&self, generation: u8) -> Credentials {
        Credentials {
            ufrag: format!("{}{generation:02x}", self.name),
            password: self.password(generation),
        }
    }

    fn password(&self, generation: u8) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.key);
        let tag = hmac::sign(&key, &[generation]);
        hexadecimal(tag.as_ref().get(..16).unwrap_or_default())
    }

    /// The key in hexadecimal digits.
    pub(crate) fn key(&self) -> String {
        hexadecimal(&self.key)
    }

    /// The generation that a fragment of ours names.
    fn generation(&self, ufrag: &str) -> Option<u8> {
        let digits = ufrag.strip_prefix(self.name.as_str())?;
        let generation = u8::from_str_radix(digits, 16).ok()?;
        (digits == format!("{generation:02x}")).then_some(generation)
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The ICE of one peer across its restarts: the newest generation that was proved, and the one before it, whose checks may
/// still be under way.
pub(crate) struct Session {
    secret: Secret,
    generation: u8,
    newest: Sides,
    before: Option<(u8, Sides)>,
}

/// What a check of one generation must know.
struct Sides {
    /// Our password.
    password: String,
    /// The peer's fragment.
    remote: String,
}

impl Session {
    /// `remote` is the fragment that the peer's offer names.
    pub(crate) fn new(secret: Secret, remote: &str) -> Self {
        let newest = Sides {
            password: secret.password(0),
            remote: remote.to_owned(),
        };
        Self {
            secret,
            generation: 0,
            newest,
            before: None,
        }
    }

    /// The password that a check must know that names these fragments; a generation that was not proved yet may come with any fragment of
    /// the peer's, since only who has the key knows its password.
    fn password(&self, generation: u8, remote: &str) -> Option<Cow<'_, str>> {
        let known = match generation.cmp(&self.generation) {
            Ordering::Greater if remote.len() > REMOTE_BYTES_MAX => return None,
            Ordering::Greater => return Some(Cow::Owned(self.secret.password(generation))),
            Ordering::Equal => &self.newest,
            Ordering::Less => {
                let (before, sides) = self.before.as_ref()?;
                (*before == generation).then_some(sides)?
            }
        };
        (known.remote == remote).then_some(Cow::Borrowed(&known.password))
    }

    /// A check of this generation was authentic.
    fn prove(&mut self, generation: u8, remote: &str) {
        if generation > self.generation {
            let newest = Sides {
                password: self.secret.password(generation),
                remote: remote.to_owned(),
            };
            let before = std::mem::replace(&mut self.newest, newest);
            self.before = Some((self.generation, before));
            self.generation = generation;
        }
    }
}

/// The peer's place in the list of its worker, as its fragment says it.
pub(crate) fn peer_index(ufrag: &str) -> Option<u32> {
    u32::from_str_radix(ufrag.get(2..10)?, 16).ok()
}

/// Fragment and password of a generation, from the fragment of the first answer and the key that came with it; none when they
/// are not of our making. For signalling, which answers for programs that cannot derive them.
#[must_use]
pub fn restart_credentials(ufrag: &str, key: &str, generation: u8) -> Option<(String, String)> {
    let name = ufrag.strip_suffix("00")?.to_owned();
    let mut bytes = [0; KEY_BYTES];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(key.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    let Credentials { ufrag, password } = Secret { name, key: bytes }.credentials(generation);
    Some((ufrag, password))
}

/// The worker that a connectivity check is for, as its user name says; nothing is authenticated. None for any other bytes.
#[must_use]
pub fn worker_of(datagram: &[u8]) -> Option<u8> {
    let check = Check::parse(datagram)?;
    u8::from_str_radix(check.local.get(..2)?, 16).ok()
}

/// A binding request whose form is right and that says whom it is for; nothing is authenticated yet, and the crate `is` has not
/// seen it.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    bytes: &'a [u8],
    local: &'a str,
    remote: &'a str,
}

impl<'a> Check<'a> {
    /// Reads the form of a binding request (RFC 8489 §5, §14) and its user name, and nothing else.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() > CHECK_BYTES_MAX {
            return None;
        }
        let (header, mut rest) = bytes.split_at_checked(HEADER_BYTES)?;
        let (kind, declared) = (number(header, 0)?, number(header, 2)?);
        let is_request = kind == BINDING_REQUEST && header.get(4..8)? == MAGIC_COOKIE;
        if !is_request || declared != rest.len() {
            return None;
        }
        let mut name = None;
        let mut count = 0;
        while !rest.is_empty() {
            count += 1;
            if count > ATTRIBUTES_MAX {
                return None;
            }
            let (kind, len) = (number(rest, 0)?, number(rest, 2)?);
            let value = rest.get(4..4 + len)?;
            if kind == USERNAME && name.replace(value).is_some() {
                return None;
            }
            // Values are padded to words of four bytes.
            rest = rest.get(4 + len.next_multiple_of(4)..)?;
        }
        let (local, remote) = std::str::from_utf8(name?).ok()?.split_once(':')?;
        Some(Self {
            bytes,
            local,
            remote,
        })
    }

    /// The fragment of the one who is asked: ours.
    pub(crate) fn local_ufrag(&self) -> &'a str {
        self.local
    }

    /// First eight of the twelve random bytes that name the transaction.
    pub(crate) fn transaction(&self) -> u64 {
        let name = self.bytes.get(8..).and_then(|rest| rest.first_chunk());
        u64::from_be_bytes(name.copied().unwrap_or_default())
    }

    /// Authenticates the check and writes the answer; `None` when it is not from the peer that has these credentials.
    pub(crate) fn answer(
        self,
        session: &mut Session,
        seen_as: SocketAddr,
        out: &mut [u8],
    ) -> Option<Answer> {
        let generation = session.secret.generation(self.local)?;
        let password = session.password(generation, self.remote)?;
        let password = password.as_bytes();
        let message = StunMessage::parse(self.bytes).ok()?;
        if !message.verify(password, hmac_sha1) {
            return None;
        }
        // RFC 8445 §7.3.1.1: a lite agent is always controlled, so a peer that says it is too must switch.
        let conflict = message.ice_controlled().is_some();
        let reply = if conflict {
            StunMessage::binding_role_conflict_reply(message.trans_id())
        } else {
            StunMessage::binding_reply(message.trans_id(), seen_as)
        };
        let len = reply.to_bytes(Some(password), out, hmac_sha1).ok()?;
        session.prove(generation, self.remote);
        Some(Answer {
            len,
            nominates: message.use_candidate() && !conflict,
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

/// The number in two bytes from `at` on.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_be_bytes(*two)))
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

    const NAME: &str = "0100000007abababab00:them";

    fn secret() -> Secret {
        Secret::new(1, 7, &[0xab; 32])
    }

    fn session() -> Session {
        Session::new(secret(), "them")
    }

    fn check(username: &str, password: &str, controlling: bool) -> Option<(Answer, usize)> {
        let mut ours = session();
        let bytes = request(username, password, controlling);
        let source = SocketAddr::from(([10, 0, 0, 1], 5_000));
        let mut out = [0; ANSWER_BYTES_MAX];
        let answer = Check::parse(&bytes)?.answer(&mut ours, source, &mut out)?;
        let reply = StunMessage::parse(&out[..answer.len]).unwrap();
        if controlling {
            assert!(reply.verify(password.as_bytes(), hmac_sha1));
            assert_eq!(reply.mapped_address(), Some(source));
        }
        Some((answer, bytes.len()))
    }

    #[test]
    fn an_authenticated_check_is_answered_with_no_more_bytes_than_it_had() {
        let (answer, asked) = check(NAME, &secret().password(0), true).unwrap();
        assert!(answer.nominates && answer.len <= asked);
    }

    /// Puts attributes in front of the others, where the length of the whole tells of them.
    fn with_attributes(mut bytes: Vec<u8>, attributes: &[u8]) -> Vec<u8> {
        bytes.splice(20..20, attributes.iter().copied());
        let len = u16::try_from(bytes.len() - 20).unwrap();
        bytes[2..4].copy_from_slice(&len.to_be_bytes());
        bytes
    }

    #[test]
    fn checks_that_are_too_long_or_crowded_are_refused_before_they_are_parsed() {
        let good = request("0100000007abcdef01:them", "secret", true);
        assert_eq!(
            Check::parse(&good).unwrap().local_ufrag(),
            "0100000007abcdef01"
        );
        // An attribute of a kind that nobody knows, filled with zeros.
        let filler = |len: u16| {
            let mut filler = vec![0xc0, 0x70];
            filler.extend(len.to_be_bytes());
            filler.extend(vec![0; usize::from(len)]);
            filler
        };
        let fits = u16::try_from(CHECK_BYTES_MAX - good.len() - 4).unwrap();
        for (len, allowed) in [(fits / 4 * 4, true), (fits / 4 * 4 + 4, false)] {
            let long = with_attributes(good.clone(), &filler(len));
            assert!(StunMessage::parse(&long).is_ok(), "only its length is bad");
            assert_eq!(Check::parse(&long).is_some(), allowed, "{}", long.len());
        }
        for (count, allowed) in [(8, true), (100, false)] {
            let crowded = with_attributes(good.clone(), &filler(0).repeat(count));
            assert!(StunMessage::parse(&crowded).is_ok());
            assert_eq!(Check::parse(&crowded).is_some(), allowed, "{count}");
        }
    }

    #[test]
    fn checks_whose_lengths_do_not_agree_are_refused() {
        let good = request("0100000007abcdef01:them", "secret", true);
        let changed = |at: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[at] = value;
            bytes
        };
        let mut trailing = good.clone();
        trailing.extend([0; 4]);
        for bad in [
            trailing,
            good[..good.len() - 4].to_vec(),
            changed(3, good[3].wrapping_add(4)),
            // The user name, which comes first, reaches over the end.
            changed(22, 1),
            changed(4, 0),
            // An answer, which nobody asked for.
            changed(0, 1),
            with_attributes(good.clone(), &[0, 6, 0, 3, b'a', b':', b'b', 0]),
        ] {
            assert!(Check::parse(&bad).is_none(), "{bad:02x?}");
        }
        for len in 0..good.len() {
            assert!(Check::parse(&good[..len]).is_none(), "{len}");
        }
    }

    #[test]
    fn only_who_knows_both_fragments_reaches_the_parser() {
        // Read by us as far as the name; `is` would refuse it for want of everything else, and log why.
        let mut bytes = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        bytes.extend([0; 12]);
        let name = [&[0, 6, 0, 23][..], b"0100000007abcdef01:them\0"].concat();
        let bytes = with_attributes(bytes, &name);
        assert!(StunMessage::parse(&bytes).is_err());
        let check = Check::parse(&bytes).unwrap();
        assert_eq!(peer_index(check.local_ufrag()), Some(7));
    }

    #[test]
    fn a_wrong_password_or_name_gets_no_answer() {
        let password = secret().password(0);
        assert!(check(NAME, &password, true).is_some());
        assert_eq!(check(NAME, "guess", true), None);
        assert_eq!(check("0100000007abababab00:other", &password, true), None);
        assert_eq!(check("0100000007ababacac00:them", &password, true), None);
        for fragment in [
            "0100000007abababab0",
            "0100000007abababab000",
            "0100000007abababab+0",
        ] {
            assert_eq!(check(&format!("{fragment}:them"), &password, true), None);
        }
    }

    #[test]
    fn a_peer_that_claims_our_role_is_told_of_the_conflict() {
        let (answer, asked) = check(NAME, &secret().password(0), false).unwrap();
        assert!(!answer.nominates && answer.len <= asked);
    }

    #[test]
    fn a_restart_is_proved_by_its_first_check_and_leaves_one_generation_behind() {
        let mut session = session();
        let mut ask = |generation: u8, remote: &str, password: &str| {
            let ufrag = secret().credentials(generation).ufrag;
            let bytes = request(&format!("{ufrag}:{remote}"), password, true);
            let source = SocketAddr::from(([10, 0, 0, 1], 5_000));
            let mut out = [0; ANSWER_BYTES_MAX];
            let check = Check::parse(&bytes).unwrap();
            check.answer(&mut session, source, &mut out).is_some()
        };
        let password = |generation| secret().password(generation);
        assert!(
            !ask(3, "new", &password(0)),
            "another generation's password"
        );
        assert!(ask(0, "them", &password(0)), "a guess moves nothing");
        assert!(ask(3, "new", &password(3)));
        assert!(!ask(3, "them", &password(3)), "its fragment is fixed now");
        assert!(ask(0, "them", &password(0)), "checks may be under way");
        assert!(!ask(2, "new", &password(2)), "never the newest");
        assert!(ask(4, "newer", &password(4)));
        assert!(!ask(0, "them", &password(0)), "two restarts ago");
        assert!(ask(3, "new", &password(3)));
        let long = "x".repeat(REMOTE_BYTES_MAX + 1);
        assert!(session.password(5, &long).is_none());
        assert!(session.password(5, "short").is_some());
    }

    #[test]
    fn the_fragment_tells_the_peers_place() {
        let secret = Secret::new(3, 0x1_0002, &[0xab; 32]);
        let Credentials { ufrag, password } = secret.credentials(2);
        assert_eq!(ufrag, "0300010002abababab02");
        assert_eq!(password.len(), 32);
        let first = secret.credentials(0).ufrag;
        let derived = restart_credentials(&first, &secret.key(), 2);
        assert_eq!(derived, Some((ufrag.clone(), password)));
        assert_eq!(restart_credentials(&first, "ab", 2), None);
        assert_eq!(peer_index(&ufrag), Some(0x1_0002));
        assert_eq!(peer_index("short"), None);
        let check = request(&format!("{ufrag}:them"), "anything", true);
        assert_eq!(worker_of(&check), Some(3));
        assert_eq!(worker_of(&check[1..]), None);
    }

    /// The same in web/src/shared/restart.test.ts: both sides must derive alike.
    #[test]
    fn passwords_are_what_the_browser_derives() {
        assert_eq!(secret().key(), "ab".repeat(KEY_BYTES));
        assert_eq!(secret().password(1), "9657ebae67d2b46de0bf5294978ac1fd");
    }
}
