//! Bodies of the fuzz targets: what must hold for any bytes. The targets in `fuzz/` are one line each; `cargo test` plays the
//! kept corpora through the same bodies.
//! Unlike everything else here a body panics: that is how it tells what does not hold.

#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is the answer that a fuzz target gives"
)]

use crate::receive::ReceivedStream;
use crate::red::{PLAIN_BYTES_MAX, REPEATED_MAX, Red};
use crate::rtcp::{self, Compound, Packet as Rtcp};
use crate::rtp::{ExtensionKind, ExtensionMap, Header, Packet, Ssrc};
use crate::srtp::{MasterKey, Opener, Profile, Sealer};
use crate::time::Micros;
use crate::twcc::ArrivalLog;
use crate::{capture, opus, rtp, rtx, vp8};

/// RTP with extensions: what was read can be written, and the same is read again.
pub fn rtp(bytes: &[u8]) {
    let mut map = ExtensionMap::default();
    for (id, kind) in [
        ExtensionKind::Mid,
        ExtensionKind::Rid,
        ExtensionKind::RepairedRid,
        ExtensionKind::AbsSendTime,
        ExtensionKind::TransportSequence,
        ExtensionKind::AudioLevel,
        ExtensionKind::VideoOrientation,
    ]
    .into_iter()
    .enumerate()
    {
        map.set(kind, u8::try_from(id + 1).unwrap_or_default());
    }
    let Ok(packet) = Packet::parse(bytes) else {
        return;
    };
    let (header, values) = (packet.header(), packet.extensions(&map));
    let mut out = [0; 2_048];
    let len = header
        .write_with(&mut out, &values, &map)
        .expect("a header fits 2 kB");
    let again = Packet::parse(out.get(..len).unwrap_or_default()).expect("a header of ours");
    assert_eq!((again.header(), again.extensions(&map)), (header, values));

    let mut copy = bytes.to_vec();
    if let Ok(Some(original)) = rtx::restore(&mut copy, Ssrc(9), 96) {
        let restored = Packet::parse(original).expect("a restored packet is one");
        assert_eq!(
            (restored.header().ssrc, restored.header().payload_type),
            (Ssrc(9), 96)
        );
    }
    let mut copy = bytes.to_vec();
    if rtp::rewrite(&mut copy, &header).is_ok() {
        assert_eq!(copy, bytes, "the same header changes nothing");
    }
    let _samples = opus::duration_samples(packet.payload());
}

/// RTCP of each type: reading ends, and no list is longer than the packet.
pub fn rtcp(bytes: &[u8]) {
    let mut items = 0;
    for packet in rtcp::packets(bytes) {
        items += 1 + match packet {
            Rtcp::SenderReport { blocks, .. } | Rtcp::ReceiverReport { blocks, .. } => {
                blocks.count()
            }
            Rtcp::Bye { sources } | Rtcp::Remb { sources, .. } => sources.count(),
            // 17 numbers for four bytes.
            Rtcp::Nack { sequences, .. } => sequences.count() / 17,
            Rtcp::Fir { entries, .. } => entries.count(),
            Rtcp::TransportFeedback(_)
            | Rtcp::Pli { .. }
            | Rtcp::ReceiverReferenceTime { .. }
            | Rtcp::Other { .. } => 0,
        };
    }
    assert!(items <= bytes.len(), "{items} of {} bytes", bytes.len());
    let _is_rtcp = rtcp::is_rtcp(bytes);
}

/// Transport-wide feedback: any is read to an end, and what we write of any arrivals can be read.
pub fn twcc(bytes: &[u8]) {
    for packet in rtcp::packets(bytes) {
        if let Rtcp::TransportFeedback(feedback) = packet {
            assert!(feedback.arrivals().count() <= usize::from(u16::MAX));
        }
    }
    let mut log = ArrivalLog::default();
    let mut now = Micros(1_000_000);
    for chunk in bytes.chunks_exact(4) {
        let &[high, low, ms, more] = chunk else {
            continue;
        };
        now = now.plus(u64::from(ms) * 1_000 + u64::from(more));
        log.note(u16::from_be_bytes([high, low]), now);
        if more % 16 == 0 {
            tell(&mut log);
        }
    }
    tell(&mut log);
}

fn tell(log: &mut ArrivalLog) {
    let mut told = 0;
    while log.has_news() {
        let mut out = [0; 1_500];
        let mut compound = Compound::new(&mut out);
        log.write(Ssrc(1), Ssrc(2), &mut compound)
            .expect("feedback fits a datagram");
        let len = compound.len();
        let written = out.get(..len).unwrap_or_default();
        let read = rtcp::packets(written).count();
        assert!(read == 1, "{read} packets of feedback in {len} bytes");
        told += 1;
        assert!(told < 1_000, "telling does not end");
    }
}

/// The VP8 descriptor: rewriting keeps all but the numbers, and what is a keyframe stays one.
pub fn vp8(bytes: &[u8]) {
    let Ok(before) = vp8::Descriptor::parse(bytes) else {
        return;
    };
    assert!(before.len <= bytes.len());
    let mut copy = bytes.to_vec();
    vp8::rewrite(&mut copy, 77, 5).expect("a descriptor that can be read");
    let after = vp8::Descriptor::parse(&copy).expect("a descriptor of the same form");
    assert_eq!(before.len, after.len);
    assert_eq!(vp8::keyframe(bytes), vp8::keyframe(&copy));
}

/// Voice that repeats itself, under any header: its blocks lie in the packet, and what is made of it is a plain packet of the voice.
pub fn red(bytes: &[u8]) {
    let Ok(packet) = Packet::parse(bytes) else {
        return;
    };
    let (header, payload) = (packet.header(), packet.payload());
    let Some(red) = Red::parse(payload, 111) else {
        return;
    };
    assert!(red.repeated() <= REPEATED_MAX);
    let primary = red.primary(payload);
    assert!(!primary.is_empty() && primary.len() < payload.len());
    let mut around = primary.len();
    if let Some((before, voice)) = red.before(&header, payload, 111) {
        assert_eq!(before.sequence, header.sequence.wrapping_sub(1));
        assert!(!voice.is_empty() && rtp::FIXED_HEADER_BYTES + voice.len() <= PLAIN_BYTES_MAX);
        around += voice.len();
    }
    assert!(around < payload.len(), "blocks overlap");
    let mut copy = bytes.to_vec();
    let plain = red
        .strip(&mut copy, 111)
        .expect("a packet that can be read");
    let read = Packet::parse(plain).expect("a plain packet");
    assert_eq!((read.header().payload_type, read.payload()), (111, primary));
    assert_eq!(read.header().sequence, header.sequence);
}

/// Opening SRTP: nothing opens that was not sealed so, and what comes behind it still opens.
pub fn srtp(bytes: &[u8]) {
    for profile in [
        Profile::Aes128Gcm,
        Profile::Aes256Gcm,
        Profile::Aes128CmSha1Tag80,
    ] {
        let (key, salt) = ([7; 32], [9; 14]);
        let master = MasterKey::new(
            profile,
            key.get(..profile.key_len()).unwrap_or_default(),
            salt.get(..profile.salt_len()).unwrap_or_default(),
        )
        .expect("a key of the right length");
        let mut opener = Opener::new(&master).expect("a key");
        let mut sealer = Sealer::new(&master).expect("a key");
        assert!(opener.open_rtp(&mut bytes.to_vec()).is_err());
        assert!(opener.open_rtcp(&mut bytes.to_vec()).is_err());

        let mut good = [0; 200];
        let header = Header {
            payload_type: 96,
            sequence: 5,
            timestamp: 1,
            ssrc: Ssrc(3),
            marker: false,
        };
        let header_len = header.write(&mut good).expect("it fits");
        let len = sealer
            .seal_rtp(&mut good, header_len + 40)
            .expect("it fits");
        // One change anywhere: the first two bytes say where and what.
        if let Some(&[at, change]) = bytes.first_chunk()
            && change != 0
        {
            let mut bad = good;
            if let Some(byte) = bad
                .get_mut(..len)
                .and_then(|all| all.get_mut(usize::from(at) % len))
            {
                *byte ^= change;
            }
            assert!(
                opener
                    .open_rtp(bad.get_mut(..len).unwrap_or_default())
                    .is_err()
            );
        }
        assert!(
            opener
                .open_rtp(good.get_mut(..len).unwrap_or_default())
                .is_ok()
        );
    }
}

/// A received stream fed with any numbers at any times: it stays bounded and its reports can be written.
pub fn received(bytes: &[u8]) {
    let mut stream = ReceivedStream::new(Ssrc(1), 90_000);
    let mut now = Micros(0);
    let mut asked = Vec::new();
    for chunk in bytes.chunks_exact(5) {
        let &[kind, high, low, ms, time] = chunk else {
            continue;
        };
        now = now.plus(u64::from(ms) * 500);
        let sequence = u16::from_be_bytes([high, low]);
        if kind % 8 == 0 {
            let _arrived = stream.recover(sequence, now);
        } else {
            let header = Header {
                payload_type: 96,
                sequence,
                timestamp: u32::from(time) << 20,
                ssrc: Ssrc(1),
                marker: false,
            };
            let _arrived = stream.receive(&header, now);
        }
        asked.clear();
        let _due = stream.missing().nacks_due(50_000, &mut asked, now);
        assert!(asked.len() <= crate::receive::MISSING_MAX);
        if kind % 16 == 0
            && let Some(block) = stream.report(now)
        {
            let mut out = [0; 100];
            let mut compound = Compound::new(&mut out);
            compound
                .receiver_report(Ssrc(1), &[block])
                .expect("one block fits");
        }
    }
    for entry in capture::entries(bytes) {
        let _read = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays what fuzzing found worth keeping, and a thousand random inputs.
    fn check(target: &str, body: fn(&[u8])) {
        for kept in sim::kept(target) {
            body(&kept);
        }
        let mut seed = 1_u64;
        let mut next = move || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            u8::try_from(seed >> 56).unwrap()
        };
        for _ in 0..1_000 {
            let len = usize::from(next());
            let mut bytes: Vec<u8> = (0..len).map(|_| next()).collect();
            if let Some(first) = bytes.first_mut() {
                *first = 0x80 | (*first & 0x3f);
            }
            body(&bytes);
        }
    }

    #[test]
    fn whatever_fuzzing_found_holds() {
        check("rtp", rtp);
        check("rtcp", rtcp);
        check("twcc", twcc);
        check("vp8", vp8);
        check("red", red);
        check("srtp", srtp);
        check("received", received);
    }
}
