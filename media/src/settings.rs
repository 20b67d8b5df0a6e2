//! What the media plane is told at start. Plain values: the crate `config` checks them, the assembly converts them.

use std::net::IpAddr;

/// Workers at the most: the number travels as two hexadecimal digits in the ICE user name fragment.
pub const WORKERS_MAX: u8 = 64;

/// Peers of one worker at the most: 400 two-person rooms a core is the goal, twice that leaves room for reconnects.
pub const PEERS_MAX: usize = 2_000;

/// Settings of all workers of one server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// Address the sockets are bound to; unspecified (`0.0.0.0`) for all.
    pub bind: IpAddr,
    /// Addresses that browsers are told, in order of preference. Firefox never offers 127.0.0.1, so a machine that serves
    /// itself announces loopback and another one.
    pub announced: Vec<IpAddr>,
    /// UDP port of worker 0; worker n has `base_port + n`. 0 lets the system choose, for tests.
    pub base_port: u16,
    /// Number of workers, 1 to [`WORKERS_MAX`]: one per core that media may use.
    pub workers: u8,
    /// Receive buffer that is asked of the kernel for each socket, in bytes (`SO_RCVBUF`; the system may grant less).
    pub receive_buffer_bytes: usize,
    /// Send buffer that is asked of the kernel for each socket, in bytes (`SO_SNDBUF`; the system may grant less).
    pub send_buffer_bytes: usize,
    /// Peers of one worker, 1 to [`PEERS_MAX`]; one more is refused.
    pub peers_max: usize,
}
