//! What a publisher is told that its subscribers can take, from their own estimates (REMB).
//!
//! Receivers estimate from what reaches them: without congestion at most half as much again as is sent, with congestion a little
//! less than is sent. Passed on as it is, the estimate would hold a good path's publisher at a crawl; so it limits only where
//! it shows congestion, and is doubled where it does not. The publisher's own estimate of its uplink bounds it besides.

/// An estimate below this share of what is sent, in percent, shows congestion.
const CONGESTED_BELOW_PERCENT: u64 = 110;

/// No subscriber can push a publisher below this: a picture of one's face in poor quality, and still worth recording.
const FLOOR_BPS: u64 = 64_000;

/// What a subscriber's path carries for one picture: `estimate_bps` is its share of the estimate, `sent_bps` what it was sent.
pub(crate) fn limit_bps(estimate_bps: u64, sent_bps: u64) -> u64 {
    let congested =
        estimate_bps.saturating_mul(100) < sent_bps.saturating_mul(CONGESTED_BELOW_PERCENT);
    let limit = if congested {
        estimate_bps
    } else {
        estimate_bps.saturating_mul(2)
    };
    limit.max(FLOOR_BPS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_limits_only_where_it_shows_congestion() {
        assert_eq!(limit_bps(850_000, 1_000_000), 850_000);
        assert_eq!(limit_bps(1_050_000, 1_000_000), 1_050_000);
        assert_eq!(limit_bps(1_400_000, 1_000_000), 2_800_000);
        assert_eq!(limit_bps(u64::MAX, 1), u64::MAX);
        assert_eq!(limit_bps(0, 1_000_000), FLOOR_BPS);
    }
}
