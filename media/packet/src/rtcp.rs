//! RTCP (RFC 3550 §6, 4585, 5104, 3611, transport-wide feedback): compound packets to values and back.
//!
//! Reading survives anything: what is malformed is left out, and the rest of the compound is still read. When to report,
//! and what, is left to [`crate::receive`], [`crate::send`] and [`crate::twcc`].

use crate::rtp::Ssrc;
use crate::time::{NtpTime, ShortDuration};

mod read;
mod transport;
mod write;

pub use read::{FirEntries, Nacks, Packets, ReportBlocks, Ssrcs, packets};
pub use transport::{Arrival, Arrivals, STATUSES_MAX, TransportFeedback};
pub use write::Compound;

/// Packet types (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).
mod kind {
    pub(super) const SENDER_REPORT: u8 = 200;
    pub(super) const RECEIVER_REPORT: u8 = 201;
    pub(super) const SDES: u8 = 202;
    pub(super) const BYE: u8 = 203;
    pub(super) const TRANSPORT_FEEDBACK: u8 = 205;
    pub(super) const PAYLOAD_FEEDBACK: u8 = 206;
    pub(super) const EXTENDED_REPORT: u8 = 207;
}

/// Feedback message types within 205 and 206 (RFC 4585 §6.2 and §6.3, RFC 5104 §4.3, the drafts of REMB and TWCC).
mod format {
    pub(super) const NACK: u8 = 1;
    pub(super) const TRANSPORT_WIDE: u8 = 15;
    pub(super) const PLI: u8 = 1;
    pub(super) const FIR: u8 = 4;
    pub(super) const APPLICATION: u8 = 15;
}

/// Bytes of a sender report without blocks: what the recorder keeps of each.
pub const SENDER_REPORT_BYTES: usize = 28;

/// Report blocks in one report at the most: the count has 5 bits.
pub const BLOCKS_MAX: usize = 31;

/// One packet of a compound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Packet<'a> {
    /// What a sender sent, and what it receives.
    SenderReport {
        /// Who reports.
        sender: Ssrc,
        /// Its own stream.
        info: SenderInfo,
        /// The first [`SENDER_REPORT_BYTES`] of the packet, as they came.
        head: &'a [u8],
        /// Streams that it receives.
        blocks: ReportBlocks<'a>,
    },
    /// What somebody receives.
    ReceiverReport {
        /// Who reports.
        sender: Ssrc,
        /// Streams that it receives.
        blocks: ReportBlocks<'a>,
    },
    /// Streams that have ended.
    Bye {
        /// Which.
        sources: Ssrcs<'a>,
    },
    /// Packets to send again (RFC 4585 §6.2.1).
    Nack {
        /// Who asks.
        sender: Ssrc,
        /// Of which stream.
        media: Ssrc,
        /// Sequence numbers.
        sequences: Nacks<'a>,
    },
    /// A keyframe is wanted (RFC 4585 §6.3.1).
    Pli {
        /// Who asks.
        sender: Ssrc,
        /// Of which stream.
        media: Ssrc,
    },
    /// A keyframe is wanted, once for each new command number (RFC 5104 §4.3.1).
    Fir {
        /// Who asks.
        sender: Ssrc,
        /// Streams and command numbers.
        entries: FirEntries<'a>,
    },
    /// The receiver's estimate of what the path carries (draft-alvestrand-rmcat-remb).
    Remb {
        /// Who estimates.
        sender: Ssrc,
        /// Bits per second for all the streams together.
        bitrate_bps: u64,
        /// Which streams.
        sources: Ssrcs<'a>,
    },
    /// When packets of the connection arrived.
    TransportFeedback(TransportFeedback<'a>),
    /// Reference time of one who sends no media (RFC 3611 §4.4).
    ReceiverReferenceTime {
        /// Who reports.
        sender: Ssrc,
        /// Its wall clock.
        ntp: NtpTime,
    },
    /// A type that we do not read: SDES, APP and what is to come.
    Other {
        /// Packet type.
        kind: u8,
    },
}

/// What a sender report says of its own stream (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SenderInfo {
    /// Wall clock at the moment of the report.
    pub ntp: NtpTime,
    /// Media clock at the same moment.
    pub rtp: u32,
    /// Packets sent since the beginning.
    pub packets: u32,
    /// Payload bytes sent since the beginning.
    pub octets: u32,
}

/// What a report says of one received stream (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReportBlock {
    /// The stream.
    pub source: Ssrc,
    /// Share lost since the last report, of 256.
    pub fraction_lost: u8,
    /// Packets lost since the beginning, -2^23 to 2^23-1; duplicates count negative.
    pub cumulative_lost: i32,
    /// Highest sequence number, with wraps.
    pub highest_sequence: u32,
    /// Jitter in units of the media clock.
    pub jitter_rtp_units: u32,
    /// Middle 32 bits of the last sender report's time; 0 when none came.
    pub last_sender_report: u32,
    /// Time since it came.
    pub delay: ShortDuration,
}

/// A keyframe command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FirEntry {
    /// Stream.
    pub media: Ssrc,
    /// Command number; the same number again is the same command again.
    pub command: u8,
}

/// Whether an RTP or RTCP datagram is RTCP: packet types 192 to 223 stand where RTP has marker and payload type
/// (RFC 5761 §4).
#[must_use]
pub const fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram, [_, 192..=223, ..])
}

#[cfg(test)]
mod tests;
