//! Who is there, and what becomes of a packet.

use std::collections::HashMap;
use std::net::SocketAddr;

use media_packet::rtcp;
use media_packet::rtp::{Header, Packet};
use media_packet::srtp::{Opener, Profile, Sealer};
use ventanilla_limit::{keys, read_hello};

/// Bytes of one datagram at the most.
pub(crate) const DATAGRAM_BYTES_MAX: usize = 1_500;

/// One person.
#[derive(Debug)]
struct Person {
    address: SocketAddr,
    opener: Opener,
    sealer: Sealer,
}

/// A datagram to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slip {
    pub(crate) to: SocketAddr,
    start: usize,
    len: usize,
}

/// What one batch sends.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    bytes: Vec<u8>,
    used: usize,
    slips: Vec<Slip>,
}

impl Outbox {
    /// The datagrams, in order.
    pub(crate) fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// The bytes of one.
    pub(crate) fn bytes(&self, slip: &Slip) -> &[u8] {
        self.bytes
            .get(slip.start..slip.start + slip.len)
            .unwrap_or_default()
    }
}

/// All people.
#[derive(Debug)]
pub(crate) struct People {
    profile: Profile,
    group: u32,
    people: Vec<Option<Person>>,
    addresses: HashMap<SocketAddr, u32>,
    outbox: Outbox,
}

impl People {
    pub(crate) fn new(profile: Profile, group: u32) -> Self {
        Self {
            profile,
            group,
            people: Vec::new(),
            addresses: HashMap::new(),
            outbox: Outbox::default(),
        }
    }

    /// What is to be sent.
    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// It was sent.
    pub(crate) fn sent(&mut self) {
        self.outbox.used = 0;
        self.outbox.slips.clear();
    }

    /// Takes a datagram: a hello, or a packet to hand on. Anything else is dropped, reports too.
    pub(crate) fn handle(&mut self, from: SocketAddr, datagram: &mut [u8]) {
        let Some(&number) = self.addresses.get(&from) else {
            if let Some(person) = read_hello(datagram) {
                self.welcome(person, from);
            }
            return;
        };
        if rtcp::is_rtcp(datagram) || datagram.first().is_none_or(|first| first >> 6 != 2) {
            return;
        }
        let person = usize::try_from(number).ok();
        let Some(Some(person)) = person.and_then(|at| self.people.get_mut(at)) else {
            return;
        };
        let Ok(opened) = person.opener.open_rtp(datagram) else {
            return;
        };
        let open = datagram.get(..opened.len).unwrap_or_default();
        if let Ok(packet) = Packet::parse(open) {
            self.hand_on(number, &packet);
        }
    }

    fn welcome(&mut self, number: u32, address: SocketAddr) {
        let Ok((theirs, ours)) = keys(self.profile, number) else {
            return;
        };
        let (Ok(opener), Ok(sealer)) = (Opener::new(&theirs), Sealer::new(&ours)) else {
            return;
        };
        let at = number as usize;
        if self.people.len() <= at {
            self.people.resize_with(at + 1, || None);
        }
        if let Some(place) = self.people.get_mut(at) {
            *place = Some(Person {
                address,
                opener,
                sealer,
            });
            self.addresses.insert(address, number);
        }
    }

    fn hand_on(&mut self, from: u32, packet: &Packet<'_>) {
        let first = from - from % self.group;
        // Another source, as the server gives the stream; the numbers go on.
        let header = Header {
            ssrc: media_packet::rtp::Ssrc(packet.header().ssrc.0 ^ 0x5555_5555),
            ..packet.header()
        };
        let Outbox { bytes, used, slips } = &mut self.outbox;
        for number in (first..first + self.group).filter(|number| *number != from) {
            let Some(Some(person)) = self.people.get_mut(number as usize) else {
                continue;
            };
            let start = *used;
            if bytes.len() < start + DATAGRAM_BYTES_MAX {
                bytes.resize(start + DATAGRAM_BYTES_MAX, 0);
            }
            let place = bytes.get_mut(start..).unwrap_or_default();
            let sealed = header.write(place).and_then(|header_len| {
                person
                    .sealer
                    .seal_rtp_from(packet.payload(), place, header_len)
            });
            if let Ok(len) = sealed {
                let to = person.address;
                slips.push(Slip { to, start, len });
                *used += len;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_reaches_the_others_of_its_group_and_nobody_else() {
        let profile = Profile::Aes128Gcm;
        let mut people = People::new(profile, 3);
        let address = |number: u32| {
            SocketAddr::from(([127, 0, 0, 1], u16::try_from(5_000 + number).unwrap()))
        };
        for number in 0..6 {
            people.handle(address(number), &mut ventanilla_limit::hello(number));
        }
        let (theirs, _) = keys(profile, 4).unwrap();
        let mut sealer = Sealer::new(&theirs).unwrap();
        let mut bytes = [7; 60];
        Header::default().write(&mut bytes).unwrap();
        let len = sealer.seal_rtp(&mut bytes, 30).unwrap();
        people.handle(address(4), &mut bytes[..len]);
        let to: Vec<_> = people.outbox().slips().iter().map(|slip| slip.to).collect();
        assert_eq!(to, [address(3), address(5)]);
        let (_, ours) = keys(profile, 5).unwrap();
        let slip = people.outbox().slips()[1];
        let mut bytes = people.outbox().bytes(&slip).to_vec();
        let opened = Opener::new(&ours).unwrap().open_rtp(&mut bytes).unwrap();
        assert_eq!(bytes[opened.layout.header_len..opened.len], [7; 18]);
        people.sent();
        assert!(people.outbox().slips().is_empty());
    }
}
