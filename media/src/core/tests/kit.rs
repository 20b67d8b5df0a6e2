//! A browser for tests: the agent of `is`, the client side of `dimpl`, our SRTP, and an SDP offer like Chromium's. Virtual time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, DtlsCertificate, Output as DtlsOutput, SrtpProfile};
use is::stun::{StunMessage, StunPacket, TransId};
use is::{
    Candidate, DefaultSha1HmacProvider, IceAgent, IceAgentEvent, IceCreds, Protocol,
    Sha1HmacProvider as _,
};
use media_packet::capture::Block;
use media_packet::red;
use media_packet::rtcp;
use media_packet::rtp::{ExtensionKind, ExtensionMap, ExtensionValues, Header, Packet, Ssrc};
use media_packet::srtp::{MasterKey, Opener, Profile, Sealer};

use crate::control::{Command, Event, PeerId, RoomId};
use crate::identity::sha256;
use crate::{Core, CoreSettings, Identity, Input, Output, Stats};

mod offers;

pub(super) const SERVER: &str = "10.0.0.1:40000";
pub(super) const STEP: Duration = Duration::from_millis(5);

/// A packet as a subscriber sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Seen {
    pub(super) header: Header,
    pub(super) payload: Vec<u8>,
}

/// One browser.
pub(super) struct Browser {
    pub(super) address: SocketAddr,
    agent: IceAgent,
    dtls: Dtls,
    dtls_started: bool,
    dtls_given_up: bool,
    pub(super) fingerprint: [u8; 32],
    ufrag: String,
    pub(super) sealer: Option<Sealer>,
    pub(super) opener: Option<Opener>,
    /// What it published under.
    pub(super) audio: Ssrc,
    pub(super) camera: Ssrc,
    pub(super) camera_rtx: Ssrc,
    pub(super) seen: Vec<Seen>,
    /// RTCP that came, each compound decrypted.
    pub(super) reports: Vec<Vec<u8>>,
    pub(super) answer: String,
    /// What restarts are derived from.
    pub(super) key: String,
    pub(super) outgoing: Vec<(SocketAddr, Vec<u8>)>,
}

fn certificate() -> DtlsCertificate {
    generate_self_signed_certificate().unwrap()
}

impl Browser {
    pub(super) fn new(number: u8, now: Instant) -> Self {
        let certificate = certificate();
        let fingerprint = sha256(&certificate.certificate);
        let ufrag = format!("user{number}");
        let creds = IceCreds {
            ufrag: ufrag.clone(),
            pass: "a-password-of-22-chars".to_owned(),
        };
        let address = SocketAddr::from(([10, 0, 1, number], 5_000));
        let mut agent = IceAgent::new(creds);
        agent.set_controlling(true);
        agent.add_local_candidate(Candidate::host(address, Protocol::Udp).unwrap());
        let mut dtls = Dtls::new_auto(Arc::new(Config::default()), certificate, now);
        dtls.set_active(true);
        let base = u32::from(number) << 16;
        Self {
            address,
            agent,
            dtls,
            dtls_started: false,
            dtls_given_up: false,
            fingerprint,
            ufrag,
            sealer: None,
            opener: None,
            audio: Ssrc(base + 1),
            camera: Ssrc(base + 2),
            camera_rtx: Ssrc(base + 3),
            seen: Vec::new(),
            reports: Vec::new(),
            answer: String::new(),
            key: String::new(),
            outgoing: Vec::new(),
        }
    }

    /// The same, with the camera in three layers, which the offer names by rid alone.
    pub(super) fn offer_in_layers(&self, people: usize) -> String {
        let offer = self.offer(people);
        let (camera, repair) = (self.camera.0, self.camera_rtx.0);
        let sources = format!(
            "a=ssrc-group:FID {camera} {repair}\r\na=ssrc:{camera} cname:x\r\na=ssrc:{repair} cname:x\r\n"
        );
        assert!(offer.contains(&sources));
        let layers = format!(
            "a=extmap:5 {}\r\na=extmap:6 {}\r\n\
             a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\na=simulcast:send l;m;h\r\n",
            ExtensionKind::Rid.uri(),
            ExtensionKind::RepairedRid.uri()
        );
        offer.replace(&sources, &layers)
    }

    pub(super) fn accept(&mut self, answer: &str) {
        let value = |key: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().to_owned()
        };
        self.agent.set_remote_credentials(IceCreds {
            ufrag: value("a=ice-ufrag:"),
            pass: value("a=ice-pwd:"),
        });
        let server = Candidate::host(SERVER.parse::<SocketAddr>().unwrap(), Protocol::Udp).unwrap();
        self.agent.add_remote_candidate(server);
        self.answer = answer.to_owned();
    }

    /// Source of the slot with this `mid`, as the answer says.
    pub(super) fn slot_source(&self, mid: &str) -> Ssrc {
        let section = self
            .answer
            .split("\r\nm=")
            .find(|section| section.contains(&format!("a=mid:{mid}\r\n")));
        let line = section.and_then(|section| {
            section
                .lines()
                .find_map(|line| line.strip_prefix("a=ssrc:"))
        });
        Ssrc(line.unwrap().split(' ').next().unwrap().parse().unwrap())
    }

    /// A connectivity check that nominates, with the right credentials.
    pub(super) fn check(&self) -> Vec<u8> {
        let value = |key: &str| {
            self.answer
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .unwrap()
        };
        let name = format!("{}:{}", value("a=ice-ufrag:"), self.ufrag);
        written_check(&name, value("a=ice-pwd:"))
    }

    /// The same after a restart: with credentials that only the key tells.
    pub(super) fn check_of(&self, generation: u8) -> Vec<u8> {
        if generation == 0 {
            return self.check();
        }
        let ufrag = self
            .answer
            .lines()
            .find_map(|line| line.strip_prefix("a=ice-ufrag:"));
        let name = ufrag.unwrap().strip_suffix("00").unwrap();
        let name = format!("{name}{generation:02x}:{}{generation}", self.ufrag);
        let byte = |at| u8::from_str_radix(&self.key[at..at + 2], 16).unwrap();
        let key: Vec<u8> = (0..self.key.len()).step_by(2).map(byte).collect();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let tag = hmac::sign(&key, &[generation]);
        let password: String = tag.as_ref()[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        written_check(&name, &password)
    }

    pub(super) fn is_connected(&self) -> bool {
        self.sealer.is_some()
    }

    pub(super) fn advance(&mut self, now: Instant) {
        self.agent.handle_timeout(now);
        while let Some(transmit) = self.agent.poll_transmit() {
            self.outgoing
                .push((self.address, transmit.contents.to_vec()));
        }
        while let Some(event) = self.agent.poll_event() {
            if let IceAgentEvent::NominatedSend { .. } = event {
                self.dtls_started = true;
            }
        }
        if self.dtls_started && !self.dtls_given_up {
            // A handshake that nobody answers ends after half a minute or so.
            self.dtls_given_up = self.dtls.handle_timeout(now).is_err();
            self.drain_dtls();
        }
    }

    fn drain_dtls(&mut self) {
        let mut buffer = [0; 2_000];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                DtlsOutput::Packet(datagram) => {
                    self.outgoing.push((self.address, datagram.to_vec()))
                }
                DtlsOutput::KeyingMaterial(material, profile) => {
                    let profile = match profile {
                        SrtpProfile::AEAD_AES_256_GCM => Profile::Aes256Gcm,
                        SrtpProfile::AEAD_AES_128_GCM => Profile::Aes128Gcm,
                        _ => Profile::Aes128CmSha1Tag80,
                    };
                    let (client, server) = MasterKey::split(profile, &material).unwrap();
                    self.sealer = Some(Sealer::new(&client).unwrap());
                    self.opener = Some(Opener::new(&server).unwrap());
                }
                DtlsOutput::Timeout(_) => return,
                _ => {}
            }
        }
    }

    pub(super) fn receive(&mut self, bytes: &[u8], now: Instant) {
        let mut bytes = bytes.to_vec();
        match bytes[0] {
            0..=3 => {
                let message = StunMessage::parse(&bytes).unwrap();
                let source = SERVER.parse().unwrap();
                let packet = StunPacket {
                    proto: Protocol::Udp,
                    source,
                    destination: self.address,
                    message,
                };
                self.agent.handle_packet(now, packet);
            }
            20..=63 => {
                self.dtls.handle_packet(&bytes).unwrap();
                self.drain_dtls();
            }
            _ if rtcp::is_rtcp(&bytes) => {
                let len = self.opener.as_mut().unwrap().open_rtcp(&mut bytes).unwrap();
                self.reports.push(bytes[..len].to_vec());
            }
            _ => {
                let opened = self.opener.as_mut().unwrap().open_rtp(&mut bytes).unwrap();
                let packet = Packet::parse(&bytes[..opened.len]).unwrap();
                self.seen.push(Seen {
                    header: packet.header(),
                    payload: packet.payload().to_vec(),
                });
            }
        }
    }

    pub(super) fn seal(
        &mut self,
        header: Header,
        payload: &[u8],
        transport_sequence: Option<u16>,
    ) -> Vec<u8> {
        self.seal_with(
            header,
            payload,
            ExtensionValues {
                transport_sequence,
                ..ExtensionValues::default()
            },
        )
    }

    pub(super) fn seal_with(
        &mut self,
        header: Header,
        payload: &[u8],
        values: ExtensionValues,
    ) -> Vec<u8> {
        let mut map = ExtensionMap::default();
        map.set(ExtensionKind::TransportSequence, 3);
        map.set(ExtensionKind::Rid, 5);
        let mut out = vec![0; 1_500];
        let header_len = header.write_with(&mut out, &values, &map).unwrap();
        let sealer = self.sealer.as_mut().unwrap();
        let len = sealer.seal_rtp_from(payload, &mut out, header_len).unwrap();
        out.truncate(len);
        out
    }

    pub(super) fn voice(&mut self, number: u16) -> Vec<u8> {
        let timestamp = u32::from(number) * 960;
        let header = Header {
            payload_type: 111,
            sequence: number,
            timestamp,
            ssrc: self.audio,
            marker: false,
        };
        self.seal(header, format!("voice {number}").as_bytes(), Some(number))
    }

    /// The same in a packet that repeats the one before (RFC 2198).
    pub(super) fn voice_repeating(&mut self, number: u16) -> Vec<u8> {
        let [before, own] = [number.wrapping_sub(1), number].map(|one| format!("voice {one}"));
        let mut payload = [0; 100];
        let len = red::write((960, before.as_bytes()), own.as_bytes(), 111, &mut payload);
        let header = Header {
            payload_type: 63,
            sequence: number,
            timestamp: u32::from(number) * 960,
            ssrc: self.audio,
            marker: false,
        };
        self.seal(header, &payload[..len.unwrap()], Some(number))
    }

    pub(super) fn picture_header(&self, number: u16) -> Header {
        Header {
            payload_type: 96,
            sequence: number,
            timestamp: u32::from(number) * 3_000,
            ssrc: self.camera,
            marker: true,
        }
    }

    pub(super) fn picture(&mut self, number: u16) -> Vec<u8> {
        let header = self.picture_header(number);
        self.seal(header, &picture_payload(number), None)
    }

    /// The same picture in the stream of retransmissions.
    pub(super) fn picture_again(&mut self, number: u16, rtx_sequence: u16) -> Vec<u8> {
        let original = self.picture_header(number);
        let header = Header {
            payload_type: 97,
            sequence: rtx_sequence,
            ssrc: self.camera_rtx,
            ..original
        };
        let mut payload = number.to_be_bytes().to_vec();
        payload.extend(picture_payload(number));
        self.seal(header, &payload, None)
    }

    pub(super) fn rtcp(&mut self, write: impl FnOnce(&mut rtcp::Compound<'_>)) -> Vec<u8> {
        let mut out = vec![0; 1_500];
        let mut compound = rtcp::Compound::new(&mut out);
        write(&mut compound);
        let len = compound.len();
        let len = self
            .sealer
            .as_mut()
            .unwrap()
            .seal_rtcp(&mut out, len)
            .unwrap();
        out.truncate(len);
        out
    }
}

fn written_check(name: &str, password: &str) -> Vec<u8> {
    let check = StunMessage::binding_request(name, TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 200];
    let sha1 = |key: &[u8], payloads: &[&[u8]]| DefaultSha1HmacProvider.sha1_hmac(key, payloads);
    let len = check
        .to_bytes(Some(password.as_bytes()), &mut bytes, sha1)
        .unwrap();
    bytes.truncate(len);
    bytes
}

/// A VP8 keyframe in one packet, with the number in it.
pub(super) fn picture_payload(number: u16) -> Vec<u8> {
    let mut payload = vec![0x10, 0x00, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01];
    payload.extend(number.to_be_bytes());
    payload
}

/// Says of a datagram whether it is lost: to the browser or from it, which browser, its bytes.
pub(super) type Fate = Box<dyn FnMut(bool, usize, &[u8]) -> bool>;

/// A worker and its browsers.
pub(super) struct World {
    pub(super) core: Core,
    pub(super) now: Instant,
    pub(super) browsers: Vec<Browser>,
    pub(super) events: Vec<Event>,
    pub(super) blocks: Vec<Block>,
    /// Which datagrams are lost.
    pub(super) lose: Fate,
    /// Datagrams to addresses that no browser has.
    pub(super) stray: Vec<(SocketAddr, Vec<u8>)>,
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "the origin of virtual time")]
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let settings = CoreSettings {
            worker: 1,
            candidates: vec![SERVER.parse().unwrap()],
            peers_max: 20,
        };
        let core = Core::new(settings, Identity::generate([3; 32]).unwrap(), now).unwrap();
        Self {
            core,
            now,
            browsers: Vec::new(),
            events: Vec::new(),
            blocks: Vec::new(),
            lose: Box::new(|_, _, _| false),
            stray: Vec::new(),
        }
    }

    /// A world in which `count` people of one room are connected, admitted or not.
    pub(super) fn with_people(count: u8, admitted: bool) -> Self {
        Self::with_offers(count, admitted, |browser| browser.offer(2))
    }

    pub(super) fn with_offers(
        count: u8,
        admitted: bool,
        offer: impl Fn(&Browser) -> String,
    ) -> Self {
        let mut world = Self::new();
        for number in 0..count {
            let browser = Browser::new(number, world.now);
            let text = offer(&browser);
            world.browsers.push(browser);
            world.join_with(1, number, number, text);
        }
        world.run(Duration::from_secs(2));
        assert!(
            world.browsers.iter().all(Browser::is_connected),
            "ICE and DTLS are done within 2 s"
        );
        if admitted {
            for number in 0..count {
                world.admit(number, true);
            }
            world.run(STEP);
        }
        world
    }

    pub(super) fn join(&mut self, room: u64, number: u8) {
        let browser = Browser::new(number, self.now);
        let offer = browser.offer(2);
        self.browsers.push(browser);
        self.join_with(room, number, number, offer);
    }

    pub(super) fn join_with(&mut self, room: u64, peer: u8, participant: u8, offer: String) {
        let peer = PeerId(u64::from(peer));
        self.command(Command::Join {
            room: RoomId(room),
            peer,
            participant,
            offer,
        });
        let answered = self.events.iter().rev().find_map(|event| match event {
            Event::Answered {
                peer: answered,
                answer,
                restart,
            } if *answered == peer => Some((answer.clone(), restart.clone())),
            _ => None,
        });
        if let (Some((answer, key)), Some(browser)) = (answered, self.browsers.last_mut()) {
            browser.key = key;
            browser.accept(&answer);
        }
    }

    pub(super) fn admit(&mut self, number: u8, admitted: bool) {
        self.command(Command::Admit {
            peer: PeerId(u64::from(number)),
            admitted,
        });
    }

    pub(super) fn command(&mut self, command: Command) {
        self.core.handle(Input::Command(command), self.now);
        self.drain();
    }

    /// A datagram from a browser's own address.
    pub(super) fn send(&mut self, from: usize, bytes: Vec<u8>) {
        if !(self.lose)(false, from, &bytes) {
            let source = self.browsers[from].address;
            self.inject(source, bytes);
        }
    }

    pub(super) fn inject(&mut self, source: SocketAddr, mut bytes: Vec<u8>) {
        self.core.handle(
            Input::Datagram {
                source,
                bytes: &mut bytes,
            },
            self.now,
        );
        self.drain();
    }

    pub(super) fn drain(&mut self) {
        let mut sent = Vec::new();
        loop {
            match self.core.poll() {
                Output::Send(outbox) => {
                    sent.extend(outbox.iter().map(|(to, bytes)| (to, bytes.to_vec())))
                }
                Output::Event(event) => self.events.push(event),
                Output::Block(block) => self.blocks.push(block),
                Output::Timeout(_) => break,
            }
        }
        for (to, bytes) in sent {
            match self
                .browsers
                .iter()
                .position(|browser| browser.address == to)
            {
                Some(at) if (self.lose)(true, at, &bytes) => {}
                Some(at) => self.browsers[at].receive(&bytes, self.now),
                None => self.stray.push((to, bytes)),
            }
        }
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.core.handle(Input::Timeout, self.now);
            self.drain();
            for at in 0..self.browsers.len() {
                self.browsers[at].advance(self.now);
                let outgoing = std::mem::take(&mut self.browsers[at].outgoing);
                for (source, bytes) in outgoing {
                    if !(self.lose)(false, at, &bytes) {
                        self.inject(source, bytes);
                    }
                }
            }
        }
    }

    /// A person's path has room for what voices repeat, or none.
    pub(super) fn give_room(&mut self, number: u8, has_room: bool) {
        let place = self.core.peer_ids[&PeerId(u64::from(number))];
        let peer = self.core.peers.get_mut(place).unwrap();
        let slots = peer.slots.iter_mut();
        slots.for_each(|slot| slot.give_room(has_room));
    }

    pub(super) fn stats(&self) -> Stats {
        self.core.stats()
    }

    pub(super) fn peer_events(&self, number: u8) -> Vec<&Event> {
        let is_of = |event: &&Event| {
            let (Event::Answered { peer, .. }
            | Event::Refused { peer, .. }
            | Event::Connected { peer }
            | Event::Lost { peer }
            | Event::Slots { peer, .. }
            | Event::Quality { peer, .. }) = event;
            peer.0 == u64::from(number)
        };
        self.events.iter().filter(is_of).collect()
    }
}
