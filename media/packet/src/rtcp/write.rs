//! Values to compound packets.

use super::{BLOCKS_MAX, FirEntry, ReportBlock, SenderInfo, format, kind, transport};
use crate::Error;
use crate::rtp::Ssrc;
use crate::time::{Micros, NtpTime};

/// Writes packets one behind the other into a buffer. A packet that does not fit is not written at all.
#[derive(Debug)]
pub struct Compound<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> Compound<'a> {
    /// An empty compound in `buffer`. RFC 3550 §6.1 wants a report first, unless RFC 5506 (reduced size) was negotiated.
    #[must_use]
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Bytes written.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Nothing written yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Sender report (RFC 3550 §6.4.1) with at most [`BLOCKS_MAX`] blocks; more are left out.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn sender_report(
        &mut self,
        sender: Ssrc,
        info: &SenderInfo,
        blocks: &[ReportBlock],
    ) -> Result<(), Error> {
        self.packet(count(blocks.len()), kind::SENDER_REPORT, |body| {
            body.word(sender.0)?;
            body.push(&info.ntp.0.to_be_bytes())?;
            body.word(info.rtp)?;
            body.word(info.packets)?;
            body.word(info.octets)?;
            body.blocks(blocks)
        })
    }

    /// Receiver report (RFC 3550 §6.4.2) with at most [`BLOCKS_MAX`] blocks; more are left out.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn receiver_report(&mut self, sender: Ssrc, blocks: &[ReportBlock]) -> Result<(), Error> {
        self.packet(count(blocks.len()), kind::RECEIVER_REPORT, |body| {
            body.word(sender.0)?;
            body.blocks(blocks)
        })
    }

    /// The canonical name of one source (RFC 3550 §6.5.1).
    ///
    /// # Errors
    /// [`Error::NoSpace`]; [`Error::Malformed`] for a name of more than 255 bytes.
    pub fn cname(&mut self, source: Ssrc, name: &str) -> Result<(), Error> {
        let too_long = |_length| Error::Malformed { what: "CNAME" };
        let len = u8::try_from(name.len()).map_err(too_long)?;
        self.packet(1, kind::SDES, |body| {
            body.word(source.0)?;
            body.push(&[1, len])?;
            body.push(name.as_bytes())?;
            // The list of items ends with a zero byte, then comes padding to a whole word.
            body.push(&[0])?;
            body.fill_word()
        })
    }

    /// Sources that have ended (RFC 3550 §6.6); at most 31, more are left out.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn bye(&mut self, sources: &[Ssrc]) -> Result<(), Error> {
        self.packet(count(sources.len()), kind::BYE, |body| {
            sources
                .iter()
                .take(BLOCKS_MAX)
                .try_for_each(|source| body.word(source.0))
        })
    }

    /// Asks for packets to be sent again (RFC 4585 §6.2.1). `sequences` in rising order; empty writes nothing.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn nack(&mut self, sender: Ssrc, media: Ssrc, sequences: &[u16]) -> Result<(), Error> {
        let Some((&first, others)) = sequences.split_first() else {
            return Ok(());
        };
        self.packet(format::NACK, kind::TRANSPORT_FEEDBACK, |body| {
            body.word(sender.0)?;
            body.word(media.0)?;
            let (mut base, mut mask) = (first, 0u16);
            for &sequence in others {
                let ahead = sequence.wrapping_sub(base);
                match ahead {
                    0 => {}
                    1..=16 => mask |= 1 << (ahead - 1),
                    17.. => {
                        body.word((u32::from(base) << 16) | u32::from(mask))?;
                        (base, mask) = (sequence, 0);
                    }
                }
            }
            body.word((u32::from(base) << 16) | u32::from(mask))
        })
    }

    /// Asks for a keyframe (RFC 4585 §6.3.1).
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn pli(&mut self, sender: Ssrc, media: Ssrc) -> Result<(), Error> {
        self.packet(format::PLI, kind::PAYLOAD_FEEDBACK, |body| {
            body.word(sender.0)?;
            body.word(media.0)
        })
    }

    /// Commands a keyframe (RFC 5104 §4.3.1).
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn fir(&mut self, sender: Ssrc, entry: FirEntry) -> Result<(), Error> {
        self.packet(format::FIR, kind::PAYLOAD_FEEDBACK, |body| {
            body.word(sender.0)?;
            body.word(0)?;
            body.word(entry.media.0)?;
            body.push(&[entry.command, 0, 0, 0])
        })
    }

    /// Tells an estimate of what the path carries (draft-alvestrand-rmcat-remb-03); rounded down to 18 bits.
    /// At most 255 sources, more are left out.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn remb(&mut self, sender: Ssrc, bitrate_bps: u64, sources: &[Ssrc]) -> Result<(), Error> {
        let sources = sources.get(..255).unwrap_or(sources);
        let len = u32::try_from(sources.len()).unwrap_or_default();
        let exponent = (64 - bitrate_bps.leading_zeros()).saturating_sub(18);
        let mantissa = u32::try_from(bitrate_bps >> exponent).unwrap_or_default();
        self.packet(format::APPLICATION, kind::PAYLOAD_FEEDBACK, |body| {
            body.word(sender.0)?;
            body.word(0)?;
            body.push(b"REMB")?;
            body.word((len << 24) | (exponent << 18) | mantissa)?;
            sources.iter().try_for_each(|source| body.word(source.0))
        })
    }

    /// Tells when packets of the connection arrived: the first of `arrivals` is that of `base_sequence`, none is lost.
    /// Returns how many are told: the rest belongs into the next packet.
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn transport_feedback(
        &mut self,
        sender: Ssrc,
        media: Ssrc,
        base_sequence: u16,
        feedback_count: u8,
        arrivals: impl IntoIterator<Item = Option<Micros>>,
    ) -> Result<u16, Error> {
        let mut told = 0;
        self.packet(format::TRANSPORT_WIDE, kind::TRANSPORT_FEEDBACK, |body| {
            body.word(sender.0)?;
            body.word(media.0)?;
            told = transport::write_body(base_sequence, feedback_count, arrivals, |bytes| {
                body.push(bytes)
            })?;
            body.fill_word()
        })?;
        Ok(told)
    }

    /// Reference time of one who sends no media (RFC 3611 §4.4).
    ///
    /// # Errors
    /// [`Error::NoSpace`].
    pub fn receiver_reference_time(&mut self, sender: Ssrc, ntp: NtpTime) -> Result<(), Error> {
        self.packet(0, kind::EXTENDED_REPORT, |body| {
            body.word(sender.0)?;
            body.push(&[4, 0, 0, 2])?;
            body.push(&ntp.0.to_be_bytes())
        })
    }

    fn packet(
        &mut self,
        count: u8,
        kind: u8,
        write: impl FnOnce(&mut Body<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let found = self.buffer.len();
        let mut body = Body {
            buffer: &mut *self.buffer,
            start: self.len,
            end: self.len,
        };
        body.push(&[0x80 | count, kind, 0, 0])?;
        write(&mut body)?;
        let end = body.end;
        let words = u16::try_from((end - self.len) / 4 - 1)
            .map_err(|_length| Error::NoSpace { found, needed: end })?;
        if let Some(length) = self.buffer.get_mut(self.len + 2..self.len + 4) {
            length.copy_from_slice(&words.to_be_bytes());
        }
        self.len = end;
        Ok(())
    }
}

fn count(of: usize) -> u8 {
    u8::try_from(of.min(BLOCKS_MAX)).unwrap_or_default()
}

struct Body<'a> {
    buffer: &'a mut [u8],
    start: usize,
    end: usize,
}

impl Body<'_> {
    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let (found, needed) = (self.buffer.len(), self.end + bytes.len());
        let place = self.buffer.get_mut(self.end..needed);
        place
            .ok_or(Error::NoSpace { found, needed })?
            .copy_from_slice(bytes);
        self.end = needed;
        Ok(())
    }

    fn word(&mut self, word: u32) -> Result<(), Error> {
        self.push(&word.to_be_bytes())
    }

    fn fill_word(&mut self) -> Result<(), Error> {
        while !(self.end - self.start).is_multiple_of(4) {
            self.push(&[0])?;
        }
        Ok(())
    }

    fn blocks(&mut self, blocks: &[ReportBlock]) -> Result<(), Error> {
        for block in blocks.iter().take(BLOCKS_MAX) {
            let lost = block.cumulative_lost.clamp(-0x80_0000, 0x7f_ffff);
            let [_, l0, l1, l2] = lost.to_be_bytes();
            self.word(block.source.0)?;
            self.push(&[block.fraction_lost, l0, l1, l2])?;
            self.word(block.highest_sequence)?;
            self.word(block.jitter_rtp_units)?;
            self.word(block.last_sender_report)?;
            self.word(block.delay.0)?;
        }
        Ok(())
    }
}
