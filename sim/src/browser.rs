//! A browser for simulations: real ICE checks, DTLS as client, SRTP; a voice and a camera whose packets tell who they are of;
//! repair in both directions as browsers do it. No socket, no clock: microseconds since the world began.
//!
//! SDP is only what the server reads. What a browser saw is handed out packet by packet ([`Delivered`]); judging it is left to
//! whoever simulates.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, Output, SrtpProfile};
use is::stun::{StunMessage, TransId};
use is::{DefaultSha1HmacProvider, Sha1HmacProvider as _};
use media_packet::rtcp::{self, Compound, Packet as Rtcp, SenderInfo};
use media_packet::rtp::{ExtensionValues, Header, Packet, Ssrc};
use media_packet::srtp::{MasterKey, Opener, Profile, Sealer};
use media_packet::time::NtpTime;

mod ident;
mod offer;
mod publish;
mod watch;

pub use ident::{Ident, Kind, body};
pub use watch::{Decoded, Delivered, Watcher};

use publish::Publisher;

/// Time between two checks of a path that works, as Chromium has it.
const CHECK_US: u64 = 2_500_000;
/// Time between two checks of a path that does not answer yet.
const CHECK_AGAIN_US: u64 = 100_000;
/// Sender reports come once a second.
const REPORT_US: u64 = 1_000_000;
/// What a browser that tells an estimate tells: enough for all pictures.
const ESTIMATE_BPS: u64 = 20_000_000;
/// A datagram as large as the server's.
const DATAGRAM_BYTES_MAX: usize = 1_500;

/// Who a browser is.
#[derive(Clone, Copy, Debug)]
pub struct BrowserSettings {
    /// The person's number in the visit; part of all that it sends.
    pub participant: u8,
    /// Where it sends from.
    pub address: SocketAddr,
    /// How many others it can show.
    pub slots: usize,
    /// What its chance comes from.
    pub seed: u64,
    /// The moment that microseconds are counted from.
    pub epoch: Instant,
    /// Frames are numbered from here: another number for each browser of one person keeps them apart.
    pub first_frame: u32,
    /// Its voice repeats itself (RFC 2198), and it takes such voices; it then tells its own estimate of its line.
    pub repeats: bool,
}

/// A datagram on its way out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it carries, when that is media.
    pub ident: Option<Ident>,
}

/// What the answer said.
#[derive(Debug, Default)]
struct Answer {
    text: String,
    ufrag: String,
    password: String,
}

/// One browser.
pub struct Browser {
    settings: BrowserSettings,
    fingerprint: String,
    ufrag: String,
    answer: Answer,
    dtls: Dtls,
    /// When DTLS wants to be called; none before a path works.
    dtls_due: Option<Instant>,
    /// DTLS ended with an error.
    failed: bool,
    keys: Option<(Sealer, Opener)>,
    check_due_us: u64,
    /// A check was sent and not answered.
    check_open: bool,
    report_due_us: u64,
    publishers: [Publisher; 2],
    publishing: bool,
    watchers: Vec<Watcher>,
    outgoing: Vec<Outgoing>,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Browser")
            .field("settings", &self.settings)
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}

impl Browser {
    /// A browser that has not offered anything yet.
    ///
    /// # Panics
    /// When the DTLS library cannot make a certificate.
    #[must_use]
    pub fn new(settings: BrowserSettings) -> Self {
        let certificate = generate_self_signed_certificate().expect("a certificate");
        let fingerprint = certificate.fingerprint_str();
        let config = Config::builder()
            .flight_start_rto(Duration::from_millis(250))
            .flight_retries(8)
            .dangerously_set_rng_seed(settings.seed)
            .build()
            .expect("settings that the library takes");
        let mut dtls = Dtls::new_auto(Arc::new(config), certificate, settings.epoch);
        dtls.set_active(true);
        let base = (u32::from(settings.participant) + 1) << 16;
        Self {
            settings,
            fingerprint,
            ufrag: format!("user{}", settings.participant),
            answer: Answer::default(),
            dtls,
            dtls_due: None,
            failed: false,
            keys: None,
            check_due_us: 0,
            check_open: false,
            report_due_us: 0,
            publishers: [
                Publisher::voice(&settings, Ssrc(base | 1)),
                Publisher::camera(&settings, (Ssrc(base | 2), Ssrc(base | 3))),
            ],
            publishing: false,
            watchers: Vec::new(),
            outgoing: Vec::new(),
        }
    }

    /// Where it sends from.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.settings.address
    }

    /// Its voice repeats itself.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.settings.repeats
    }

    /// The person's number.
    #[must_use]
    pub fn participant(&self) -> u8 {
        self.settings.participant
    }

    /// An offer with voice, camera, and slots for the others.
    #[must_use]
    pub fn offer(&self) -> String {
        offer::write(
            (&self.ufrag, &self.fingerprint),
            self.publishers.each_ref().map(Publisher::sources),
            (self.settings.slots, self.settings.repeats),
        )
    }

    /// Takes the answer and begins to check.
    pub fn accept(&mut self, answer: &str, now_us: u64) {
        let value = |key: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_default().to_owned()
        };
        self.answer = Answer {
            text: answer.to_owned(),
            ufrag: value("a=ice-ufrag:"),
            password: value("a=ice-pwd:"),
        };
        self.watchers = watch::watchers(answer);
        self.check_due_us = now_us;
    }

    /// The answer as it came.
    #[must_use]
    pub fn answer(&self) -> &str {
        &self.answer.text
    }

    /// DTLS is done.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    /// DTLS ended with an error: this browser must be made anew.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Sends voice and picture from now on, or no longer.
    pub fn publish(&mut self, publishing: bool, now_us: u64) {
        self.publishing = publishing;
        for publisher in &mut self.publishers {
            publisher.begin(now_us);
        }
    }

    /// Is on another network now: same keys, another address, which it proves at once.
    pub fn move_to(&mut self, address: SocketAddr, now_us: u64) {
        self.settings.address = address;
        self.check_due_us = now_us;
        self.check_open = true;
    }

    /// What it shows, slot by slot.
    #[must_use]
    pub fn watchers(&self) -> &[Watcher] {
        &self.watchers
    }

    /// The last packet that it sent of a kind; none before the first.
    #[must_use]
    pub fn last_sent(&self, kind: Kind) -> Option<Ident> {
        self.publishers
            .iter()
            .find(|publisher| publisher.kind() == kind)
            .and_then(Publisher::last)
    }

    /// Datagrams to send from [`Browser::address`], in order.
    pub fn take_outgoing(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outgoing)
    }

    /// Does what is due.
    pub fn advance(&mut self, now_us: u64) {
        if !self.answer.ufrag.is_empty() && self.check_due_us <= now_us {
            let check = self.check();
            self.send(check, None);
            let again = self.check_open || !self.is_connected();
            self.check_due_us = now_us + if again { CHECK_AGAIN_US } else { CHECK_US };
            self.check_open = true;
        }
        let now = self.instant(now_us);
        if !self.failed && self.dtls_due.is_some_and(|due| due <= now) {
            self.failed = self.dtls.handle_timeout(now).is_err();
            self.drain_dtls();
        }
        if self.is_connected() {
            self.send_media(now_us);
            self.send_control(now_us);
        }
    }

    fn instant(&self, now_us: u64) -> Instant {
        self.settings.epoch + Duration::from_micros(now_us)
    }

    /// A connectivity check that nominates, with the right credentials.
    ///
    /// # Panics
    /// Never: the message fits its buffer.
    #[must_use]
    pub fn check(&self) -> Vec<u8> {
        let name = format!("{}:{}", self.answer.ufrag, self.ufrag);
        self.check_as(&name, &self.answer.password)
    }

    /// A connectivity check with any credentials.
    ///
    /// # Panics
    /// Never: the message fits its buffer.
    #[must_use]
    pub fn check_as(&self, name: &str, password: &str) -> Vec<u8> {
        let check = StunMessage::binding_request(name, TransId::new(), true, 1, 1, true);
        let mut bytes = vec![0; DATAGRAM_BYTES_MAX];
        let len = check
            .to_bytes(Some(password.as_bytes()), &mut bytes, sha1)
            .expect("a check is short");
        bytes.truncate(len);
        bytes
    }

    /// Takes a datagram in; tells of an RTP packet that it brought.
    pub fn receive(&mut self, datagram: &[u8], now_us: u64) -> Option<Delivered> {
        let mut bytes = datagram.to_vec();
        match bytes.first()? {
            0..=3 => self.stun_reply(&bytes, now_us),
            20..=63 => {
                // A damaged or late record is no reason to end.
                self.failed |= self.dtls.handle_packet(&bytes).is_err() && !self.is_connected();
                self.drain_dtls();
            }
            _ if rtcp::is_rtcp(&bytes) => {
                let len = self.keys.as_mut()?.1.open_rtcp(&mut bytes).ok()?;
                self.control(bytes.get(..len)?);
            }
            _ => {
                let len = self.keys.as_mut()?.1.open_rtp(&mut bytes).ok()?.len;
                let packet = Packet::parse(bytes.get(..len)?).ok()?;
                return self
                    .watchers
                    .iter_mut()
                    .find_map(|watcher| watcher.receive(&packet, now_us));
            }
        }
        None
    }

    fn stun_reply(&mut self, bytes: &[u8], now_us: u64) {
        let is_ours = StunMessage::parse(bytes).is_ok_and(|reply| {
            // An answer to a check from an address that was left proves nothing of the one that is used now.
            reply.is_successful_binding_response()
                && reply.mapped_address() == Some(self.settings.address)
                && reply.verify(self.answer.password.as_bytes(), sha1)
        });
        if !is_ours {
            return;
        }
        self.check_open = false;
        self.check_due_us = now_us + CHECK_US;
        if self.dtls_due.is_none() {
            let now = self.instant(now_us);
            self.failed |= self.dtls.handle_timeout(now).is_err();
            self.drain_dtls();
        }
    }

    fn drain_dtls(&mut self) {
        let mut buffer = [0; 2_000];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => self.outgoing.push(Outgoing {
                    bytes: datagram.to_vec(),
                    ident: None,
                }),
                Output::KeyingMaterial(material, profile) => {
                    let profile = match profile {
                        SrtpProfile::AEAD_AES_256_GCM => Profile::Aes256Gcm,
                        SrtpProfile::AEAD_AES_128_GCM => Profile::Aes128Gcm,
                        SrtpProfile::AES128_CM_SHA1_80 | _ => Profile::Aes128CmSha1Tag80,
                    };
                    let (client, server) =
                        MasterKey::split(profile, &material).expect("keys of the profile's length");
                    let sealer = Sealer::new(&client).expect("a key of the right length");
                    let opener = Opener::new(&server).expect("a key of the right length");
                    self.keys = Some((sealer, opener));
                }
                Output::Timeout(due) => {
                    self.dtls_due = Some(due);
                    return;
                }
                Output::Connected
                | Output::PeerCert(_)
                | Output::ApplicationData(_)
                | Output::CloseNotify
                | Output::BufferTooSmall { .. } => {}
                // A foreign enum that may grow.
                _ => {}
            }
        }
    }

    fn control(&mut self, compound: &[u8]) {
        for packet in rtcp::packets(compound) {
            if let Rtcp::Nack {
                media, sequences, ..
            } = packet
            {
                let Some(publisher) = self.publisher_of(media) else {
                    continue;
                };
                let again: Vec<_> = sequences.filter_map(|one| publisher.again(one)).collect();
                for (header, payload) in again {
                    self.send_rtp(header, &payload);
                }
            } else if let Rtcp::Pli { media, .. } = packet
                && let Some(publisher) = self.publisher_of(media)
            {
                publisher.want_keyframe();
            }
        }
    }

    fn publisher_of(&mut self, media: Ssrc) -> Option<&mut Publisher> {
        self.publishers
            .iter_mut()
            .find(|publisher| publisher.sources().0 == media)
    }

    fn send_media(&mut self, now_us: u64) {
        if !self.publishing {
            return;
        }
        let due: Vec<_> = self
            .publishers
            .iter_mut()
            .flat_map(|publisher| publisher.due(now_us))
            .collect();
        for (header, payload) in due {
            self.send_rtp(header, &payload);
        }
    }

    fn send_control(&mut self, now_us: u64) {
        for at in 0..self.watchers.len() {
            let Some(watcher) = self.watchers.get_mut(at) else {
                continue;
            };
            let (media, wishes) = (watcher.source(), watcher.wishes(now_us));
            if !wishes.missing.is_empty() {
                self.send_rtcp(|out| out.nack(Ssrc(1), media, &wishes.missing));
            }
            if wishes.keyframe {
                self.send_rtcp(|out| out.pli(Ssrc(1), media));
            }
        }
        if self.publishing && self.report_due_us <= now_us {
            self.report_due_us = now_us + REPORT_US;
            for publisher in self.publishers.each_ref().map(Publisher::told) {
                let (ssrc, rtp, packets) = publisher;
                let info = SenderInfo {
                    ntp: NtpTime::from_unix_us(1_700_000_000_000_000 + now_us),
                    rtp,
                    packets,
                    octets: 0,
                };
                self.send_rtcp(|out| out.sender_report(ssrc, &info, &[]));
            }
            let slots = self.watchers.iter().map(Watcher::source);
            if self.settings.repeats
                && let Some(slot) = slots.min()
            {
                self.send_rtcp(|out| {
                    out.receiver_report(Ssrc(1), &[])?;
                    out.remb(Ssrc(1), ESTIMATE_BPS, &[slot])
                });
            }
        }
    }

    fn send(&mut self, bytes: Vec<u8>, ident: Option<Ident>) {
        self.outgoing.push(Outgoing { bytes, ident });
    }

    /// Seals a packet and sends it.
    pub fn send_rtp(&mut self, header: Header, payload: &[u8]) {
        if let Some(sealed) = self.sealed_rtp(header, payload) {
            self.send(sealed, Ident::read(payload));
        }
    }

    /// A sealed packet; none before DTLS is done, or when it does not fit.
    pub fn sealed_rtp(&mut self, header: Header, payload: &[u8]) -> Option<Vec<u8>> {
        let mut out = vec![0; DATAGRAM_BYTES_MAX];
        let values = ExtensionValues::default();
        let header_len = header.write_with(&mut out, &values, &offer::extensions());
        let sealer = &mut self.keys.as_mut()?.0;
        let len = sealer
            .seal_rtp_from(payload, &mut out, header_len.ok()?)
            .ok()?;
        out.truncate(len);
        Some(out)
    }

    /// Any bytes sealed as an RTP packet: what a hostile page with the right keys can send.
    pub fn sealed_raw(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let mut out = packet.to_vec();
        out.resize(packet.len() + 64, 0);
        let len = self
            .keys
            .as_mut()?
            .0
            .seal_rtp(&mut out, packet.len())
            .ok()?;
        out.truncate(len);
        Some(out)
    }

    /// Any bytes sealed as a compound RTCP packet.
    pub fn sealed_raw_rtcp(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let mut out = packet.to_vec();
        out.resize(packet.len() + 64, 0);
        let len = self
            .keys
            .as_mut()?
            .0
            .seal_rtcp(&mut out, packet.len())
            .ok()?;
        out.truncate(len);
        Some(out)
    }

    /// Writes a compound, seals it and sends it; what does not fit is not sent.
    pub fn send_rtcp(
        &mut self,
        write: impl FnOnce(&mut Compound<'_>) -> Result<(), media_packet::Error>,
    ) {
        let mut out = [0; DATAGRAM_BYTES_MAX];
        let mut compound = Compound::new(&mut out);
        let len = match write(&mut compound) {
            Ok(()) => compound.len(),
            Err(_no_space) => return,
        };
        let sealed = out
            .get(..len)
            .and_then(|packet| self.sealed_raw_rtcp(packet));
        if let Some(sealed) = sealed {
            self.send(sealed, None);
        }
    }
}

fn sha1(key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
    DefaultSha1HmacProvider.sha1_hmac(key, payloads)
}
