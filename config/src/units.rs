//! Durations with their unit in the text: `"30s"`. A number without a unit is refused.
//!
//! Invariant: what [`show_duration`] writes is read back as the same value.

use std::time::Duration;

/// Reads `"30s"`, `"500 ms"`, `"1h 30m"`.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    // The crate takes a bare 0; here every value has a unit.
    if !text.ends_with(|last: char| last.is_ascii_alphabetic()) {
        return None;
    }
    humantime::parse_duration(text).ok()
}

/// As [`parse_duration`] reads it.
pub(crate) fn show_duration(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        let check = |text: &str, expected_ms: Option<u128>| {
            assert_eq!(
                parse_duration(text).map(|found| found.as_millis()),
                expected_ms,
                "{text}"
            );
        };
        check("30s", Some(30_000));
        check("500 ms", Some(500));
        check("1h 30m", Some(5_400_000));
        check("0", None);
        check("30", None);
        check("soon", None);
        check("-1s", None);
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for ms in [1, 250, 1_000, 90_000, 3_600_000] {
            let duration = Duration::from_millis(ms);
            assert_eq!(parse_duration(&show_duration(duration)), Some(duration));
        }
    }
}
