//! What an Opus packet tells without decoding it (RFC 6716 §3.1).

/// Samples of a packet at 48 kHz at the most: 120 ms.
const SAMPLES_MAX: i64 = 5_760;

/// Twenty milliseconds of silence, at 48 kHz.
pub(crate) const SILENCE_SAMPLES: i64 = 960;

/// A packet of silence, 20 ms, full band: for one channel and for two.
pub(crate) const fn silence(stereo: bool) -> [u8; 3] {
    if stereo {
        [0xfc, 0xff, 0xfe]
    } else {
        [0xf8, 0xff, 0xfe]
    }
}

/// Whether the packet has two channels.
pub(crate) fn is_stereo(packet: &[u8]) -> bool {
    packet.first().is_some_and(|toc| toc & 0x04 != 0)
}

/// Samples that the packet decodes to at 48 kHz; none when no decoder would take it.
pub(crate) fn samples(packet: &[u8]) -> Option<i64> {
    let toc = packet.first()?;
    let each = match toc >> 3 {
        config @ 0..=11 => [480, 960, 1_920, 2_880].get(usize::from(config & 3)),
        config @ 12..=15 => [480, 960].get(usize::from(config & 1)),
        config => [120, 240, 480, 960].get(usize::from(config & 3)),
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => i64::from(packet.get(1)? & 0x3f),
    };
    each.map(|each| each * frames)
        .filter(|samples| (1..=SAMPLES_MAX).contains(samples))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_tell_their_length() {
        let cases: [(&[u8], Option<i64>); 9] = [
            (&[0x08, 1], Some(960)),         // SILK narrow band, 20 ms
            (&[0x18, 1], Some(2_880)),       // SILK narrow band, 60 ms
            (&[0x78, 1], Some(960)),         // hybrid full band, 20 ms
            (&[0xe0, 1], Some(120)),         // CELT full band, 2.5 ms
            (&[0xf8, 1], Some(960)),         // CELT full band, 20 ms
            (&[0xf9, 1], Some(1_920)),       // two of them
            (&[0xfb, 0x03, 1], Some(2_880)), // three by count
            (&[0xfb, 0x3f], None),           // more than 120 ms
            (&[], None),
        ];
        for (packet, expected) in cases {
            assert_eq!(samples(packet), expected, "{packet:x?}");
        }
    }

    #[test]
    fn silence_is_twenty_milliseconds() {
        assert_eq!(samples(&silence(false)), Some(SILENCE_SAMPLES));
        assert_eq!(samples(&silence(true)), Some(SILENCE_SAMPLES));
        assert!(is_stereo(&silence(true)) && !is_stereo(&silence(false)));
    }
}
