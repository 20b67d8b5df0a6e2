//! Payloads that look like Opus and VP8 and carry a number and their time of sending at the end.

use media_packet::time::Micros;

/// Bytes of a packet's payload: 64 kbit/s Opus in 20 ms.
pub(crate) const AUDIO_BYTES: usize = 160;
/// Bytes of a packet's payload of video.
pub(crate) const VIDEO_BYTES: usize = 1_100;

const MARK: [u8; 4] = *b"VBen";
const STAMP_BYTES: usize = 16;

/// Table of contents of a 20 ms CELT full-band packet.
const OPUS_TOC: u8 = 31 << 3;

/// Writes an audio payload into `out`, which is filled whole.
pub(crate) fn write_audio(out: &mut [u8], number: u32, now: Micros) {
    out.fill(0x55);
    if let Some(first) = out.first_mut() {
        *first = OPUS_TOC;
    }
    stamp(out, number, now);
}

/// Place of a packet in its picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture {
    pub(crate) id: u16,
    pub(crate) first: bool,
    pub(crate) keyframe: bool,
}

/// Writes a video payload into `out`: descriptor with a picture number of 15 bits (RFC 7741 §4.2), then in the first packet
/// the frame's header (RFC 6386 §9.1).
pub(crate) fn write_video(out: &mut [u8], picture: Picture, number: u32, now: Micros) {
    out.fill(0xaa);
    let start = if picture.first { 0x10 } else { 0x00 };
    let [high, low] = (picture.id | 0x8000).to_be_bytes();
    let tag = u8::from(!picture.keyframe);
    // 640 x 360, little-endian.
    let head = [
        0x80 | start,
        0x80,
        high,
        low,
        tag,
        0,
        0,
        0x9d,
        0x01,
        0x2a,
        0x80,
        0x02,
        0x68,
        0x01,
    ];
    let len = match (picture.first, picture.keyframe) {
        (true, true) => head.len(),
        (true, false) => 7,
        (false, _) => 4,
    };
    for (to, from) in out.iter_mut().zip(head).take(len) {
        *to = from;
    }
    stamp(out, number, now);
}

fn stamp(out: &mut [u8], number: u32, now: Micros) {
    let Some(place) = out.last_chunk_mut::<STAMP_BYTES>() else {
        return;
    };
    let [n0, n1, n2, n3] = number.to_be_bytes();
    let [t0, t1, t2, t3, t4, t5, t6, t7] = now.0.to_be_bytes();
    let [m0, m1, m2, m3] = MARK;
    *place = [
        m0, m1, m2, m3, n0, n1, n2, n3, t0, t1, t2, t3, t4, t5, t6, t7,
    ];
}

/// When a payload was sent; none when it is not one of ours.
pub(crate) fn sent_at(payload: &[u8]) -> Option<Micros> {
    let [mark @ .., _, _, _, _, t0, t1, t2, t3, t4, t5, t6, t7] =
        payload.last_chunk::<STAMP_BYTES>()?;
    (*mark == MARK).then_some(Micros(u64::from_be_bytes([
        *t0, *t1, *t2, *t3, *t4, *t5, *t6, *t7,
    ])))
}

#[cfg(test)]
mod tests {
    use media_packet::{opus, vp8};

    use super::*;

    #[test]
    fn payloads_are_what_they_look_like() {
        let mut out = [0; AUDIO_BYTES];
        write_audio(&mut out, 1, Micros(77));
        assert_eq!(
            (opus::duration_samples(&out), sent_at(&out)),
            (Some(960), Some(Micros(77)))
        );
        let mut out = [0; VIDEO_BYTES];
        for (first, keyframe) in [(true, true), (true, false), (false, true)] {
            write_video(
                &mut out,
                Picture {
                    id: 300,
                    first,
                    keyframe,
                },
                2,
                Micros(78),
            );
            let descriptor = vp8::Descriptor::parse(&out).unwrap();
            assert_eq!(descriptor.picture_id, Some(vp8::PictureId::Long(300)));
            assert_eq!(descriptor.starts_picture(), first);
            assert_eq!(vp8::keyframe(&out).is_some(), first && keyframe);
            assert_eq!(sent_at(&out), Some(Micros(78)));
        }
        assert_eq!(sent_at(&[0; 100]), None);
    }
}
