//! People who use the crate `webrtc`: a WebRTC stack that shares no code with the server's media path, so that a call between
//! two of them proves interoperation. It carries a handful of calls, not a load.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use media_packet::rtp::{SequenceUnwrapper, Ssrc};
use rtc::media_stream::MediaStreamTrack;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
    RtpCodecKind,
};
use rtc_rtp::header::Header;
use rtc_rtp::packet::Packet;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use webrtc::media_stream::Track as _;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
    RTCIceGatheringState, RTCPeerConnectionState, RTCSessionDescription, Registry,
    register_default_interceptors,
};
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

use crate::client::{AUDIO_BYTES, Loss, Picture, VIDEO_BYTES, sent_at, write_audio, write_video};
use crate::clock::Clock;
use crate::link::STEP_TIMEOUT;
use crate::measure::Measure;
use crate::media::{Begun, Ended};
use crate::offer;

/// Voices and pictures that each person offers to receive, as the web client does.
const AUDIO_SLOTS: usize = 7;
const VIDEO_SLOTS: usize = 6;
/// A picture of five packets every 50 ms; a keyframe every two seconds, for the stack does not tell when one is asked for.
const PACKETS_PER_PICTURE: u32 = 5;
const PICTURES_PER_KEYFRAME: u32 = 40;

type Told = oneshot::Sender<Result<Instant, String>>;
/// What somebody waits for.
pub(crate) type Awaited = oneshot::Receiver<Result<Instant, String>>;

/// What all people of this kind share.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    clock: Clock,
    address: IpAddr,
    counters: Arc<Mutex<Counters>>,
}

/// Counted by the tasks of all streams; a lock, since a few thousand packets a second do not need better.
#[derive(Debug)]
struct Counters {
    measure: Measure,
    streams: Vec<StreamCount>,
}

#[derive(Clone, Copy, Debug, Default)]
struct StreamCount {
    sequence: SequenceUnwrapper,
    first: u64,
    received: u64,
}

impl Plane {
    pub(crate) fn new(clock: Clock, address: IpAddr) -> Self {
        let counters = Counters {
            measure: Measure::new(),
            streams: Vec::new(),
        };
        Self {
            clock,
            address,
            counters: Arc::new(Mutex::new(counters)),
        }
    }

    fn with<T>(&self, count: impl FnOnce(&mut Counters) -> T) -> T {
        count(&mut self.counters.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now().instant
    }

    /// Counts from now on.
    pub(crate) fn begin(&self) -> Begun {
        self.with(|counters| {
            counters.measure.begin();
            counters
                .streams
                .iter_mut()
                .for_each(|stream| *stream = StreamCount::default());
        });
        Begun {
            at: self.clock.now().micros,
        }
    }

    /// Counts no longer.
    pub(crate) fn end(&self) -> Ended {
        let at = self.clock.now().micros;
        self.with(|counters| {
            counters.measure.end();
            let mut loss = Loss::default();
            for stream in &counters.streams {
                let expected = stream
                    .sequence
                    .highest()
                    .map_or(0, |highest| highest.0 + 1 - stream.first);
                loss.expected += expected;
                loss.lost += expected.saturating_sub(stream.received);
            }
            let measure = std::mem::replace(&mut counters.measure, Measure::new());
            Ended {
                at,
                measure,
                loss,
                failures: Vec::new(),
                retransmissions_sent: 0,
            }
        })
    }

    /// Makes a connection and its offer.
    pub(crate) async fn offer(&self) -> anyhow::Result<(Peer, String, Awaited, Awaited)> {
        let (audio, video) = (track(RtpCodecKind::Audio), track(RtpCodecKind::Video));
        let (tell_connected, connected) = oneshot::channel();
        let (tell_media, media) = oneshot::channel();
        let (tell_gathered, gathered) = oneshot::channel();
        let handler = Arc::new(Handler {
            plane: self.clone(),
            gathered: Mutex::new(Some(tell_gathered)),
            connected: Mutex::new(Some(tell_connected)),
            media: Arc::new(Mutex::new(AwaitedMedia {
                audio: false,
                video: false,
                told: Some(tell_media),
            })),
        });
        let mut engine = MediaEngine::default();
        engine.register_codec(parameters(RtpCodecKind::Audio), RtpCodecKind::Audio)?;
        engine.register_codec(parameters(RtpCodecKind::Video), RtpCodecKind::Video)?;
        let registry = register_default_interceptors(Registry::new(), &mut engine)?;
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(engine)
            .with_interceptor_registry(registry)
            .with_handler(handler)
            .with_udp_addrs(vec![SocketAddr::new(self.address, 0)])
            .build()
            .await?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);
        for track in [&audio, &video] {
            let track = Arc::clone(track) as Arc<dyn TrackLocal>;
            connection
                .add_transceiver_from_track(track, init(RTCRtpTransceiverDirection::Sendonly))
                .await?;
        }
        for kind in [RtpCodecKind::Audio; AUDIO_SLOTS]
            .into_iter()
            .chain([RtpCodecKind::Video; VIDEO_SLOTS])
        {
            connection
                .add_transceiver_from_kind(kind, init(RTCRtpTransceiverDirection::Recvonly))
                .await?;
        }
        let offer = connection.create_offer(None).await?;
        connection.set_local_description(offer).await?;
        timeout(STEP_TIMEOUT, gathered)
            .await
            .context("no candidates were gathered")?
            .context("the connection is gone")?;
        let description = connection
            .local_description()
            .await
            .context("no local description")?;
        let peer = Peer {
            plane: self.clone(),
            connection,
            audio,
            video,
            sending: None,
        };
        Ok((peer, description.sdp, connected, media))
    }
}

fn init(direction: RTCRtpTransceiverDirection) -> Option<RTCRtpTransceiverInit> {
    Some(RTCRtpTransceiverInit {
        direction,
        streams: Vec::new(),
        send_encodings: Vec::new(),
    })
}

fn codec(kind: RtpCodecKind) -> RTCRtpCodec {
    let is_audio = kind == RtpCodecKind::Audio;
    RTCRtpCodec {
        mime_type: if is_audio { "audio/opus" } else { "video/VP8" }.to_owned(),
        clock_rate: if is_audio { 48_000 } else { 90_000 },
        channels: if is_audio { 2 } else { 0 },
        sdp_fmtp_line: if is_audio {
            "minptime=10;useinbandfec=1"
        } else {
            ""
        }
        .to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

fn parameters(kind: RtpCodecKind) -> RTCRtpCodecParameters {
    let payload_type = if kind == RtpCodecKind::Audio {
        offer::OPUS
    } else {
        offer::VP8
    };
    RTCRtpCodecParameters {
        rtp_codec: codec(kind),
        payload_type,
    }
}

fn track(kind: RtpCodecKind) -> Arc<TrackLocalStaticRTP> {
    let rtp_coding_parameters = RTCRtpCodingParameters {
        ssrc: Some(rand::random()),
        ..RTCRtpCodingParameters::default()
    };
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters,
        codec: codec(kind),
        ..RTCRtpEncodingParameters::default()
    };
    let name = if kind == RtpCodecKind::Audio {
        "voice"
    } else {
        "camera"
    };
    let track = MediaStreamTrack::new(
        "me".to_owned(),
        name.to_owned(),
        name.to_owned(),
        kind,
        vec![coding],
    );
    Arc::new(TrackLocalStaticRTP::new(track))
}

/// One person's connection.
pub(crate) struct Peer {
    plane: Plane,
    connection: Arc<dyn PeerConnection>,
    audio: Arc<TrackLocalStaticRTP>,
    video: Arc<TrackLocalStaticRTP>,
    sending: Option<JoinHandle<()>>,
}

impl Peer {
    /// Takes the answer.
    pub(crate) async fn answer(&self, sdp: &str) -> anyhow::Result<()> {
        let answer = RTCSessionDescription::answer(sdp.to_owned()).context("the answer")?;
        self.connection
            .set_remote_description(answer)
            .await
            .context("the answer")
    }

    /// Begins to send, once connected.
    pub(crate) fn start(&mut self) {
        let (clock, audio, video) = (
            self.plane.clock,
            Arc::clone(&self.audio),
            Arc::clone(&self.video),
        );
        self.sending = Some(tokio::spawn(send(clock, audio, video)));
    }

    /// Hangs up; errors are of no interest any more.
    pub(crate) async fn close(self) {
        if let Some(sending) = self.sending {
            sending.abort();
        }
        drop(self.connection.close().await);
    }
}

/// 100 packets of video and 50 of audio a second, until the connection is gone.
async fn send(clock: Clock, audio: Arc<TrackLocalStaticRTP>, video: Arc<TrackLocalStaticRTP>) {
    let ssrcs = (first_ssrc(&audio).await, first_ssrc(&video).await);
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for number in 0u32.. {
        ticks.tick().await;
        let (picture, place) = (number / PACKETS_PER_PICTURE, number % PACKETS_PER_PICTURE);
        let mut payload = vec![0; VIDEO_BYTES];
        let keyframe = picture.is_multiple_of(PICTURES_PER_KEYFRAME);
        let [_, _, high, low] = picture.to_be_bytes();
        let id = u16::from_be_bytes([high & 0x7f, low]);
        write_video(
            &mut payload,
            Picture {
                id,
                first: place == 0,
                keyframe,
            },
            number,
            clock.now().micros,
        );
        let marker = place + 1 == PACKETS_PER_PICTURE;
        let packet = packet(
            offer::VP8,
            number,
            picture.wrapping_mul(4_500),
            ssrcs.1,
            marker,
            payload,
        );
        if video.write_rtp(packet).await.is_err() {
            return;
        }
        if number.is_multiple_of(2) {
            let number = number / 2;
            let mut payload = vec![0; AUDIO_BYTES];
            write_audio(&mut payload, number, clock.now().micros);
            let packet = self::packet(
                offer::OPUS,
                number,
                number.wrapping_mul(960),
                ssrcs.0,
                number == 0,
                payload,
            );
            if audio.write_rtp(packet).await.is_err() {
                return;
            }
        }
    }
}

async fn first_ssrc(track: &TrackLocalStaticRTP) -> u32 {
    track.ssrcs().await.first().copied().unwrap_or_default()
}

fn packet(
    payload_type: u8,
    number: u32,
    timestamp: u32,
    ssrc: u32,
    marker: bool,
    payload: Vec<u8>,
) -> Packet {
    let [_, _, high, low] = number.to_be_bytes();
    let sequence_number = u16::from_be_bytes([high, low]);
    let header = Header {
        version: 2,
        marker,
        payload_type,
        sequence_number,
        timestamp,
        ssrc,
        ..Header::default()
    };
    Packet {
        header,
        payload: payload.into(),
    }
}

struct Handler {
    plane: Plane,
    // The stack calls from tasks of its own; each value is taken once.
    gathered: Mutex<Option<oneshot::Sender<()>>>,
    connected: Mutex<Option<Told>>,
    media: Arc<Mutex<AwaitedMedia>>,
}

struct AwaitedMedia {
    audio: bool,
    video: bool,
    told: Option<Told>,
}

fn take<T>(once: &Mutex<Option<T>>) -> Option<T> {
    once.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete
            && let Some(told) = take(&self.gathered)
        {
            told.send(()).unwrap_or(());
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let outcome = if state == RTCPeerConnectionState::Connected {
            Ok(self.plane.clock.now().instant)
        } else if state == RTCPeerConnectionState::Failed {
            Err("the connection failed".to_owned())
        } else {
            return;
        };
        if let Some(told) = take(&self.connected) {
            drop(told.send(outcome));
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        tokio::spawn(receive(self.plane.clone(), track, Arc::clone(&self.media)));
    }
}

/// Counts what comes on one track, until it ends.
async fn receive(plane: Plane, track: Arc<dyn TrackRemote>, media: Arc<Mutex<AwaitedMedia>>) {
    let is_video = track.kind().await == RtpCodecKind::Video;
    let stream = plane.with(|counters| {
        counters.streams.push(StreamCount::default());
        counters.streams.len() - 1
    });
    let mut known = None;
    while let Some(event) = track.poll().await {
        let TrackRemoteEvent::OnRtpPacket(packet) = event else {
            continue;
        };
        let now = plane.clock.now();
        let ssrc = Ssrc(packet.header.ssrc);
        if known != Some(ssrc) {
            known = Some(ssrc);
            media_came(&media, is_video, now.instant);
        }
        plane.with(|counters| {
            match sent_at(&packet.payload) {
                Some(sent) => counters
                    .measure
                    .packet(now.micros.since(sent), packet.payload.len()),
                None => counters.measure.foreign_packet(),
            }
            if let Some(stream) = counters.streams.get_mut(stream) {
                let first = stream.sequence.highest().is_none();
                let number = stream.sequence.note(packet.header.sequence_number);
                stream.first = if first { number.0 } else { stream.first };
                stream.received += 1;
            }
        });
    }
}

fn media_came(media: &Mutex<AwaitedMedia>, is_video: bool, at: Instant) {
    let mut media = media.lock().unwrap_or_else(PoisonError::into_inner);
    media.audio |= !is_video;
    media.video |= is_video;
    if media.audio
        && media.video
        && let Some(told) = media.told.take()
    {
        drop(told.send(Ok(at)));
    }
}
