//! What one person receives: every stream with its loss and delay, and the feedback that a browser would send on it.

use media_packet::receive::{Order, ReceivedStream};
use media_packet::rtcp::{Compound, ReportBlock, SenderInfo};
use media_packet::rtp::{Packet, Ssrc};
use media_packet::time::Micros;
use media_packet::{Error, rtx};

use super::payload;
use crate::measure::Measure;
use crate::offer;

/// Streams received at the most; the server may send 13 slots and retransmissions of six.
const STREAMS_MAX: usize = 32;

/// What a browser without a better idea tells that the path carries.
const ESTIMATE_BPS: u64 = 5_000_000;

#[derive(Debug)]
struct Stream {
    state: ReceivedStream,
    is_video: bool,
    /// Expected, received and recovered at the beginning of the measurement.
    before: Counted,
    recovered: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    expected: u64,
    received: u64,
    recovered: u64,
}

/// The streams of one person.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    streams: Vec<Stream>,
    retransmitted: u64,
    /// Video streams whose first keyframe must be asked for.
    keyframes_wanted: Vec<Ssrc>,
}

/// Loss of one person in the time of the measurement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Loss {
    pub(crate) expected: u64,
    pub(crate) lost: u64,
    pub(crate) recovered: u64,
}

impl Receiver {
    /// Takes note of an open packet.
    pub(crate) fn receive(
        &mut self,
        packet: &mut [u8],
        measure: &mut Measure,
        now: Micros,
    ) -> Result<(), Error> {
        let read = Packet::parse(packet)?;
        let header = read.header();
        if header.payload_type == offer::VP8_RTX {
            return self.receive_again(packet, now);
        }
        if let Some(sent) = payload::sent_at(read.payload()) {
            measure.packet(now.since(sent), read.bytes().len());
        } else {
            measure.foreign_packet();
        }
        let index = self
            .streams
            .iter()
            .position(|stream| stream.state.ssrc() == header.ssrc);
        let Some(stream) = index.and_then(|index| self.streams.get_mut(index)) else {
            return self.add(&read, now);
        };
        stream.state.receive(&header, now);
        Ok(())
    }

    fn add(&mut self, packet: &Packet<'_>, now: Micros) -> Result<(), Error> {
        let header = packet.header();
        if self.streams.len() >= STREAMS_MAX {
            return Err(Error::TooManySources {
                ssrc: header.ssrc,
                max: STREAMS_MAX,
            });
        }
        let is_video = header.payload_type == offer::VP8;
        let mut state = ReceivedStream::new(header.ssrc, if is_video { 90_000 } else { 48_000 });
        state.receive(&header, now);
        if is_video {
            self.keyframes_wanted.push(header.ssrc);
        }
        self.streams.push(Stream {
            state,
            is_video,
            before: Counted::default(),
            recovered: 0,
        });
        Ok(())
    }

    fn receive_again(&mut self, packet: &mut [u8], now: Micros) -> Result<(), Error> {
        self.retransmitted += 1;
        // There is one camera at a time in a two-person call: the retransmission is of that one.
        let Some(stream) = self.streams.iter_mut().find(|stream| stream.is_video) else {
            return Ok(());
        };
        let Some(original) = rtx::restore(packet, stream.state.ssrc(), offer::VP8)? else {
            return Ok(());
        };
        let sequence = Packet::parse(original)?.header().sequence;
        if stream.state.recover(sequence, now).order == Order::Late {
            stream.recovered += 1;
        }
        Ok(())
    }

    /// Takes note of a sender report.
    pub(crate) fn sender_report(&mut self, ssrc: Ssrc, info: SenderInfo, now: Micros) {
        if let Some(stream) = self
            .streams
            .iter_mut()
            .find(|stream| stream.state.ssrc() == ssrc)
        {
            stream.state.receive_sender_report(info, now);
        }
    }

    /// Report blocks for all streams.
    pub(crate) fn blocks(&mut self, out: &mut Vec<ReportBlock>, now: Micros) {
        out.extend(
            self.streams
                .iter_mut()
                .filter_map(|stream| stream.state.report(now)),
        );
    }

    /// Writes what must be said at once: keyframes wanted and packets missing. True when something was written.
    pub(crate) fn urgent(
        &mut self,
        us: Ssrc,
        numbers: &mut Vec<u16>,
        compound: &mut Compound<'_>,
        now: Micros,
    ) -> Result<(), Error> {
        for ssrc in self.keyframes_wanted.drain(..) {
            compound.pli(us, ssrc)?;
        }
        for stream in self.streams.iter_mut().filter(|stream| stream.is_video) {
            let ssrc = stream.state.ssrc();
            let missing = stream.state.missing();
            if missing.is_empty() || missing.next_due().is_none_or(|due| due > now) {
                continue;
            }
            numbers.clear();
            let due = missing.nacks_due(0, numbers, now);
            if due.given_up > 0 {
                compound.pli(us, ssrc)?;
            }
            compound.nack(us, ssrc, numbers)?;
        }
        Ok(())
    }

    /// Something must be said at once, now or soon.
    pub(crate) fn is_urgent(&mut self) -> bool {
        !self.keyframes_wanted.is_empty()
            || self
                .streams
                .iter_mut()
                .any(|stream| !stream.state.missing().is_empty())
    }

    /// Writes the estimate of what the path carries.
    pub(crate) fn estimate(&self, us: Ssrc, compound: &mut Compound<'_>) -> Result<(), Error> {
        let mut sources = [Ssrc::default(); STREAMS_MAX];
        let mut count = 0;
        let video = self.streams.iter().filter(|stream| stream.is_video);
        for (place, stream) in sources.iter_mut().zip(video) {
            *place = stream.state.ssrc();
            count += 1;
        }
        if count == 0 {
            return Ok(());
        }
        compound.remb(us, ESTIMATE_BPS, sources.get(..count).unwrap_or_default())
    }

    /// Media of both kinds comes in.
    pub(crate) fn has_both(&self) -> bool {
        self.streams.iter().any(|stream| stream.is_video)
            && self.streams.iter().any(|stream| !stream.is_video)
    }

    /// The measurement begins here.
    pub(crate) fn begin(&mut self) {
        for stream in &mut self.streams {
            stream.before = stream.counted();
        }
    }

    /// Loss since then.
    pub(crate) fn loss(&self) -> Loss {
        let mut sum = Loss::default();
        for stream in &self.streams {
            let now = stream.counted();
            let expected = now.expected - stream.before.expected;
            let received = now.received - stream.before.received;
            let recovered = now.recovered - stream.before.recovered;
            sum.expected += expected;
            sum.lost += expected.saturating_sub(received);
            sum.recovered += recovered;
        }
        sum
    }
}

impl Stream {
    fn counted(&self) -> Counted {
        Counted {
            expected: self.state.expected(),
            received: self.state.received(),
            recovered: self.recovered,
        }
    }
}
