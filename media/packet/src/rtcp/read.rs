//! Compound packets to values.

use super::{
    FirEntry, Packet, ReportBlock, SENDER_REPORT_BYTES, SenderInfo, TransportFeedback, format, kind,
};
use crate::rtp::Ssrc;
use crate::time::{NtpTime, ShortDuration};

/// Reads the packets of an open compound one after the other.
#[must_use]
pub const fn packets(bytes: &[u8]) -> Packets<'_> {
    Packets { rest: bytes }
}

/// Iterator over the packets of a compound. A packet with a malformed body is left out; a length beyond the end, or
/// another version, ends it.
#[derive(Clone, Copy, Debug)]
pub struct Packets<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Packets<'a> {
    type Item = Packet<'a>;

    fn next(&mut self) -> Option<Packet<'a>> {
        loop {
            let &[first, kind, l0, l1] = self.rest.first_chunk::<4>()?;
            let len = 4 * (usize::from(u16::from_be_bytes([l0, l1])) + 1);
            if first >> 6 != 2 {
                return None;
            }
            let (packet, rest) = self.rest.split_at_checked(len)?;
            self.rest = rest;
            if let Some(packet) = without_padding(first, packet)
                .and_then(|packet| read_packet(first & 0x1f, kind, packet))
            {
                return Some(packet);
            }
        }
    }
}

fn without_padding(first: u8, packet: &[u8]) -> Option<&[u8]> {
    if first & 0x20 == 0 {
        return Some(packet);
    }
    let padding = usize::from(*packet.last()?);
    packet.get(..packet.len().checked_sub(padding)?)
}

fn read_packet(count: u8, kind: u8, packet: &[u8]) -> Option<Packet<'_>> {
    let body = packet.get(4..)?;
    let blocks = usize::from(count);
    match kind {
        kind::SENDER_REPORT => {
            let head = packet.get(..SENDER_REPORT_BYTES)?;
            let (sender, rest) = read_ssrc(body)?;
            let (ntp, rest) = rest.split_first_chunk()?;
            let (rtp, rest) = rest.split_first_chunk()?;
            let (packets, rest) = rest.split_first_chunk()?;
            let (octets, rest) = rest.split_first_chunk()?;
            let info = SenderInfo {
                ntp: NtpTime(u64::from_be_bytes(*ntp)),
                rtp: u32::from_be_bytes(*rtp),
                packets: u32::from_be_bytes(*packets),
                octets: u32::from_be_bytes(*octets),
            };
            let blocks = ReportBlocks::new(rest, blocks)?;
            Some(Packet::SenderReport {
                sender,
                info,
                head,
                blocks,
            })
        }
        kind::RECEIVER_REPORT => {
            let (sender, rest) = read_ssrc(body)?;
            Some(Packet::ReceiverReport {
                sender,
                blocks: ReportBlocks::new(rest, blocks)?,
            })
        }
        kind::BYE => Some(Packet::Bye {
            sources: Ssrcs {
                bytes: body.get(..4 * blocks)?,
            },
        }),
        kind::TRANSPORT_FEEDBACK | kind::PAYLOAD_FEEDBACK => read_feedback(count, kind, body),
        kind::EXTENDED_REPORT => read_extended(body),
        _ => Some(Packet::Other { kind }),
    }
}

fn read_feedback(format: u8, kind: u8, body: &[u8]) -> Option<Packet<'_>> {
    let (sender, rest) = read_ssrc(body)?;
    let (media, rest) = read_ssrc(rest)?;
    match (kind, format) {
        (kind::TRANSPORT_FEEDBACK, format::NACK) => Some(Packet::Nack {
            sender,
            media,
            sequences: Nacks::new(rest),
        }),
        (kind::TRANSPORT_FEEDBACK, format::TRANSPORT_WIDE) => {
            TransportFeedback::read(sender, media, rest).map(Packet::TransportFeedback)
        }
        (kind::PAYLOAD_FEEDBACK, format::PLI) => Some(Packet::Pli { sender, media }),
        (kind::PAYLOAD_FEEDBACK, format::FIR) => Some(Packet::Fir {
            sender,
            entries: FirEntries { bytes: rest },
        }),
        (kind::PAYLOAD_FEEDBACK, format::APPLICATION) => read_remb(sender, rest),
        _ => Some(Packet::Other { kind }),
    }
}

/// draft-alvestrand-rmcat-remb-03 §2.2: "REMB", count, 6 bits of exponent, 18 bits of mantissa, sources.
fn read_remb(sender: Ssrc, body: &[u8]) -> Option<Packet<'_>> {
    let (&[r, e, m, b, count, high, middle, low], rest) = body.split_first_chunk::<8>()?;
    if [r, e, m, b] != *b"REMB" {
        return Some(Packet::Other {
            kind: kind::PAYLOAD_FEEDBACK,
        });
    }
    let mantissa = u64::from(u32::from_be_bytes([0, high & 0x03, middle, low]));
    let exponent = u32::from(high >> 2);
    let bitrate_bps = mantissa
        .checked_shl(exponent)
        .filter(|bps| bps >> exponent == mantissa);
    Some(Packet::Remb {
        sender,
        bitrate_bps: bitrate_bps.unwrap_or(u64::MAX),
        sources: Ssrcs {
            bytes: rest.get(..4 * usize::from(count))?,
        },
    })
}

/// RFC 3611: of the report blocks only the reference time (type 4) is read.
fn read_extended(body: &[u8]) -> Option<Packet<'_>> {
    let (sender, mut rest) = read_ssrc(body)?;
    while let Some((&[block, _, l0, l1], after)) = rest.split_first_chunk::<4>() {
        let len = 4 * usize::from(u16::from_be_bytes([l0, l1]));
        let (content, next) = after.split_at_checked(len)?;
        if let (4, Some(ntp)) = (block, content.first_chunk()) {
            let ntp = NtpTime(u64::from_be_bytes(*ntp));
            return Some(Packet::ReceiverReferenceTime { sender, ntp });
        }
        rest = next;
    }
    Some(Packet::Other {
        kind: kind::EXTENDED_REPORT,
    })
}

pub(super) fn read_ssrc(bytes: &[u8]) -> Option<(Ssrc, &[u8])> {
    let (ssrc, rest) = bytes.split_first_chunk()?;
    Some((Ssrc(u32::from_be_bytes(*ssrc)), rest))
}

/// Report blocks of a sender or receiver report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReportBlocks<'a> {
    bytes: &'a [u8],
}

const BLOCK_BYTES: usize = 24;

impl<'a> ReportBlocks<'a> {
    fn new(bytes: &'a [u8], count: usize) -> Option<Self> {
        Some(Self {
            bytes: bytes.get(..BLOCK_BYTES * count)?,
        })
    }
}

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.bytes.split_first_chunk::<BLOCK_BYTES>()?;
        self.bytes = rest;
        let mut words = block
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| u32::from_be_bytes(*word));
        let source = Ssrc(words.next()?);
        let [fraction_lost, lost @ ..] = words.next()?.to_be_bytes();
        let [l0, l1, l2] = lost;
        // Sign-extended from 24 bits.
        let cumulative_lost = i32::from_be_bytes([l0, l1, l2, 0]) >> 8;
        Some(ReportBlock {
            source,
            fraction_lost,
            cumulative_lost,
            highest_sequence: words.next()?,
            jitter_rtp_units: words.next()?,
            last_sender_report: words.next()?,
            delay: ShortDuration(words.next()?),
        })
    }
}

/// A list of sources.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ssrcs<'a> {
    bytes: &'a [u8],
}

impl Iterator for Ssrcs<'_> {
    type Item = Ssrc;

    fn next(&mut self) -> Option<Ssrc> {
        let (ssrc, rest) = read_ssrc(self.bytes)?;
        self.bytes = rest;
        Some(ssrc)
    }
}

/// The sequence numbers of a NACK, each pair of number and bit mask written out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Nacks<'a> {
    bytes: &'a [u8],
    next: u16,
    /// Bit 0: `next` is wanted; bit n: `next + n`.
    wanted: u32,
}

impl<'a> Nacks<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            next: 0,
            wanted: 0,
        }
    }
}

impl Iterator for Nacks<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.wanted == 0 {
            let (&[p0, p1, m0, m1], rest) = self.bytes.split_first_chunk::<4>()?;
            self.bytes = rest;
            self.next = u16::from_be_bytes([p0, p1]);
            self.wanted = (u32::from(u16::from_be_bytes([m0, m1])) << 1) | 1;
        }
        let skip = self.wanted.trailing_zeros();
        self.wanted &= self.wanted - 1;
        // At most 16 bits follow the first.
        Some(
            self.next
                .wrapping_add(u16::try_from(skip).unwrap_or_default()),
        )
    }
}

/// Streams and command numbers of a FIR.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FirEntries<'a> {
    bytes: &'a [u8],
}

impl Iterator for FirEntries<'_> {
    type Item = FirEntry;

    fn next(&mut self) -> Option<FirEntry> {
        let (&[s0, s1, s2, s3, command, _, _, _], rest) = self.bytes.split_first_chunk::<8>()?;
        self.bytes = rest;
        Some(FirEntry {
            media: Ssrc(u32::from_be_bytes([s0, s1, s2, s3])),
            command,
        })
    }
}
