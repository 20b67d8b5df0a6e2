//! A studio for tests: real VP8 and Opus made by ffmpeg, sent as RTP packets with clocks and networks of one's choice.
//!
//! The pictures flash white for the first 120 ms of each second and the voice beeps for the first 40 ms of it, so that what was
//! made together can be recognised in what is played.

#![allow(dead_code, reason = "each test file uses its own part of the studio")]

use bytes::Bytes;
use media_packet::capture::{Block, Entry, EntryKind, Medium};
use media_packet::rtp::{Header, Ssrc};
use media_packet::time::NtpTime;
use rtc_rtp::codec::opus::OpusPayloader;
use rtc_rtp::codec::vp8::Vp8Payloader;
use rtc_rtp::packetizer::Payloader;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Encoded media and when each piece was made, in microseconds from the beginning.
pub(crate) struct Footage {
    pub(crate) pictures: Vec<(i64, Vec<u8>)>,
    pub(crate) voice: Vec<(i64, Vec<u8>)>,
}

/// Seconds of footage at the most.
const SECONDS_MAX: u32 = 12;

/// The first `seconds` of the footage, which is made once for all tests of a program; a keyframe every two seconds.
pub(crate) fn footage(seconds: u32) -> Footage {
    static WHOLE: OnceLock<Footage> = OnceLock::new();
    assert!(seconds <= SECONDS_MAX);
    let whole = WHOLE.get_or_init(|| make_footage("320x240"));
    let end_us = i64::from(seconds) * 1_000_000;
    let until = |pieces: &[(i64, Vec<u8>)]| {
        pieces
            .iter()
            .filter(|(made_us, _)| *made_us < end_us)
            .cloned()
            .collect()
    };
    Footage {
        pictures: until(&whole.pictures),
        voice: until(&whole.voice),
    }
}

/// The same as a small layer of the camera: pictures of a quarter of the size.
pub(crate) fn small_footage() -> Footage {
    make_footage("160x120")
}

fn make_footage(size: &str) -> Footage {
    let folder = tempfile::tempdir().unwrap();
    let (pictures, voice) = (
        folder.path().join("pictures.ivf"),
        folder.path().join("voice.ogg"),
    );
    let flash = format!(
        "testsrc=s={size}:r=25,lutyuv=y=val/4,noise=alls=12:allf=t,\
         drawbox=w=iw:h=ih:t=fill:c=white:enable='lt(mod(t,1),0.12)'"
    );
    let beep = "aevalsrc='if(lt(mod(t,1),0.04),0.5*sin(2*PI*1000*t),0)':s=48000";
    let length = SECONDS_MAX.to_string();
    let vp8 = [
        "-c:v",
        "libvpx",
        "-g",
        "50",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-b:v",
        "500k",
    ];
    run(
        "ffmpeg",
        &[&["-f", "lavfi", "-i", &flash, "-t", &length], &vp8[..]].concat(),
        &pictures,
    );
    let opus = ["-c:a", "libopus", "-b:a", "32k"];
    run(
        "ffmpeg",
        &[&["-f", "lavfi", "-i", beep, "-t", &length], &opus[..]].concat(),
        &voice,
    );
    Footage {
        pictures: read_ivf(&std::fs::read(pictures).unwrap()),
        voice: read_ogg(&std::fs::read(voice).unwrap()),
    }
}

/// Runs a tool of ffmpeg's; `output` is the last argument.
pub(crate) fn run(tool: &str, arguments: &[&str], output: &Path) -> String {
    let done = Command::new(tool)
        .args(["-v", "error", "-y"].iter().filter(|_| tool == "ffmpeg"))
        .args(arguments)
        .arg(output)
        .output()
        .unwrap_or_else(|error| panic!("{tool} must be installed for this test: {error}"));
    let complaint = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{tool} {arguments:?}: {complaint}");
    String::from_utf8(done.stdout).unwrap()
}

/// IVF: a header of 32 bytes, then frames with a header of 12 each. Time base 1/25 s.
fn read_ivf(bytes: &[u8]) -> Vec<(i64, Vec<u8>)> {
    let mut frames = Vec::new();
    let mut rest = &bytes[32..];
    while let Some((head, tail)) = rest.split_first_chunk::<12>() {
        let len = usize::try_from(u32::from_le_bytes(head[..4].try_into().unwrap())).unwrap();
        let number = i64::from_le_bytes(head[4..].try_into().unwrap());
        frames.push((number * 40_000, tail[..len].to_vec()));
        rest = &tail[len..];
    }
    frames
}

/// Ogg (RFC 3533): pages of segments; the first two packets are Opus' headers. Packets of 20 ms.
fn read_ogg(bytes: &[u8]) -> Vec<(i64, Vec<u8>)> {
    let (mut packets, mut packet, mut rest) = (Vec::new(), Vec::new(), bytes);
    while let Some((head, tail)) = rest.split_first_chunk::<27>() {
        assert_eq!(&head[..4], b"OggS");
        let (sizes, mut body) = tail.split_at(usize::from(head[26]));
        for size in sizes {
            let (part, more) = body.split_at(usize::from(*size));
            packet.extend_from_slice(part);
            body = more;
            if *size < 255 {
                packets.push(std::mem::take(&mut packet));
            }
        }
        rest = body;
    }
    (0..)
        .step_by(20_000)
        .zip(packets.into_iter().skip(2))
        .collect()
}

/// One packet or report on its way: when it arrives, µs of the media worker's clock.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) arrival_us: i64,
    pub(crate) participant: u8,
    pub(crate) medium: Medium,
    pub(crate) kind: EntryKind,
    pub(crate) bytes: Vec<u8>,
}

/// A browser with clocks of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Browser {
    pub(crate) participant: u8,
    /// When it begins to send, µs of the media worker's clock.
    pub(crate) begins_us: i64,
    /// How much faster its clock of sampling runs than true time; its NTP clock runs true.
    pub(crate) audio_ppm: i64,
    pub(crate) video_ppm: i64,
    /// How much faster its NTP clock runs.
    pub(crate) ntp_ppm: i64,
    /// Milliseconds between sender reports; none are sent at 0.
    pub(crate) report_ms: i64,
    /// What the network takes.
    pub(crate) delay_us: i64,
}

impl Browser {
    pub(crate) const fn plain(participant: u8) -> Self {
        Self {
            participant,
            begins_us: 5_000_000,
            audio_ppm: 0,
            video_ppm: 0,
            ntp_ppm: 0,
            report_ms: 1_000,
            delay_us: 20_000,
        }
    }

    /// Everything it sends of this footage, in order of arrival.
    pub(crate) fn send(&self, footage: &Footage) -> Vec<Sent> {
        let mut sent = vec![self.sent(0, Medium::Audio, EntryKind::Begin, Vec::new())];
        sent.extend(self.pictures(&footage.pictures));
        sent.extend(self.voice(&footage.voice));
        sent.sort_by_key(|sent| sent.arrival_us);
        let last_us = sent.last().unwrap().arrival_us;
        let end = Sent {
            arrival_us: last_us,
            ..self.sent(0, Medium::Audio, EntryKind::End, Vec::new())
        };
        sent.push(end);
        sent
    }

    fn pictures(&self, pictures: &[(i64, Vec<u8>)]) -> Vec<Sent> {
        let mut payloader = Vp8Payloader::default();
        payloader.enable_picture_id = true;
        let mut sequence = 65_530_u16;
        let mut sent = Vec::new();
        for (made_us, picture) in pictures {
            let timestamp = ticks(*made_us, 90_000, self.video_ppm, 0xffff_0000);
            let parts = payloader
                .payload(1_100, &Bytes::copy_from_slice(picture))
                .unwrap();
            let last = parts.len() - 1;
            for (at, part) in parts.iter().enumerate() {
                let header = Header {
                    marker: at == last,
                    payload_type: 96,
                    sequence,
                    timestamp,
                    ssrc: Ssrc(0x10 + u32::from(self.participant)),
                };
                sequence = sequence.wrapping_add(1);
                sent.push(self.sent(
                    *made_us,
                    Medium::Camera,
                    EntryKind::Rtp,
                    packet(&header, part),
                ));
            }
        }
        let end_us = pictures.last().unwrap().0;
        sent.extend(self.reports(
            Medium::Camera,
            0x10,
            90_000,
            self.video_ppm,
            0xffff_0000,
            end_us,
        ));
        sent
    }

    fn voice(&self, voice: &[(i64, Vec<u8>)]) -> Vec<Sent> {
        let mut sent = Vec::new();
        for ((made_us, voice), sequence) in voice.iter().zip((0..=u16::MAX).cycle().skip(65_000)) {
            let timestamp = ticks(*made_us, 48_000, self.audio_ppm, 0xffff_f000);
            let part = OpusPayloader
                .payload(1_100, &Bytes::copy_from_slice(voice))
                .unwrap()
                .remove(0);
            let header = Header {
                marker: false,
                payload_type: 111,
                sequence,
                timestamp,
                ssrc: Ssrc(0x20 + u32::from(self.participant)),
            };
            sent.push(self.sent(
                *made_us,
                Medium::Audio,
                EntryKind::Rtp,
                packet(&header, &part),
            ));
        }
        let end_us = voice.last().unwrap().0;
        sent.extend(self.reports(
            Medium::Audio,
            0x20,
            48_000,
            self.audio_ppm,
            0xffff_f000,
            end_us,
        ));
        sent
    }

    fn reports(
        &self,
        medium: Medium,
        ssrc: u32,
        rate: i64,
        ppm: i64,
        base: u32,
        end_us: i64,
    ) -> Vec<Sent> {
        let mut reports = Vec::new();
        let mut at_us = 30_000;
        while self.report_ms > 0 && at_us < end_us {
            let ntp_us = 1_700_000_000_000_000 + at_us + at_us * self.ntp_ppm / 1_000_000;
            let mut bytes = vec![0x80, 200, 0, 6];
            bytes.extend_from_slice(&(ssrc + u32::from(self.participant)).to_be_bytes());
            bytes.extend_from_slice(
                &NtpTime::from_unix_us(u64::try_from(ntp_us).unwrap())
                    .0
                    .to_be_bytes(),
            );
            bytes.extend_from_slice(&ticks(at_us, rate, ppm, base).to_be_bytes());
            bytes.extend_from_slice(&[0; 8]);
            reports.push(self.sent(at_us, medium, EntryKind::SenderReport, bytes));
            at_us += self.report_ms * 1_000;
        }
        reports
    }

    fn sent(&self, made_us: i64, medium: Medium, kind: EntryKind, bytes: Vec<u8>) -> Sent {
        let arrival_us = self.begins_us + made_us + self.delay_us;
        Sent {
            arrival_us,
            participant: self.participant,
            medium,
            kind,
            bytes,
        }
    }
}

fn ticks(made_us: i64, rate: i64, ppm: i64, base: u32) -> u32 {
    let ticks =
        i128::from(made_us) * i128::from(rate) * i128::from(1_000_000 + ppm) / 1_000_000_000_000;
    base.wrapping_add(u32::try_from(ticks & 0xffff_ffff).unwrap())
}

fn packet(header: &Header, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 12];
    header.write(&mut bytes).unwrap();
    bytes.extend_from_slice(payload);
    bytes
}

/// Collects what arrived into blocks of 200 ms, as the media worker does.
pub(crate) fn blocks(record: u64, sent: &[Sent]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block = Block::new(record, 0, 0, Vec::new());
    let mut begin_us = 0;
    for sent in sent {
        if block.is_empty() {
            begin_us = sent.arrival_us;
        }
        let entry = Entry {
            kind: sent.kind,
            participant: sent.participant,
            medium: sent.medium,
            arrival_us: u64::try_from(sent.arrival_us).unwrap(),
            payload: &sent.bytes,
        };
        if sent.arrival_us - begin_us > 200_000 || !block.push(entry) {
            let next = Block::new(record, block.sequence + 1, 0, Vec::new());
            blocks.push(std::mem::replace(&mut block, next));
            begin_us = sent.arrival_us;
            assert!(block.push(entry));
        }
    }
    blocks.push(block);
    blocks
}

/// A small generator, so that tests are the same every time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        // xorshift64*, as published by Vigna
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }
}

/// Seconds at which the picture turns white, in a file that ffmpeg can play.
pub(crate) fn flashes(file: &Path) -> Vec<f64> {
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args([
            "-map",
            "0:v",
            "-vf",
            "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
            "-f",
            "null",
            "-",
        ])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let (mut white, mut at, mut flashes) = (false, 0.0, Vec::new());
    for word in String::from_utf8(done.stdout).unwrap().split_whitespace() {
        if let Some(time) = word.strip_prefix("pts_time:") {
            at = time.parse().unwrap();
        } else if let Some(bright) = word.strip_prefix("lavfi.signalstats.YAVG=") {
            let now_white = bright.parse::<f64>().unwrap() > 128.0;
            if now_white && !white {
                flashes.push(at);
            }
            white = now_white;
        }
    }
    flashes
}

/// Seconds at which the voice begins to beep, by the times of a file that ffmpeg can play.
pub(crate) fn beeps(file: &Path) -> Vec<f64> {
    // `aresample=async` puts silence where times leave holes, so that samples count time from 0.
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(file)
        .args([
            "-map",
            "0:a",
            "-af",
            "aresample=async=1:first_pts=0",
            "-f",
            "s16le",
            "-ac",
            "1",
            "-ar",
            "48000",
            "-",
        ])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let samples = done
        .stdout
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    let (mut quiet, mut beeps) = (48_000_u32, Vec::new());
    for (at, sample) in samples.enumerate() {
        if sample.unsigned_abs() > 3_000 {
            if quiet > 10_000 {
                beeps.push(f64::from(u32::try_from(at).unwrap()) / 48_000.0);
            }
            quiet = 0;
        } else {
            quiet += 1;
        }
    }
    beeps
}

/// What ffprobe says of one entry, e.g. `format=duration`.
pub(crate) fn probe(file: &Path, entries: &str, more: &[&str]) -> String {
    let mut arguments = vec!["-v", "error", "-show_entries", entries, "-of", "csv=p=0"];
    arguments.extend_from_slice(more);
    run("ffprobe", &arguments, file).trim().to_owned()
}
