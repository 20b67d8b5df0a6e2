//! `[limits]`: how much one address, one connection and the whole server take before they answer "later".

use crate::section::Section;

/// How much is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Turns that one address may take per minute.
    pub turns_per_minute: u32,
    /// Attempts to sign in per minute, for one address and account together; ten times as many for one address.
    pub sign_ins_per_minute: u32,
    /// Requests to `/api` per second from one address, averaged over ten seconds.
    pub requests_per_second: u32,
    /// TCP connections of one address at a time.
    pub connections_per_address: u32,
    /// TCP connections at a time, all addresses.
    pub connections: u32,
    /// WebSocket messages per second of one connection, averaged over two seconds.
    pub messages_per_second: u32,
    /// Visits that are not over yet, all offices.
    pub open_visits: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            turns_per_minute: 20,
            sign_ins_per_minute: 6,
            requests_per_second: 50,
            connections_per_address: 256,
            connections: 8_000,
            messages_per_second: 20,
            open_visits: 20_000,
        }
    }
}

impl Limits {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let default = Self::default();
        let limits = Self {
            turns_per_minute: section.integer(
                "turns_per_minute",
                1..=100_000,
                default.turns_per_minute,
            ),
            sign_ins_per_minute: section.integer(
                "sign_ins_per_minute",
                1..=1_000,
                default.sign_ins_per_minute,
            ),
            requests_per_second: section.integer(
                "requests_per_second",
                1..=100_000,
                default.requests_per_second,
            ),
            connections_per_address: section.integer(
                "connections_per_address",
                4..=100_000,
                default.connections_per_address,
            ),
            connections: section.integer("connections", 16..=100_000, default.connections),
            messages_per_second: section.integer(
                "messages_per_second",
                5..=1_000,
                default.messages_per_second,
            ),
            open_visits: section.integer("open_visits", 1..=1_000_000, default.open_visits),
        };
        section.finish();
        limits
    }
}
