use proptest::prelude::*;

use super::*;
use crate::time::Micros;

const US: Ssrc = Ssrc(1);
const MEDIA: Ssrc = Ssrc(0x0102_0304);

fn written(write: impl FnOnce(&mut Compound<'_>)) -> Vec<u8> {
    let mut buffer = [0xff; 4000];
    let mut compound = Compound::new(&mut buffer);
    write(&mut compound);
    let len = compound.len();
    assert!(len.is_multiple_of(4));
    buffer[..len].to_vec()
}

prop_compose! {
    fn any_block()(
        source in any::<u32>(),
        fraction_lost in any::<u8>(),
        cumulative_lost in -0x80_0000..0x80_0000i32,
        highest_sequence in any::<u32>(),
        jitter_rtp_units in any::<u32>(),
        last_sender_report in any::<u32>(),
        delay in any::<u32>(),
    ) -> ReportBlock {
        ReportBlock {
            source: Ssrc(source),
            fraction_lost,
            cumulative_lost,
            highest_sequence,
            jitter_rtp_units,
            last_sender_report,
            delay: ShortDuration(delay),
        }
    }
}

proptest! {
    #[test]
    fn reports_read_back(
        ntp in any::<u64>(), rtp in any::<u32>(), packets in any::<u32>(), octets in any::<u32>(),
        blocks in prop::collection::vec(any_block(), 0..=BLOCKS_MAX),
    ) {
        let expected = SenderInfo { ntp: NtpTime(ntp), rtp, packets, octets };
        let bytes = written(|compound| {
            compound.sender_report(US, &expected, &blocks).unwrap();
            compound.cname(US, "ventanilla").unwrap();
            compound.receiver_report(MEDIA, &blocks).unwrap();
        });
        let read: Vec<_> = super::packets(&bytes).collect();
        let Packet::SenderReport { sender, info, head, blocks: sent } = read[0] else { panic!("{read:?}") };
        prop_assert_eq!((sender, info), (US, expected));
        prop_assert_eq!(head, &bytes[..SENDER_REPORT_BYTES]);
        prop_assert_eq!(&sent.collect::<Vec<_>>(), &blocks);
        prop_assert_eq!(read[1], Packet::Other { kind: 202 });
        let Packet::ReceiverReport { sender, blocks: sent } = read[2] else { panic!("{read:?}") };
        prop_assert_eq!(sender, MEDIA);
        prop_assert_eq!(sent.collect::<Vec<_>>(), blocks);
    }

    #[test]
    fn nacks_read_back(first in any::<u16>(), steps in prop::collection::vec(1..40u16, 0..60)) {
        let sequences: Vec<_> = std::iter::once(first)
            .chain(steps.iter().scan(first, |at, step| { *at = at.wrapping_add(*step); Some(*at) }))
            .collect();
        let bytes = written(|compound| compound.nack(US, MEDIA, &sequences).unwrap());
        let Some(Packet::Nack { sender: US, media: MEDIA, sequences: read }) = packets(&bytes).next() else {
            panic!("no NACK");
        };
        prop_assert_eq!(read.collect::<Vec<_>>(), sequences);
    }

    #[test]
    fn estimates_lose_less_than_18_bits(bitrate_bps in any::<u64>()) {
        let bytes = written(|compound| compound.remb(US, bitrate_bps, &[MEDIA, US]).unwrap());
        let Some(Packet::Remb { bitrate_bps: read, sources, .. }) = packets(&bytes).next() else {
            panic!("no REMB");
        };
        prop_assert!(read <= bitrate_bps && bitrate_bps - read <= bitrate_bps >> 17);
        prop_assert_eq!(sources.collect::<Vec<_>>(), vec![MEDIA, US]);
    }

    #[test]
    fn transport_feedback_reads_back(
        base in any::<u16>(),
        start_us in 0..1_000_000_000_000u64,
        steps in prop::collection::vec(prop::option::weighted(0.8, prop_oneof![
            4 => 0..3_000i64, 2 => 0..60_000i64, 1 => -200_000..200_000i64,
        ]), 1..STATUSES_MAX),
    ) {
        let mut now = start_us + 1_000_000_000;
        let arrivals: Vec<_> = steps.iter().map(|step| step.map(|step| {
            now = now.saturating_add_signed(step);
            Micros(now)
        })).collect();
        let mut told = 0;
        let bytes = written(|compound| {
            told = compound.transport_feedback(US, MEDIA, base, 7, arrivals.iter().copied()).unwrap();
        });
        prop_assert_eq!(usize::from(told), arrivals.len());
        let Some(Packet::TransportFeedback(feedback)) = packets(&bytes).next() else { panic!("no feedback") };
        prop_assert_eq!((feedback.base_sequence, feedback.feedback_count), (base, 7));
        let read: Vec<_> = feedback.arrivals().collect();
        prop_assert_eq!(read.len(), arrivals.len());
        // The reference time has 24 bits of 64 ms: 12 days.
        let wrap_us = (1i64 << 24) * 64_000;
        for ((arrival, expected), place) in read.iter().zip(&arrivals).zip(0..) {
            prop_assert_eq!(arrival.sequence, base.wrapping_add(place));
            prop_assert_eq!(arrival.at_us.is_some(), expected.is_some());
            if let (Some(at_us), Some(expected)) = (arrival.at_us, expected) {
                let expected = (expected.0 / 250 * 250).cast_signed();
                prop_assert_eq!((at_us - expected).rem_euclid(wrap_us), 0);
            }
        }
    }

    #[test]
    fn random_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 198..210u8) {
        if let [first, second, l0, l1, ..] = bytes.as_mut_slice() {
            (*first, *second, *l0, *l1) = (0x80 | (*first & 0x3f), kind, 0, *l1 & 0x1f);
        }
        for packet in packets(&bytes) {
            match packet {
                Packet::SenderReport { blocks, .. } | Packet::ReceiverReport { blocks, .. } => drop(blocks.count()),
                Packet::Bye { sources } | Packet::Remb { sources, .. } => drop(sources.count()),
                Packet::Nack { sequences, .. } => drop(sequences.count()),
                Packet::Fir { entries, .. } => drop(entries.count()),
                Packet::TransportFeedback(feedback) => drop(feedback.arrivals().count()),
                Packet::Pli { .. } | Packet::ReceiverReferenceTime { .. } | Packet::Other { .. } => {}
            }
        }
    }
}

#[test]
fn the_small_packets_read_back() {
    let bytes = written(|compound| {
        compound.pli(US, MEDIA).unwrap();
        compound
            .fir(
                US,
                FirEntry {
                    media: MEDIA,
                    command: 9,
                },
            )
            .unwrap();
        compound.bye(&[US, MEDIA]).unwrap();
        compound.receiver_reference_time(US, NtpTime(77)).unwrap();
    });
    let read: Vec<_> = packets(&bytes).collect();
    assert_eq!(
        read[0],
        Packet::Pli {
            sender: US,
            media: MEDIA
        }
    );
    let Packet::Fir { entries, .. } = read[1] else {
        panic!("{read:?}")
    };
    assert_eq!(
        entries.collect::<Vec<_>>(),
        vec![FirEntry {
            media: MEDIA,
            command: 9
        }]
    );
    let Packet::Bye { sources } = read[2] else {
        panic!("{read:?}")
    };
    assert_eq!(sources.collect::<Vec<_>>(), vec![US, MEDIA]);
    assert_eq!(
        read[3],
        Packet::ReceiverReferenceTime {
            sender: US,
            ntp: NtpTime(77)
        }
    );
}

#[test]
fn a_malformed_packet_is_left_out_and_the_rest_is_read() {
    let mut bytes = vec![0x81, 201, 0, 1, 0, 0, 0, 1];
    bytes.extend(written(|compound| compound.pli(US, MEDIA).unwrap()));
    bytes.extend([0x80, 201, 0, 9, 1]);
    let read: Vec<_> = packets(&bytes).collect();
    assert_eq!(
        read,
        vec![Packet::Pli {
            sender: US,
            media: MEDIA
        }]
    );
}

#[test]
fn what_does_not_fit_is_not_written() {
    let mut buffer = [0; 14];
    let mut compound = Compound::new(&mut buffer);
    compound.pli(US, MEDIA).unwrap();
    assert!(compound.pli(US, MEDIA).is_err());
    assert_eq!(compound.len(), 12);
}

#[test]
fn gaps_over_8_s_go_into_the_next_feedback() {
    let mut buffer = [0; 100];
    let mut compound = Compound::new(&mut buffer);
    let arrivals = [Some(Micros(0)), None, Some(Micros(9_000_000))];
    assert_eq!(
        compound.transport_feedback(US, MEDIA, 1, 0, arrivals),
        Ok(2)
    );
}
