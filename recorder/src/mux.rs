//! Frames to WebM (RFC 9559): one VP8 track, one Opus track, either may be missing.
//!
//! The file begins with a head of a fixed size that is written last, when the duration, the cues and the tracks are known: then
//! players can seek with one request. Behind it clusters, each written whole: a file that was cut still plays to its last
//! whole cluster. Left to others: order and times of the frames ([`crate::derive`]).

mod ebml;

use crate::depacketise::Size;
use crate::opus;
use ebml::id;

/// Length of a cluster at the most: also the distance of seek points where there is only a voice.
const CLUSTER_MS: u64 = 5_000;

/// Bytes of the head without its cues: tracks and information take under 400.
const HEAD_FIXED_BYTES: usize = 640;

/// Bytes of one cue at the most.
const CUE_BYTES: usize = 28;

/// Cues of a file at the most: the head must stay inside one chunk of a sealed file (64 KiB). Of more, every second is dropped.
const CUES_MAX: usize = 2_000;

/// Track of the camera.
const VIDEO: u8 = 1;

/// Track of the voice.
const AUDIO: u8 = 2;

/// Delay of the usual Opus encoder, 6.5 ms (RFC 7845 §5.1: 312 samples): the first ones are not to be heard.
const PRE_SKIP_SAMPLES: u16 = 312;

/// Who muxed: no version, so that the same log always gives the same file.
const APP: &str = "Ventanilla";

/// What the head says besides what the muxer saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// Time zero of the file, UTC in milliseconds since 1970.
    pub(crate) begins_ms: i64,
    /// Number that tells this file's tracks from others'.
    pub(crate) uid: u64,
}

/// Writes one file.
#[derive(Debug)]
pub(crate) struct Muxer {
    out: Vec<u8>,
    head_bytes: usize,
    position: u64,
    cluster: Option<Cluster>,
    cues: Vec<Cue>,
    size: Option<Size>,
    voice: Option<Voice>,
    end_ms: u64,
}

#[derive(Debug)]
struct Cluster {
    begins_ms: u64,
    content: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Cue {
    at_ms: u64,
    position: u64,
    track: u8,
}

#[derive(Clone, Copy, Debug, Default)]
struct Voice {
    stereo: bool,
}

/// A finished file: the last bytes to append, and the head that takes the place of the first ones.
#[derive(Debug)]
pub(crate) struct Muxed {
    pub(crate) rest: Vec<u8>,
    pub(crate) head: Vec<u8>,
    pub(crate) duration_ms: u64,
    pub(crate) has_audio: bool,
    pub(crate) has_video: bool,
}

impl Muxer {
    /// Begins a file of about this length.
    pub(crate) fn new(expected_ms: u64) -> Self {
        let cues = usize::try_from(expected_ms / CLUSTER_MS)
            .unwrap_or(CUES_MAX)
            .saturating_add(8)
            .min(CUES_MAX);
        let head_bytes = HEAD_FIXED_BYTES + cues * CUE_BYTES;
        Self {
            out: vec![0; head_bytes],
            head_bytes,
            position: head_bytes as u64,
            cluster: None,
            cues: Vec::new(),
            size: None,
            voice: None,
            end_ms: 0,
        }
    }

    /// Appends a picture; `key` is its size when it can be shown alone.
    pub(crate) fn picture(&mut self, at_ms: u64, key: Option<Size>, data: &[u8]) {
        if let Some(size) = key {
            self.end_cluster();
            // Pictures may come in several sizes; players scale each to the one that the head names.
            let area = |size: Size| u32::from(size.width) * u32::from(size.height);
            if self.size.is_none_or(|largest| area(largest) < area(size)) {
                self.size = Some(size);
            }
        }
        self.block(VIDEO, at_ms, key.is_some(), data);
        self.end_ms = self.end_ms.max(at_ms + 1);
    }

    /// Appends a piece of voice.
    pub(crate) fn voice(&mut self, at_ms: u64, duration_ms: u64, data: &[u8]) {
        let voice = self.voice.get_or_insert_default();
        voice.stereo |= opus::is_stereo(data);
        self.block(AUDIO, at_ms, true, data);
        self.end_ms = self.end_ms.max(at_ms + duration_ms);
    }

    /// Bytes to append to the file so far; the first ones are the place of the head.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Ends the file. None when nothing was put in.
    pub(crate) fn finish(mut self, about: About) -> Option<Muxed> {
        self.end_cluster();
        if self.size.is_none() && self.voice.is_none() {
            return None;
        }
        let head = self.head(about);
        Some(Muxed {
            rest: self.out,
            head,
            duration_ms: self.end_ms,
            has_audio: self.voice.is_some(),
            has_video: self.size.is_some(),
        })
    }

    fn block(&mut self, track: u8, at_ms: u64, key: bool, data: &[u8]) {
        if self
            .cluster
            .as_ref()
            .is_some_and(|cluster| at_ms >= cluster.begins_ms + CLUSTER_MS)
        {
            self.end_cluster();
        }
        if self.cluster.is_none() {
            // Where there are pictures, only a keyframe is a place to begin to show.
            if key && (track == VIDEO || self.size.is_none()) {
                self.cues.push(Cue {
                    at_ms,
                    position: self.position,
                    track,
                });
            }
            let mut content = Vec::new();
            ebml::number(&mut content, id::TIMESTAMP, at_ms);
            self.cluster = Some(Cluster {
                begins_ms: at_ms,
                content,
            });
        }
        let Some(cluster) = &mut self.cluster else {
            return;
        };
        let relative_ms = i64::try_from(at_ms)
            .unwrap_or(i64::MAX)
            .saturating_sub_unsigned(cluster.begins_ms);
        let relative_ms = i16::try_from(relative_ms).unwrap_or(i16::MIN);
        let [high, low] = relative_ms.to_be_bytes();
        let flags = if key { 0x80 } else { 0 };
        ebml::element_id(&mut cluster.content, id::SIMPLE_BLOCK);
        ebml::size(&mut cluster.content, data.len() as u64 + 4);
        cluster
            .content
            .extend_from_slice(&[0x80 | track, high, low, flags]);
        cluster.content.extend_from_slice(data);
    }

    fn end_cluster(&mut self) {
        let Some(cluster) = self.cluster.take() else {
            return;
        };
        let before = self.out.len();
        ebml::bytes(&mut self.out, id::CLUSTER, &cluster.content);
        self.position += (self.out.len() - before) as u64;
    }

    /// Exactly the bytes that were left free for it.
    fn head(&self, about: About) -> Vec<u8> {
        let mut head = Vec::with_capacity(self.head_bytes);
        ebml::master(&mut head, id::EBML, |out| {
            ebml::number(out, id::EBML_VERSION, 1);
            ebml::number(out, id::EBML_READ_VERSION, 1);
            ebml::number(out, id::EBML_MAX_ID_LENGTH, 4);
            ebml::number(out, id::EBML_MAX_SIZE_LENGTH, 8);
            ebml::text(out, id::DOC_TYPE, "webm");
            ebml::number(out, id::DOC_TYPE_VERSION, 4);
            ebml::number(out, id::DOC_TYPE_READ_VERSION, 2);
        });
        ebml::element_id(&mut head, id::SEGMENT);
        let segment = head.len() + 8;
        ebml::wide_size(&mut head, self.position - segment as u64);

        let (info, tracks) = (self.info(about), self.tracks(about));
        let cues_fit = (self.head_bytes - HEAD_FIXED_BYTES) / CUE_BYTES;
        let cues = self.cues(cues_fit, segment as u64);
        let seek_head_bytes = seek_head(0, 0, 0).len();
        let info_at = seek_head_bytes as u64;
        let tracks_at = info_at + info.len() as u64;
        let cues_at = tracks_at + tracks.len() as u64;
        for part in [seek_head(info_at, tracks_at, cues_at), info, tracks, cues] {
            head.extend_from_slice(&part);
        }
        let rest = self.head_bytes - head.len();
        ebml::void(&mut head, rest);
        debug_assert_eq!(
            head.len(),
            self.head_bytes,
            "the head takes its place exactly"
        );
        head
    }

    fn info(&self, about: About) -> Vec<u8> {
        // Milliseconds from 1970-01-01 to 2001-01-01, where DateUTC begins.
        const MS_2001: i64 = 978_307_200_000;
        let mut info = Vec::new();
        ebml::master(&mut info, id::INFO, |out| {
            ebml::number(out, id::TIMESTAMP_SCALE, 1_000_000);
            #[expect(
                clippy::cast_precision_loss,
                reason = "durations are far below 2^53 ms"
            )]
            ebml::float(out, id::DURATION, self.end_ms as f64);
            let date_ns = about
                .begins_ms
                .saturating_sub(MS_2001)
                .saturating_mul(1_000_000);
            ebml::bytes(out, id::DATE_UTC, &date_ns.to_be_bytes());
            ebml::text(out, id::MUXING_APP, APP);
            ebml::text(out, id::WRITING_APP, APP);
        });
        info
    }

    fn tracks(&self, about: About) -> Vec<u8> {
        let mut tracks = Vec::new();
        ebml::master(&mut tracks, id::TRACKS, |out| {
            if let Some(size) = self.size {
                ebml::master(out, id::TRACK_ENTRY, |out| {
                    track(out, VIDEO, about.uid * 4 + 1, 1, "V_VP8");
                    ebml::master(out, id::VIDEO, |out| {
                        ebml::number(out, id::PIXEL_WIDTH, size.width.into());
                        ebml::number(out, id::PIXEL_HEIGHT, size.height.into());
                    });
                });
            }
            if let Some(voice) = self.voice {
                let channels = if voice.stereo { 2 } else { 1 };
                ebml::master(out, id::TRACK_ENTRY, |out| {
                    track(out, AUDIO, about.uid * 4 + 2, 2, "A_OPUS");
                    ebml::bytes(out, id::CODEC_PRIVATE, &opus_head(channels));
                    ebml::number(
                        out,
                        id::CODEC_DELAY,
                        u64::from(PRE_SKIP_SAMPLES) * 1_000_000 / 48,
                    );
                    ebml::number(out, id::SEEK_PRE_ROLL, 80_000_000);
                    ebml::master(out, id::AUDIO, |out| {
                        ebml::float(out, id::SAMPLING_FREQUENCY, 48_000.0);
                        ebml::number(out, id::CHANNELS, channels.into());
                    });
                });
            }
        });
        tracks
    }

    fn cues(&self, fit: usize, segment: u64) -> Vec<u8> {
        let every = self.cues.len().div_ceil(fit.max(1)).max(1);
        let mut cues = Vec::new();
        // A cue for the voice, made before the first picture came, helps no player that shows pictures.
        let wanted = if self.size.is_some() { VIDEO } else { AUDIO };
        let points = self
            .cues
            .iter()
            .filter(|cue| cue.track == wanted)
            .step_by(every);
        ebml::master(&mut cues, id::CUES, |out| {
            for cue in points {
                ebml::master(out, id::CUE_POINT, |out| {
                    ebml::number(out, id::CUE_TIME, cue.at_ms);
                    ebml::master(out, id::CUE_TRACK_POSITIONS, |out| {
                        ebml::number(out, id::CUE_TRACK, cue.track.into());
                        ebml::number(out, id::CUE_CLUSTER_POSITION, cue.position - segment);
                    });
                });
            }
        });
        cues
    }
}

fn seek_head(info: u64, tracks: u64, cues: u64) -> Vec<u8> {
    let mut head = Vec::new();
    ebml::master(&mut head, id::SEEK_HEAD, |out| {
        for (element, position) in [(id::INFO, info), (id::TRACKS, tracks), (id::CUES, cues)] {
            ebml::master(out, id::SEEK, |out| {
                ebml::bytes(out, id::SEEK_ID, &element.to_be_bytes());
                ebml::wide_number(out, id::SEEK_POSITION, position);
            });
        }
    });
    head
}

fn track(out: &mut Vec<u8>, number: u8, uid: u64, kind: u64, codec: &str) {
    ebml::number(out, id::TRACK_NUMBER, number.into());
    ebml::number(out, id::TRACK_UID, uid);
    ebml::number(out, id::TRACK_TYPE, kind);
    ebml::number(out, id::FLAG_LACING, 0);
    ebml::text(out, id::LANGUAGE, "und");
    ebml::text(out, id::CODEC_ID, codec);
}

/// The Opus header (RFC 7845 §5.1), numbers little-endian.
fn opus_head(channels: u8) -> Vec<u8> {
    let mut head = b"OpusHead".to_vec();
    head.extend_from_slice(&[1, channels]);
    head.extend_from_slice(&PRE_SKIP_SAMPLES.to_le_bytes());
    head.extend_from_slice(&48_000_u32.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}
