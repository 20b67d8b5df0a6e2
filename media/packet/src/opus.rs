//! Opus in RTP (RFC 7587): how long a packet sounds.

/// Duration of a packet in samples at 48 kHz, which is also the step of its timestamps; none when it is empty, malformed
/// or longer than 120 ms (RFC 6716 §3.1, §3.2).
#[must_use]
pub fn duration_samples(payload: &[u8]) -> Option<u32> {
    let (&toc, rest) = payload.split_first()?;
    let frame = match toc >> 3 {
        // SILK: 10, 20, 40, 60 ms.
        config @ 0..=11 => *[480, 960, 1920, 2880].get(usize::from(config & 3))?,
        // Hybrid: 10, 20 ms.
        config @ 12..=15 => 480 << (config & 1),
        // CELT: 2.5, 5, 10, 20 ms.
        config => 120 << (config & 3),
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(rest.first()? & 0x3f),
    };
    Some(frame * frames).filter(|samples| (1..=5760).contains(samples))
}

/// Whether a packet carries the one before it once more, in lower quality (in-band FEC, RFC 6716 §2.1.7): a single loss before
/// it is then made good. Read off its first frame; a packet of several SILK channels is taken by its first one.
#[must_use]
pub fn has_fec(payload: &[u8]) -> bool {
    let Some((&toc, rest)) = payload.split_first() else {
        return false;
    };
    // RFC 6716 §4.2.3 and §4.2.4: SILK begins with one bit of voice activity for each 20 ms, then the bit of redundancy.
    let periods = match toc >> 3 {
        config @ 0..=11 => *[1, 1, 2, 3].get(usize::from(config & 3)).unwrap_or(&1),
        12..=15 => 1,
        // CELT alone has none.
        _ => return false,
    };
    let frame = match toc & 3 {
        0 | 1 => rest,
        // Two frames with a length of the first in one or two bytes (§3.2.1).
        2 => match rest {
            [252..=255, _, frame @ ..] | [_, frame @ ..] => frame,
            [] => return false,
        },
        _ => return false,
    };
    frame
        .first()
        .is_some_and(|&first| first >> (7 - periods) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redundancy_is_seen_in_silk_and_hybrid_packets_only() {
        let check =
            |payload: &[u8], expected| assert_eq!(has_fec(payload), expected, "{payload:?}");
        check(&[], false);
        check(&[15 << 3], false);
        // Hybrid fullband, 20 ms: voice active, redundancy.
        check(&[15 << 3, 0b1100_0000], true);
        check(&[15 << 3, 0b1000_0000], false);
        check(&[31 << 3, 0b1111_1111], false);
        // SILK, 60 ms: three bits of activity come first.
        check(&[11 << 3, 0b1111_0000], true);
        check(&[11 << 3, 0b1110_1111], false);
        check(&[(1 << 3) | 2, 1, 0b0100_0000], true);
        check(&[(1 << 3) | 2, 252, 0, 0b0100_0000], true);
        check(&[(1 << 3) | 3, 2, 0xff], false);
    }

    #[test]
    fn durations_follow_the_table_of_contents() {
        let check = |payload: &[u8], expected| assert_eq!(duration_samples(payload), expected);
        check(&[], None);
        // What browsers send: CELT fullband or hybrid, 20 ms, one frame.
        check(&[31 << 3], Some(960));
        check(&[15 << 3], Some(960));
        check(&[(1 << 3) | 1], Some(1920));
        check(&[(3 << 3) | 3, 2], Some(5760));
        check(&[(3 << 3) | 3, 3], None);
        check(&[3], None);
        check(&[3, 0], None);
    }
}
