//! Which stream a captured entry belongs to, with its 16- and 32-bit counters unwrapped.
//!
//! A stream is one source (SSRC) of one medium of one participant, from his recording's beginning on; when its clock jumps, it
//! counts as a new one. Run over the same entries, this gives the same answers, so that both passes of a derivation agree.

use media_packet::capture::{Entry, EntryKind, Medium};
use media_packet::rtp::{Header, Packet, SequenceUnwrapper, Ssrc};
use media_packet::time::NtpTime;
use std::collections::BTreeMap;

/// Streams of one participant at the most: voice, camera and screen of some forty connections. Each has his own count, so that
/// nobody who keeps starting new streams can push another out of the record that is played; numbers of participants are bytes,
/// which bounds all together.
pub(crate) const STREAMS_PER_PARTICIPANT_MAX: u16 = 128;

/// Media time and arrival may disagree by this much between two packets before the stream's clock counts as set anew: far above
/// what a network delays, far below what a restarted random timestamp jumps.
const JUMP_US: i64 = 3_000_000;

/// Whose stream this is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Owner {
    pub(crate) participant: u8,
    /// Counts the participant's recordings in this log: one for each connection, so one for each clock of his.
    pub(crate) epoch: u16,
}

/// What a stream carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    pub(crate) owner: Owner,
    pub(crate) medium: Medium,
}

impl Stream {
    /// Ticks of the RTP clock in a second (RFC 7587 §4.1, RFC 7741 §4.1).
    pub(crate) const fn ticks_per_second(&self) -> i64 {
        match self.medium {
            Medium::Audio => 48_000,
            Medium::Camera | Medium::Screen => 90_000,
        }
    }
}

/// An entry in its stream.
#[derive(Debug)]
pub(crate) enum Placed<'a> {
    Packet {
        stream: usize,
        sequence: u64,
        ticks: i64,
        packet: Packet<'a>,
    },
    Report {
        stream: usize,
        ticks: i64,
        ntp_us: i64,
    },
}

/// All streams of a log.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    current: BTreeMap<(Owner, u8, Ssrc), usize>,
    states: Vec<State>,
    epochs: BTreeMap<u8, Epoch>,
    /// Packets of streams beyond [`STREAMS_PER_PARTICIPANT_MAX`].
    excess: u64,
}

#[derive(Debug, Default)]
struct Epoch {
    number: u16,
    used: bool,
    /// Streams of the participant so far, in all his epochs.
    streams: u16,
}

#[derive(Debug)]
struct State {
    stream: Stream,
    sequence: SequenceUnwrapper,
    ticks: i64,
    arrival_us: i64,
}

impl Streams {
    /// A stream by its number.
    pub(crate) fn stream(&self, number: usize) -> Option<Stream> {
        self.states.get(number).map(|state| state.stream)
    }

    /// Packets that were left out because their participant had too many streams already.
    pub(crate) fn excess(&self) -> u64 {
        self.excess
    }

    /// Places an entry.
    pub(crate) fn place<'a>(&mut self, entry: &Entry<'a>) -> Option<Placed<'a>> {
        let epoch = self.epochs.entry(entry.participant).or_default();
        match entry.kind {
            EntryKind::Begin => {
                if epoch.used {
                    *epoch = Epoch {
                        number: epoch.number.saturating_add(1),
                        used: false,
                        streams: epoch.streams,
                    };
                }
                return None;
            }
            EntryKind::End => return None,
            EntryKind::Rtp | EntryKind::SenderReport => epoch.used = true,
        }
        let owner = Owner {
            participant: entry.participant,
            epoch: epoch.number,
        };
        match entry.kind {
            EntryKind::SenderReport => self.place_report(owner, entry),
            EntryKind::Rtp | EntryKind::Begin | EntryKind::End => self.place_packet(owner, entry),
        }
    }

    fn place_packet<'a>(&mut self, owner: Owner, entry: &Entry<'a>) -> Option<Placed<'a>> {
        let packet = Packet::parse(entry.payload).ok()?;
        let header = packet.header();
        let arrival_us = i64::try_from(entry.arrival_us).ok()?;
        let key = (owner, entry.medium as u8, header.ssrc);
        let known = self.current.get(&key).copied();
        let continued = known.filter(|stream| {
            self.states
                .get(*stream)
                .is_some_and(|state| state.continues(&header, arrival_us))
        });
        let stream = match continued {
            Some(stream) => stream,
            None => self.begin(
                key,
                Stream {
                    owner,
                    medium: entry.medium,
                },
                header.timestamp,
                arrival_us,
            )?,
        };
        let state = self.states.get_mut(stream)?;
        let sequence = state.sequence.note(header.sequence).0;
        let ticks = state.ticks + state.ticks_since(header.timestamp);
        if ticks > state.ticks {
            state.ticks = ticks;
            state.arrival_us = arrival_us;
        }
        Some(Placed::Packet {
            stream,
            sequence,
            ticks,
            packet,
        })
    }

    /// A sender report (RFC 3550 §6.4.1). One that comes before its stream's first packet tells nothing yet.
    fn place_report<'a>(&self, owner: Owner, entry: &Entry<'a>) -> Option<Placed<'a>> {
        let bytes = entry.payload.first_chunk::<20>()?;
        let (_, ssrc, ntp, timestamp) = (
            bytes.first_chunk::<4>()?,
            field4(bytes, 4)?,
            field8(bytes, 8)?,
            field4(bytes, 16)?,
        );
        let stream =
            *self
                .current
                .get(&(owner, entry.medium as u8, Ssrc(u32::from_be_bytes(ssrc))))?;
        let state = self.states.get(stream)?;
        let ticks = state.ticks + state.ticks_since(u32::from_be_bytes(timestamp));
        let ntp_us = i64::try_from(NtpTime(u64::from_be_bytes(ntp)).unix_us()).ok()?;
        Some(Placed::Report {
            stream,
            ticks,
            ntp_us,
        })
    }

    fn begin(
        &mut self,
        key: (Owner, u8, Ssrc),
        stream: Stream,
        timestamp: u32,
        arrival_us: i64,
    ) -> Option<usize> {
        let count = &mut self.epochs.entry(key.0.participant).or_default().streams;
        if *count >= STREAMS_PER_PARTICIPANT_MAX {
            self.excess += 1;
            return None;
        }
        *count += 1;
        let number = self.states.len();
        self.states.push(State {
            stream,
            sequence: SequenceUnwrapper::default(),
            ticks: i64::from(timestamp),
            arrival_us,
        });
        self.current.insert(key, number);
        Some(number)
    }
}

impl State {
    /// Ticks from the highest timestamp so far, over the wrap of 32 bits.
    fn ticks_since(&self, timestamp: u32) -> i64 {
        let [.., a, b, c, d] = self.ticks.to_be_bytes();
        let highest = u32::from_be_bytes([a, b, c, d]);
        i64::from(timestamp.wrapping_sub(highest).cast_signed())
    }

    fn continues(&self, header: &Header, arrival_us: i64) -> bool {
        // What comes late (a retransmission) is no jump, however late.
        if self
            .sequence
            .highest()
            .is_some_and(|highest| self.sequence.extend(header.sequence) <= highest)
        {
            return true;
        }
        let media_us =
            self.ticks_since(header.timestamp) * 1_000_000 / self.stream.ticks_per_second();
        (media_us - (arrival_us - self.arrival_us)).abs() <= JUMP_US
    }
}

fn field4(bytes: &[u8; 20], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn field8(bytes: &[u8; 20], at: usize) -> Option<[u8; 8]> {
    bytes.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use media_packet::capture::{Entry, EntryKind, Medium};

    use super::*;

    fn place(streams: &mut Streams, participant: u8, ssrc: u32) -> Option<usize> {
        let mut packet = [0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7];
        packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let entry = Entry {
            kind: EntryKind::Rtp,
            participant,
            medium: Medium::Audio,
            arrival_us: 1_000,
            payload: &packet,
        };
        match streams.place(&entry)? {
            Placed::Packet { stream, .. } | Placed::Report { stream, .. } => Some(stream),
        }
    }

    fn begin(streams: &mut Streams, participant: u8) {
        let entry = Entry {
            kind: EntryKind::Begin,
            participant,
            medium: Medium::Audio,
            arrival_us: 1_000,
            payload: &[],
        };
        assert!(streams.place(&entry).is_none());
    }

    #[test]
    fn who_starts_streams_without_end_pushes_nobody_else_out() {
        let mut streams = Streams::default();
        let kept = (0..1_000).filter(|&ssrc| {
            // A new recording does not begin the count anew.
            begin(&mut streams, 0);
            place(&mut streams, 0, ssrc).is_some()
        });
        assert_eq!(kept.count(), usize::from(STREAMS_PER_PARTICIPANT_MAX));
        assert_eq!(
            streams.excess(),
            1_000 - u64::from(STREAMS_PER_PARTICIPANT_MAX)
        );
        let other = place(&mut streams, 1, 5);
        assert!(other.is_some(), "the other has streams of his own");
        assert_eq!(place(&mut streams, 1, 5), other);
    }
}
