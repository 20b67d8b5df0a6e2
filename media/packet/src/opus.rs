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

#[cfg(test)]
mod tests {
    use super::*;

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
