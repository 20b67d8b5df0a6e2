//! One simulated browser on the media plane: full ICE (controlling), DTLS as client, SRTP by our own packet crate. Who calls
//! whom is left to the signalling; when what is due, to the media thread.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use dimpl::{Dtls, DtlsCertificate, Output, SrtpProfile};
use is::stun::{StunMessage, StunPacket};
use is::{Candidate, IceAgent, IceAgentEvent, IceCreds, Protocol};
use media_packet::rtcp::{self, Compound, ReportBlock};
use media_packet::rtp::Ssrc;
use media_packet::srtp::{MasterKey, Opener, Profile, Sealer};
use media_packet::time::Micros;
use tokio::sync::oneshot;

use crate::clock::Now;
use crate::measure::Measure;
use crate::offer::{Local, Remote};

mod bare;
mod payload;
mod publish;
mod receive;

pub(crate) use payload::{AUDIO_BYTES, Picture, VIDEO_BYTES, sent_at, write_audio, write_video};
pub(crate) use publish::{AUDIO_STEP_US, Medium, Publisher, VIDEO_STEP_US};
pub(crate) use receive::{Loss, Receiver};

/// Bytes of a datagram at the most.
pub(crate) const DATAGRAM_BYTES_MAX: usize = 2_048;

/// Browsers report once a second.
pub(crate) const REPORT_STEP_US: u64 = 1_000_000;

/// The agent's own default spreads checks over 50 ms, which would be all that a join on loopback measures.
const CHECK_PACE: std::time::Duration = std::time::Duration::from_millis(5);

/// A client before the answer came.
pub(crate) struct Offered {
    socket: UdpSocket,
    ice: IceAgent,
    certificate: DtlsCertificate,
    pub(crate) local: Local,
}

impl Offered {
    /// Opens a socket on the address and makes keys for one call.
    pub(crate) fn new(address: std::net::IpAddr) -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((address, 0)).context("a UDP socket for the media")?;
        socket
            .set_nonblocking(true)
            .context("a UDP socket that does not block")?;
        nix::sys::socket::setsockopt(
            &socket,
            nix::sys::socket::sockopt::ReceiveTimestampns,
            &true,
        )
        .context("times of arrival from the kernel")?;
        let address = socket.local_addr().context("the address of a UDP socket")?;
        let credentials = IceCreds::new();
        let mut ice = IceAgent::new(credentials.clone());
        ice.set_controlling(true);
        ice.set_timing_advance(CHECK_PACE);
        ice.add_local_candidate(Candidate::host(address, "udp").context("a host candidate")?);
        let certificate = dimpl::certificate::generate_self_signed_certificate()
            .map_err(|error| anyhow::anyhow!("a DTLS certificate: {error}"))?;
        let local = Local {
            ufrag: credentials.ufrag,
            password: credentials.pass,
            fingerprint: certificate.fingerprint_str(),
            address,
            audio: Ssrc(rand::random()),
            video: Ssrc(rand::random()),
            video_rtx: Ssrc(rand::random()),
        };
        Ok(Self {
            socket,
            ice,
            certificate,
            local,
        })
    }

    /// Takes the answer; `milestones` are told as they are reached.
    pub(crate) fn answered(
        self,
        remote: Remote,
        milestones: Milestones,
        now: Instant,
    ) -> anyhow::Result<Client> {
        let Self {
            socket,
            mut ice,
            certificate,
            local,
        } = self;
        ice.set_remote_credentials(IceCreds {
            ufrag: remote.ufrag.clone(),
            pass: remote.password.clone(),
        });
        let candidates: Vec<_> = remote
            .candidates
            .iter()
            .map(|candidate| {
                Candidate::from_sdp_string(candidate).context("a candidate of the answer")
            })
            .collect::<Result<_, _>>()?;
        let ours = local.address.ip().is_loopback();
        let near = candidates
            .iter()
            .any(|candidate| candidate.addr().ip().is_loopback() == ours);
        for candidate in candidates {
            // A browser on another machine could not reach a loopback address either.
            if !near || candidate.addr().ip().is_loopback() == ours {
                ice.add_remote_candidate(candidate);
            }
        }
        let config = Arc::new(dimpl::Config::default());
        let mut dtls = Dtls::new_12(config, certificate, now);
        dtls.set_active(true);
        let publisher = Publisher::new(&local, &remote);
        Ok(Client {
            socket,
            local: local.address,
            ice,
            path: None,
            dtls,
            fingerprint: remote.fingerprint,
            verified: false,
            keys: None,
            bare: None,
            publisher,
            receiver: Receiver::default(),
            us: local.audio,
            milestones,
            sent_unheard: None,
            control_due: Some(now),
            failed: None,
        })
    }
}

/// Who waits for what of a client.
#[derive(Debug)]
pub(crate) struct Milestones {
    /// ICE and DTLS are done.
    pub(crate) connected: Option<oneshot::Sender<Result<Instant, String>>>,
    /// Voice and picture of another person come in.
    pub(crate) media: Option<oneshot::Sender<Result<Instant, String>>>,
}

/// A client that connects or is connected.
pub(crate) struct Client {
    pub(crate) socket: UdpSocket,
    local: SocketAddr,
    ice: IceAgent,
    path: Option<SocketAddr>,
    dtls: Dtls,
    fingerprint: String,
    verified: bool,
    keys: Option<(Sealer, Opener)>,
    /// There is neither ICE nor DTLS.
    bare: Option<bare::Bare>,
    pub(crate) publisher: Publisher,
    pub(crate) receiver: Receiver,
    us: Ssrc,
    milestones: Milestones,
    /// Packets that it had sent when it first heard the other.
    pub(crate) sent_unheard: Option<u64>,
    /// When ICE or DTLS want to be called.
    pub(crate) control_due: Option<Instant>,
    /// Why the client is of no more use.
    pub(crate) failed: Option<String>,
}

/// Buffers that all clients share.
#[derive(Debug)]
pub(crate) struct Scratch {
    pub(crate) packet: [u8; DATAGRAM_BYTES_MAX],
    numbers: Vec<u16>,
    blocks: Vec<ReportBlock>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            packet: [0; DATAGRAM_BYTES_MAX],
            numbers: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

impl Client {
    /// The client is of no more use: whoever waits for it hears why.
    pub(crate) fn fail(&mut self, why: String) {
        for told in [
            self.milestones.connected.take(),
            self.milestones.media.take(),
        ]
        .into_iter()
        .flatten()
        {
            drop(told.send(Err(why.clone())));
        }
        self.failed.get_or_insert(why);
    }

    /// Lets ICE and DTLS do what is due. True when the client has just connected.
    pub(crate) fn drive(&mut self, scratch: &mut Scratch, now: &Now) -> bool {
        if let Some(bare) = &mut self.bare {
            self.control_due = None;
            return bare.begin();
        }
        self.ice.handle_timeout(now.instant);
        while let Some(transmit) = self.ice.poll_transmit() {
            self.send_control(&transmit.contents, transmit.destination);
        }
        while let Some(event) = self.ice.poll_event() {
            if let IceAgentEvent::NominatedSend { destination, .. } = event {
                self.nominated(destination);
            }
        }
        let mut connected = false;
        let mut due = self.ice.poll_timeout();
        if self.path.is_some() {
            if let Err(error) = self.dtls.handle_timeout(now.instant) {
                self.fail(format!("DTLS: {error}"));
            }
            let (keys, timeout) = self.drain_dtls(&mut scratch.packet);
            connected = keys;
            due = due.into_iter().chain(timeout).min();
        }
        self.control_due = due;
        if connected && let Some(told) = self.milestones.connected.take() {
            // Who waited may have given up.
            drop(told.send(Ok(now.instant)));
        }
        connected
    }

    fn nominated(&mut self, destination: SocketAddr) {
        if self.path == Some(destination) {
            return;
        }
        // A connected socket saves the kernel a route for each packet.
        if let Err(error) = self.socket.connect(destination) {
            self.fail(format!("no way to {destination}: {error}"));
        }
        self.path = Some(destination);
    }

    fn send_control(&self, datagram: &[u8], destination: SocketAddr) {
        let sent = match self.path {
            Some(path) if path == destination => self.socket.send(datagram),
            Some(_) => return,
            None => self.socket.send_to(datagram, destination),
        };
        // A lost datagram of ICE or DTLS is sent again by its own timer.
        drop(sent);
    }

    fn drain_dtls(&mut self, buffer: &mut [u8]) -> (bool, Option<Instant>) {
        let mut connected = false;
        loop {
            match self.dtls.poll_output(buffer) {
                Output::Packet(record) => drop(self.socket.send(record)),
                Output::PeerCert(der) => {
                    let fingerprint = dimpl::certificate::calculate_fingerprint(der);
                    let found = dimpl::certificate::format_fingerprint(&fingerprint);
                    self.verified = found.eq_ignore_ascii_case(&self.fingerprint);
                }
                Output::KeyingMaterial(material, profile) => match keys(&material, profile) {
                    Ok(keys) if self.verified => {
                        self.keys = Some(keys);
                        connected = true;
                    }
                    Ok(_) => self.fail("the certificate is not that of the answer".to_owned()),
                    Err(error) => self.fail(format!("SRTP keys: {error}")),
                },
                Output::Timeout(when) => return (connected, Some(when)),
                Output::CloseNotify => self.fail("the server closed DTLS".to_owned()),
                Output::BufferTooSmall { .. } | Output::Connected | Output::ApplicationData(_) => {}
                // A foreign, non-exhaustive enum.
                _ => {}
            }
        }
    }

    /// Takes a datagram that came for this client, in the first `len` bytes of `buffer`.
    pub(crate) fn receive(
        &mut self,
        buffer: &mut [u8],
        from: SocketAddr,
        measure: &mut Measure,
        now: &Now,
    ) {
        match buffer.first() {
            Some(0..=3) => self.receive_stun(buffer, from, now),
            Some(20..=63) => {
                let step = self
                    .dtls
                    .handle_timeout(now.instant)
                    .and_then(|()| self.dtls.handle_packet(buffer));
                if let Err(error) = step {
                    self.fail(format!("DTLS: {error}"));
                }
                self.control_due = Some(now.instant);
            }
            Some(128..=191) => self.receive_media(buffer, measure, now),
            Some(_) | None => measure.foreign_packet(),
        }
    }

    fn receive_stun(&mut self, datagram: &[u8], source: SocketAddr, now: &Now) {
        if let Ok(message) = StunMessage::parse(datagram) {
            let destination = self.local;
            let packet = StunPacket {
                proto: Protocol::Udp,
                source,
                destination,
                message,
            };
            self.ice.handle_packet(now.instant, packet);
            self.control_due = Some(now.instant);
        }
    }

    fn receive_media(&mut self, packet: &mut [u8], measure: &mut Measure, now: &Now) {
        let Some((sealer, opener)) = &mut self.keys else {
            return;
        };
        if rtcp::is_rtcp(packet) {
            match opener.open_rtcp(packet) {
                Ok(len) => {
                    let compound = packet.get(..len).unwrap_or_default();
                    answer_reports(
                        compound,
                        &mut self.publisher,
                        &mut self.receiver,
                        sealer,
                        &self.socket,
                        now.micros,
                    );
                }
                Err(_) => measure.undecipherable(),
            }
            return;
        }
        let opened = opener.open_rtp(packet).and_then(|opened| {
            let packet = packet.get_mut(..opened.len).unwrap_or_default();
            self.receiver.receive(packet, measure, now.micros)
        });
        if opened.is_err() {
            measure.undecipherable();
        }
        if self.sent_unheard.is_none() && self.receiver.has_both() {
            self.sent_unheard = Some(self.publisher.sent().0);
            if let Some(told) = self.milestones.media.take() {
                drop(told.send(Ok(now.instant)));
            }
        }
    }

    /// Sends the next packet of a stream.
    pub(crate) fn publish(
        &mut self,
        medium: Medium,
        scratch: &mut Scratch,
        now: Micros,
    ) -> io::Result<()> {
        let Some((sealer, _)) = &mut self.keys else {
            return Ok(());
        };
        match self
            .publisher
            .next_packet(medium, sealer, &mut scratch.packet, now)
        {
            Ok(len) => send(&self.socket, scratch.packet.get(..len).unwrap_or_default()),
            Err(error) => {
                self.fail(format!("a packet to send: {error}"));
                Ok(())
            }
        }
    }

    /// Sends the reports of each second.
    pub(crate) fn report(&mut self, scratch: &mut Scratch, now: &Now) {
        let Scratch { packet, blocks, .. } = scratch;
        blocks.clear();
        self.receiver.blocks(blocks, now.micros);
        let mut compound = Compound::new(packet);
        let mut write = || {
            for (ssrc, info) in self.publisher.reports(now) {
                compound.sender_report(ssrc, &info, blocks)?;
                blocks.clear();
            }
            compound.cname(self.us, "bench")?;
            self.receiver.estimate(self.us, &mut compound)?;
            Ok::<usize, media_packet::Error>(compound.len())
        };
        let written = write();
        self.send_report(packet, written);
    }

    /// Sends what cannot wait: keyframes wanted, packets missing.
    pub(crate) fn report_urgent(&mut self, scratch: &mut Scratch, now: Micros) {
        if !self.receiver.is_urgent() {
            return;
        }
        let Scratch {
            packet, numbers, ..
        } = scratch;
        let mut compound = Compound::new(packet);
        let mut write = || {
            self.receiver.urgent(self.us, numbers, &mut compound, now)?;
            Ok::<usize, media_packet::Error>(compound.len())
        };
        let written = write();
        self.send_report(packet, written);
    }

    fn send_report(&mut self, packet: &mut [u8], written: Result<usize, media_packet::Error>) {
        let Some((sealer, _)) = &mut self.keys else {
            return;
        };
        let sealed = written.and_then(|len| {
            if len == 0 {
                Ok(0)
            } else {
                sealer.seal_rtcp(packet, len)
            }
        });
        match sealed {
            Ok(0) => {}
            // A report that is lost is made up for by the next one.
            Ok(len) => drop(send(&self.socket, packet.get(..len).unwrap_or_default())),
            Err(error) => self.fail(format!("a report to send: {error}")),
        }
    }
}

/// What the server reports: keyframes and packets it wants, its clocks.
fn answer_reports(
    compound: &[u8],
    publisher: &mut Publisher,
    receiver: &mut Receiver,
    sealer: &mut Sealer,
    socket: &UdpSocket,
    now: Micros,
) {
    for packet in rtcp::packets(compound) {
        match packet {
            rtcp::Packet::Pli { media, .. } if publisher.is_video(media) => {
                publisher.want_keyframe()
            }
            rtcp::Packet::Fir { mut entries, .. } => {
                if entries.any(|entry| publisher.is_video(entry.media)) {
                    publisher.want_keyframe();
                }
            }
            rtcp::Packet::Nack {
                media, sequences, ..
            } if publisher.is_video(media) => {
                let mut out = [0; DATAGRAM_BYTES_MAX];
                for sequence in sequences {
                    // What cannot be sent again is given up by the one who asked.
                    if let Ok(Some(len)) = publisher.again(sequence, sealer, &mut out, now) {
                        drop(send(socket, out.get(..len).unwrap_or_default()));
                    }
                }
            }
            rtcp::Packet::SenderReport { sender, info, .. } => {
                receiver.sender_report(sender, info, now)
            }
            rtcp::Packet::Pli { .. }
            | rtcp::Packet::Nack { .. }
            | rtcp::Packet::ReceiverReport { .. }
            | rtcp::Packet::Bye { .. }
            | rtcp::Packet::Remb { .. }
            | rtcp::Packet::TransportFeedback(_)
            | rtcp::Packet::ReceiverReferenceTime { .. }
            | rtcp::Packet::Other { .. } => {}
        }
    }
}

fn send(socket: &UdpSocket, datagram: &[u8]) -> io::Result<()> {
    socket.send(datagram).map(|_bytes| ())
}

/// We are the DTLS client: our packets are sealed with the first key.
fn keys(material: &[u8], profile: SrtpProfile) -> anyhow::Result<(Sealer, Opener)> {
    let profile = match profile {
        SrtpProfile::AES128_CM_SHA1_80 => Profile::Aes128CmSha1Tag80,
        SrtpProfile::AEAD_AES_128_GCM => Profile::Aes128Gcm,
        SrtpProfile::AEAD_AES_256_GCM => Profile::Aes256Gcm,
        // A foreign, non-exhaustive enum.
        other => anyhow::bail!("the unknown profile {other:?}"),
    };
    let (client, server) = MasterKey::split(profile, material)?;
    Ok((Sealer::new(&client)?, Opener::new(&server)?))
}
