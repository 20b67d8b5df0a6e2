//! What a worker counts. Leaves read a copy once a second and export it.

/// Counters of one worker since its start, and two gauges.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Stats {
    /// Peers now.
    pub peers: u64,
    /// Rooms now.
    pub rooms: u64,
    /// Datagrams that came in.
    pub datagrams_received: u64,
    /// Datagrams that went out.
    pub datagrams_sent: u64,
    /// Datagrams from addresses that no peer has validated, or that are none of STUN, DTLS, RTP and RTCP.
    pub datagrams_unknown: u64,
    /// STUN messages that were malformed, not authenticated or not for us.
    pub stun_refused: u64,
    /// DTLS datagrams dropped: not from the validated address, or too many.
    pub dtls_refused: u64,
    /// SRTP or SRTCP packets whose authentication failed, that came before, or that were malformed inside.
    pub srtp_refused: u64,
    /// RTP packets accepted from publishers.
    pub packets_received: u64,
    /// RTP packets sent to subscribers, first transmissions only.
    pub packets_forwarded: u64,
    /// RTP packets not forwarded or recorded because their sender is not admitted or nobody knows the source.
    pub packets_dropped: u64,
    /// RTP and RTCP packets not looked at because their sender had sent too much already.
    pub packets_excess: u64,
    /// Packets that were missing and came by retransmission, or repeated in the next.
    pub packets_recovered: u64,
    /// Packets sent again because a subscriber asked.
    pub packets_retransmitted: u64,
    /// Packets of padding sent to see whether a path carries more.
    pub packets_padding: u64,
    /// Retransmissions refused: unknown, too old, asked too often.
    pub retransmissions_refused: u64,
    /// Sequence numbers asked again from publishers.
    pub nacks_sent: u64,
    /// Keyframes asked from publishers.
    pub keyframes_requested: u64,
    /// Packets copied for the recorder.
    pub packets_recorded: u64,
    /// Packets that the recorder did not get because the channel was full.
    pub packets_unrecorded: u64,
    /// Offers that were not accepted.
    pub offers_refused: u64,
    /// Peers that were given up: no consent, DTLS failed.
    pub peers_lost: u64,
    /// Times that a peer came back after a silence.
    pub returns: u64,
    /// Rooms that were discarded because their code panicked.
    pub rooms_crashed: u64,
}
