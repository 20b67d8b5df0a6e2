//! Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets of a connection arrived,
//! and when.

use crate::rtp::Ssrc;
use crate::time::Micros;

/// Packets that one feedback packet tells of at the most: 100 ms at 5,000 packets/s, and 1.2 kB when every status is told
/// with a large delta.
pub const STATUSES_MAX: usize = 512;

/// Unit of the deltas.
const TICK_US: u64 = 250;
/// Unit of the reference time: 64 ms.
const TICKS_PER_REFERENCE: i64 = 256;

/// One feedback packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransportFeedback<'a> {
    /// Who received.
    pub sender: Ssrc,
    /// Any source of the connection.
    pub media: Ssrc,
    /// Transport-wide number of the first packet told of.
    pub base_sequence: u16,
    /// How many packets are told of.
    pub status_count: u16,
    /// Begin of the deltas on the receiver's clock, in units of 64 ms.
    pub reference: i32,
    /// Number of this feedback packet, wrapping.
    pub feedback_count: u8,
    /// Chunks, then deltas.
    body: &'a [u8],
    chunks_len: usize,
}

impl<'a> TransportFeedback<'a> {
    pub(super) fn read(sender: Ssrc, media: Ssrc, bytes: &'a [u8]) -> Option<Self> {
        let (&[b0, b1, c0, c1, r0, r1, r2, feedback_count], body) =
            bytes.split_first_chunk::<8>()?;
        let status_count = u16::from_be_bytes([c0, c1]);
        let mut covered = 0;
        let mut chunks_len = 0;
        while covered < usize::from(status_count) {
            let chunk = body.get(chunks_len..)?.first_chunk::<2>()?;
            covered += Chunk::read(u16::from_be_bytes(*chunk)).len;
            chunks_len += 2;
        }
        Some(Self {
            sender,
            media,
            base_sequence: u16::from_be_bytes([b0, b1]),
            status_count,
            // Sign-extended from 24 bits.
            reference: i32::from_be_bytes([r0, r1, r2, 0]) >> 8,
            feedback_count,
            body,
            chunks_len,
        })
    }

    /// The packets told of, in order of their numbers; ends early where deltas are missing. At most 65,535 of them,
    /// whatever the size of the packet.
    #[must_use]
    pub fn arrivals(&self) -> Arrivals<'a> {
        let (chunks, deltas) = self
            .body
            .split_at_checked(self.chunks_len)
            .unwrap_or_default();
        Arrivals {
            chunks,
            deltas,
            chunk: Chunk::default(),
            sequence: self.base_sequence,
            left: self.status_count,
            tick: i64::from(self.reference) * TICKS_PER_REFERENCE,
        }
    }
}

/// What a feedback packet says of one packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Arrival {
    /// Transport-wide number.
    pub sequence: u16,
    /// When it arrived, in µs of the receiver's clock, in steps of 250; none when it did not arrive until then.
    pub at_us: Option<i64>,
}

/// Iterator over the statuses of a feedback packet.
#[derive(Clone, Copy, Debug)]
pub struct Arrivals<'a> {
    chunks: &'a [u8],
    deltas: &'a [u8],
    chunk: Chunk,
    sequence: u16,
    left: u16,
    tick: i64,
}

impl Iterator for Arrivals<'_> {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        self.left = self.left.checked_sub(1)?;
        while self.chunk.len == 0 {
            let (chunk, rest) = self.chunks.split_first_chunk()?;
            self.chunks = rest;
            self.chunk = Chunk::read(u16::from_be_bytes(*chunk));
        }
        let delta = match self.chunk.pop() {
            Status::NotReceived => None,
            Status::Small => {
                let (&delta, rest) = self.deltas.split_first()?;
                self.deltas = rest;
                Some(i64::from(delta))
            }
            Status::Large => {
                let (delta, rest) = self.deltas.split_first_chunk()?;
                self.deltas = rest;
                Some(i64::from(i16::from_be_bytes(*delta)))
            }
        };
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        let at_us = delta.map(|delta| {
            self.tick += delta;
            self.tick * TICK_US.cast_signed()
        });
        Some(Arrival { sequence, at_us })
    }
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Status {
    #[default]
    NotReceived = 0,
    Small = 1,
    Large = 2,
}

impl Status {
    const fn from_bits(bits: u16) -> Self {
        match bits & 3 {
            1 => Self::Small,
            2 => Self::Large,
            // 3 is reserved: "received w/o timestamp" carries no delta either.
            _ => Self::NotReceived,
        }
    }
}

/// The statuses of a chunk that are not taken yet.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    len: usize,
    symbols: Symbols,
}

#[derive(Clone, Copy, Debug)]
enum Symbols {
    Run(Status),
    /// The next one in bit 13.
    OneBit(u16),
    /// The next one in bits 13 and 12.
    TwoBits(u16),
}

impl Default for Symbols {
    fn default() -> Self {
        Self::Run(Status::NotReceived)
    }
}

impl Chunk {
    fn read(word: u16) -> Self {
        if word & 0x8000 == 0 {
            let symbols = Symbols::Run(Status::from_bits(word >> 13));
            return Self {
                len: usize::from(word & 0x1fff),
                symbols,
            };
        }
        if word & 0x4000 == 0 {
            Self {
                len: 14,
                symbols: Symbols::OneBit(word),
            }
        } else {
            Self {
                len: 7,
                symbols: Symbols::TwoBits(word),
            }
        }
    }

    const fn pop(&mut self) -> Status {
        self.len = self.len.saturating_sub(1);
        match &mut self.symbols {
            Symbols::Run(status) => *status,
            Symbols::OneBit(bits) => {
                let status = Status::from_bits((*bits >> 13) & 1);
                *bits <<= 1;
                status
            }
            Symbols::TwoBits(bits) => {
                let status = Status::from_bits(*bits >> 12);
                *bits <<= 2;
                status
            }
        }
    }
}

/// Writes base number to deltas of one feedback packet for the packets from `base_sequence` on, through `push`; returns how
/// many of `arrivals` it tells of: fewer than all when they are more than [`STATUSES_MAX`] or lie more than 8 s apart.
pub(super) fn write_body<E>(
    base_sequence: u16,
    feedback_count: u8,
    arrivals: impl IntoIterator<Item = Option<Micros>>,
    mut push: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u16, E> {
    let statuses = Statuses::from_arrivals(arrivals);
    let reference = u32::try_from(statuses.reference & 0x00ff_ffff).unwrap_or_default();
    push(&base_sequence.to_be_bytes())?;
    let told = u16::try_from(statuses.len).unwrap_or(u16::MAX);
    push(&told.to_be_bytes())?;
    push(&((reference << 8) | u32::from(feedback_count)).to_be_bytes())?;
    let mut left = statuses.symbols();
    while !left.is_empty() {
        let (word, taken) = next_chunk(left);
        push(&word.to_be_bytes())?;
        left = left.get(taken..).unwrap_or_default();
    }
    for (symbol, delta) in statuses.symbols().iter().zip(statuses.deltas) {
        let [high, low] = delta.to_be_bytes();
        match symbol {
            Status::NotReceived => {}
            Status::Small => push(&[low])?,
            Status::Large => push(&[high, low])?,
        }
    }
    Ok(told)
}

struct Statuses {
    symbols: [Status; STATUSES_MAX],
    deltas: [i16; STATUSES_MAX],
    len: usize,
    reference: i64,
}

impl Statuses {
    fn from_arrivals(arrivals: impl IntoIterator<Item = Option<Micros>>) -> Self {
        let mut all = Self {
            symbols: [Status::NotReceived; STATUSES_MAX],
            deltas: [0; STATUSES_MAX],
            len: 0,
            reference: 0,
        };
        let mut tick = None;
        let places = all.symbols.iter_mut().zip(&mut all.deltas);
        for (arrival, (symbol, delta)) in arrivals.into_iter().zip(places) {
            if let Some(at) = arrival {
                let now = (at.0 / TICK_US).cast_signed();
                let before = *tick.get_or_insert_with(|| {
                    all.reference = now.div_euclid(TICKS_PER_REFERENCE);
                    all.reference * TICKS_PER_REFERENCE
                });
                let Ok(step) = i16::try_from(now - before) else {
                    break;
                };
                *delta = step;
                *symbol = if (0..256).contains(&step) {
                    Status::Small
                } else {
                    Status::Large
                };
                tick = Some(now);
            }
            all.len += 1;
        }
        all
    }

    fn symbols(&self) -> &[Status] {
        self.symbols.get(..self.len).unwrap_or_default()
    }
}

/// A chunk for the beginning of `symbols`, and how many it holds: a run where it is longer than what a vector holds.
fn next_chunk(symbols: &[Status]) -> (u16, usize) {
    let first = symbols.first().copied().unwrap_or_default();
    let run = symbols
        .iter()
        .take_while(|&&symbol| symbol == first)
        .count();
    let only_small = symbols
        .iter()
        .take(14)
        .all(|&symbol| symbol != Status::Large);
    let vector = if only_small { 14 } else { 7 };
    if run >= vector.min(symbols.len()) {
        // STATUSES_MAX is below the 8191 that a run may have.
        let len = u16::try_from(run).unwrap_or_default();
        return (((first as u16) << 13) | len, run);
    }
    let taken = vector.min(symbols.len());
    let (head, width) = if only_small { (0x8000, 1) } else { (0xc000, 2) };
    let bits = symbols
        .iter()
        .take(taken)
        .zip(1u32..)
        .fold(0, |bits, (&symbol, place)| {
            bits | (symbol as u16) << (14 - width * place)
        });
    (head | bits, taken)
}
