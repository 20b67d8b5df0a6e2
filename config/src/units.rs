//! Quantities with their unit in the text: `"30s"`, `"20 MiB"`. A number without a unit is refused.
//!
//! Invariant: what [`fmt::Display`] writes is read back as the same value.

use std::{fmt, time::Duration};

/// Bytes.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Size(u64);

impl Size {
    /// So many bytes.
    #[must_use]
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many MiB (1,048,576 bytes each).
    #[must_use]
    pub const fn from_mib(mib: u32) -> Self {
        Self(mib as u64 * (1 << 20))
    }

    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// Reads `"512 B"`, `"64 KiB"`, `"20 MiB"`, `"1.5 GiB"`, `"2 TiB"`, or powers of ten (`kB`, `MB`, `GB`, `TB`).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        scaled(text, SIZE_UNITS).map(Self)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(
            f,
            self.0,
            &[
                ("TiB", 1 << 40),
                ("GiB", 1 << 30),
                ("MiB", 1 << 20),
                ("KiB", 1 << 10),
                ("B", 1),
            ],
        )
    }
}

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

const SIZE_UNITS: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// Decimal digits after the point: more would be lost in the smallest unit.
const FRACTION_DIGITS_MAX: usize = 6;

/// A decimal number and a unit, exactly; none when it is neither, not a whole number of the smallest unit, or too large.
fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction))
            if !fraction.is_empty() && fraction.len() <= FRACTION_DIGITS_MAX =>
        {
            (whole, fraction)
        }
        Some(_) => return None,
        None => (number, ""),
    };
    let mut value = whole.parse::<u64>().ok()?.checked_mul(*factor)?;
    if !fraction.is_empty() {
        let parts = fraction.parse::<u64>().ok()?.checked_mul(*factor)?;
        let scale = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
        if !parts.is_multiple_of(scale) {
            return None;
        }
        value = value.checked_add(parts / scale)?;
    }
    Some(value)
}

/// In the largest unit that leaves no remainder.
fn write_scaled(f: &mut fmt::Formatter<'_>, value: u64, units: &[(&str, u64)]) -> fmt::Result {
    let fitting = units
        .iter()
        .find(|(_, factor)| value >= *factor && value.is_multiple_of(*factor));
    match fitting.or_else(|| units.last()) {
        Some((name, factor)) => write!(f, "{} {name}", value / factor),
        None => write!(f, "{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_exactly() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(Size::parse(text).map(Size::bytes), expected, "{text}")
        };
        check("20 MiB", Some(20 << 20));
        check("20MiB", Some(20 << 20));
        check("1.5 GiB", Some(3 << 29));
        check("0 B", Some(0));
        check("2 MB", Some(2_000_000));
        check("1.0000001 MB", None);
        check("0.3 B", None);
        check("20", None);
        check("MiB", None);
        check("20  MiB", None);
        check("20 mib", None);
        check("-1 MiB", None);
        check("1..5 MiB", None);
        check("1. MiB", None);
        check("99999999999999999999 B", None);
        check("99999999 TiB", None);
    }

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
        for bytes in [
            0,
            1,
            1_023,
            1_024,
            3 << 19,
            64 << 20,
            (64 << 20) + 1,
            1 << 40,
        ] {
            let size = Size::from_bytes(bytes);
            assert_eq!(Size::parse(&size.to_string()), Some(size));
        }
        for ms in [1, 250, 1_000, 90_000, 3_600_000] {
            let duration = Duration::from_millis(ms);
            assert_eq!(parse_duration(&show_duration(duration)), Some(duration));
        }
    }
}
