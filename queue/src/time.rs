//! Time as values: instants that are kept, civil days, and the zone that turns one into the other.
//!
//! Invariant: the zones are the bundled ones, so that every machine agrees and no file is read.

use std::{fmt, str::FromStr};

use jiff::{
    civil::Date,
    tz::{TimeZone, TimeZoneDatabase},
};
use serde::{Deserialize, Serialize};

/// An instant that is kept with a fact: milliseconds since 1970-01-01T00:00:00 UTC, by the server's clock.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The instant this many milliseconds later; saturates at the end of time.
    #[must_use]
    pub fn plus_ms(self, ms: u32) -> Self {
        Self(self.0.saturating_add(i64::from(ms)))
    }

    /// Milliseconds that have passed since `earlier`; 0 when it lies in the future.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }
}

/// A day of the office's calendar: days since 1970-01-01. Written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct CivilDay(pub i32);

const EPOCH: Date = Date::constant(1970, 1, 1);

impl fmt::Display for CivilDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = jiff::Span::new()
            .try_days(self.0)
            .map_err(|_out_of_range| fmt::Error)?;
        let date = EPOCH
            .checked_add(days)
            .map_err(|_out_of_range| fmt::Error)?;
        write!(f, "{date}")
    }
}

/// A text is no day of the calendar.
#[derive(Debug, thiserror::Error)]
#[error("no day of the form YYYY-MM-DD")]
pub struct ParseDayError(#[source] jiff::Error);

impl FromStr for CivilDay {
    type Err = ParseDayError;

    fn from_str(text: &str) -> Result<Self, ParseDayError> {
        Date::strptime("%Y-%m-%d", text)
            .map(Self::of)
            .map_err(ParseDayError)
    }
}

impl CivilDay {
    fn of(date: Date) -> Self {
        let days = EPOCH.duration_until(date).as_hours() / 24;
        Self(i32::try_from(days).expect("jiff's dates span less than eight million days"))
    }
}

/// A time zone by its IANA name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Zone(TimeZone);

/// The bundled time zones know no such name.
#[derive(Debug, thiserror::Error)]
#[error("no IANA time zone is called {name:?}")]
pub struct UnknownZone {
    /// Name that was asked for.
    pub name: String,
    #[source]
    source: jiff::Error,
}

impl Zone {
    /// Coordinated universal time: the zone of an office that has not been configured yet.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Finds a zone: `Europe/Madrid`, `America/Argentina/Buenos_Aires`.
    ///
    /// # Errors
    /// When the bundled database has no such zone.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZoneDatabase::bundled()
            .get(name)
            .map(Self)
            .map_err(|source| UnknownZone {
                name: name.to_owned(),
                source,
            })
    }

    /// The civil day of an instant here.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> CivilDay {
        // Instants outside jiff's range (years -9999 to 9999) never come from a clock; they fall to its ends.
        let edge = if at.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or(edge);
        CivilDay::of(self.0.to_datetime(instant).date())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_local_midnight_on_both_sides_of_summer_time() {
        let madrid = Zone::named("Europe/Madrid").unwrap();
        let check = |utc: &str, day: &str| {
            let at: jiff::Timestamp = utc.parse().unwrap();
            assert_eq!(
                madrid.day(Timestamp(at.as_millisecond())).to_string(),
                day,
                "{utc}"
            );
        };
        check("2026-03-28T22:59:59Z", "2026-03-28");
        check("2026-03-28T23:00:00Z", "2026-03-29");
        check("2026-03-29T21:59:59Z", "2026-03-29");
        check("2026-03-29T22:00:00Z", "2026-03-30");
        check("1969-12-31T12:00:00Z", "1969-12-31");
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for day in [-1, 0, 1, 20_780, 400_000] {
            assert_eq!(
                CivilDay(day).to_string().parse::<CivilDay>().unwrap(),
                CivilDay(day)
            );
        }
        for wrong in ["", "2026-13-01", "2026-02-30", "hoy", "2026-02-01x"] {
            assert!(wrong.parse::<CivilDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_zone_is_named_in_the_error() {
        assert!(
            Zone::named("Europe/Atlantis")
                .unwrap_err()
                .to_string()
                .contains("Atlantis")
        );
    }
}
