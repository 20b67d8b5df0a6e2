//! What a worker holds: to be looked at by whoever wants to know that people who left have left nothing behind.

/// Entries of each kind that a worker holds now. Without peers all are zero; deadlines of those who left go within 30 s.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Footprint {
    /// Peers, and their names.
    pub peers: usize,
    /// Rooms, and their names.
    pub rooms: usize,
    /// Addresses that belong to a peer.
    pub addresses: usize,
    /// Deadlines, those that no longer count included.
    pub deadlines: usize,
    /// Sources of handshakes that are not done.
    pub half_open: usize,
    /// Events and blocks that nobody has fetched.
    pub unfetched: usize,
}
