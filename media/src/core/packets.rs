//! An RTP packet's way from its publisher to the recorder and to everybody who has the publisher in a slot.

use std::net::SocketAddr;

use media_packet::capture::{Entry, EntryKind, Medium};
use media_packet::red::{PLAIN_BYTES_MAX, Red};
use media_packet::rtp::{ExtendedSequence, Header, Packet, Ssrc};
use media_packet::rtx;
use media_packet::time::Micros;

use super::{Core, Owner};
use crate::forward::{Incoming, Repeating};
use crate::peer::Peer;
use crate::receive::{Placed, Subscribers, Via};

/// Numbers of one NACK that are looked at: more in one report means that a keyframe is what helps.
const NACKED_MAX: usize = 256;

/// A packet that was opened, placed in its stream, and made the original when it was a retransmission.
struct Opened<'a> {
    bytes: &'a mut [u8],
    /// Payload type of the media, and what a voice repeats in this packet.
    payload_type: u8,
    red: Option<Red>,
    medium: Medium,
    layer: usize,
    /// The picture comes in several layers.
    layered: bool,
    placed: Placed,
    audio_level: Option<u8>,
    subscribers: Subscribers,
    via: Via,
}

impl Opened<'_> {
    /// The packet before it, when that was missing and is repeated in it.
    fn before(&self) -> Option<(Header, &[u8])> {
        let red = self.red.filter(|_| self.placed.repeated.repairs)?;
        let packet = Packet::parse(self.bytes).ok()?;
        red.before(&packet.header(), packet.payload(), self.payload_type)
    }

    /// The same as a packet.
    fn write_before<'a>(&self, out: &'a mut [u8]) -> Option<&'a [u8]> {
        let (header, payload) = self.before()?;
        let header_len = header.write(out).ok()?;
        let len = header_len + payload.len();
        out.get_mut(header_len..len)?.copy_from_slice(payload);
        out.get(..len)
    }
}

impl<'a> Opened<'a> {
    /// Without what it repeats.
    fn into_plain(self) -> Option<&'a [u8]> {
        match self.red {
            None => Some(self.bytes),
            Some(red) => red
                .strip(self.bytes, self.payload_type)
                .ok()
                .map(|plain| &*plain),
        }
    }
}

impl Core {
    pub(super) fn rtp(&mut self, place: u32, source: SocketAddr, bytes: &mut [u8], now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let Some(opened) = peer.transport.open_rtp(bytes, source, now) else {
            self.stats.srtp_refused += 1;
            return;
        };
        // Before the arrival is noted: to its sender's congestion control the packet is lost, so that it slows down.
        if !peer.allowance.take(opened.len, now) {
            self.stats.packets_excess += 1;
            return;
        }
        let Some(bytes) = bytes.get_mut(..opened.len) else {
            return;
        };
        let dues = peer.due;
        let packet = take(peer, bytes, now);
        let news = (dues.feedback, dues.report, dues.repair)
            != (peer.due.feedback, peer.due.report, peer.due.repair);
        if news && let Some(due) = peer.report_due() {
            self.timers.wake_at(Owner::Peer(place).number(), due);
        }
        let (admitted, room, participant) = (peer.admitted, peer.room, peer.participant);
        let record = peer.record.filter(|_| match &packet {
            Some(packet) if packet.layered && admitted => {
                peer.recorded.takes(packet.layer, packet.placed.begins)
            }
            Some(_) | None => true,
        });
        let shares = peer.shares;
        match packet {
            Some(packet) if admitted && (shares || packet.medium != Medium::Screen) => {
                self.stats.packets_received += 1;
                self.stats.packets_recovered += u64::from(packet.via == Via::Retransmission);
                self.stats.packets_recovered += u64::from(packet.placed.repeated.repairs);
                self.forward(&packet, now);
                if let Some(record) = record {
                    self.keep(packet, (room, record, participant), now);
                }
            }
            Some(_) | None => self.stats.packets_dropped += 1,
        }
    }

    /// Keeps a packet for the recorder: a voice without what it repeats, but for what was missing.
    fn keep(
        &mut self,
        packet: Opened<'_>,
        (room, record, participant): (u32, u64, u8),
        now: Micros,
    ) {
        let entry = Entry {
            kind: EntryKind::Rtp,
            participant,
            medium: packet.medium,
            arrival_us: now.0,
            payload: &[],
        };
        if packet.placed.repeated.repairs {
            let mut before = [0; PLAIN_BYTES_MAX];
            if let Some(payload) = packet.write_before(&mut before) {
                self.capture(room, record, Entry { payload, ..entry }, now);
            }
        }
        if let Some(payload) = packet.into_plain() {
            self.capture(room, record, Entry { payload, ..entry }, now);
        }
    }

    /// Copies a packet for the recorder.
    pub(super) fn capture(&mut self, room: u32, record: u64, entry: Entry<'_>, now: Micros) {
        let Some(tap) = self.rooms.get_mut(room).and_then(|room| room.tap(record)) else {
            return;
        };
        let idle = tap.due().is_none();
        tap.push(entry, &mut self.blocks, now);
        self.stats.packets_recorded += 1;
        if idle {
            self.reschedule_room(room);
        }
    }

    fn forward(&mut self, packet: &Opened<'_>, now: Micros) {
        let Ok(original) = Packet::parse(packet.bytes) else {
            return;
        };
        let (placed, payload) = (packet.placed, original.payload());
        let repeating = packet
            .red
            .filter(|_| placed.repeated.may_be_heard)
            .map(|red| Repeating {
                payload,
                repeated: red.repeated() as u64,
                voice: packet.payload_type,
            });
        let incoming = Incoming {
            header: original.header(),
            sequence: placed.sequence,
            begins: placed.begins,
            layer: packet.layered.then_some(packet.layer),
            audio_level: packet.audio_level,
            payload: { packet.red }.map_or(payload, |red| red.primary(payload)),
            repeating,
            repair: false,
        };
        if let Some((header, payload)) = packet.before() {
            let repair = Incoming {
                header,
                sequence: ExtendedSequence(placed.sequence.0.saturating_sub(1)),
                begins: false,
                audio_level: None,
                payload,
                repair: true,
                ..incoming
            };
            self.send_on(&repair, &packet.subscribers, now);
        }
        self.send_on(&incoming, &packet.subscribers, now);
    }

    fn send_on(&mut self, incoming: &Incoming<'_>, subscribers: &Subscribers, now: Micros) {
        for subscriber in subscribers.iter() {
            let Some(peer) = self.peers.get_mut(subscriber.peer) else {
                continue;
            };
            let Some(slot) = peer.slots.get_mut(subscriber.slot) else {
                continue;
            };
            let Some(outgoing) = slot.forward(incoming, now) else {
                continue;
            };
            let (payload, mut values) = (outgoing.payload, outgoing.values);
            values.transport_sequence = peer.downlink.number();
            let map = slot.settings.extensions;
            let write = |out: &mut [u8]| outgoing.header.write_with(out, &values, &map).ok();
            let renumbered = incoming.layer.and_then(|_| slot.renumber(payload));
            let sent = match renumbered {
                None => peer.transport.send_rtp(payload, &mut self.outbox, write),
                Some(numbers) => peer.transport.send_written(&mut self.outbox, |out| {
                    let header_len = write(out)?;
                    numbers.write(payload, out, header_len)
                }),
            };
            if sent {
                self.stats.packets_forwarded += 1;
                peer.downlink.note_sent(payload.len(), now);
                if let Some(due) = peer.note_traffic(now) {
                    self.timers
                        .wake_at(Owner::Peer(subscriber.peer).number(), due);
                }
            }
        }
    }

    /// A subscriber misses packets of one of its slots.
    pub(super) fn retransmit(
        &mut self,
        place: u32,
        media: Ssrc,
        sequences: impl Iterator<Item = u16>,
        now: Micros,
    ) {
        for sequence in sequences.take(NACKED_MAX) {
            if self.retransmit_one(place, media, sequence, now).is_some() {
                self.stats.packets_retransmitted += 1;
            } else {
                self.stats.retransmissions_refused += 1;
            }
        }
    }

    fn retransmit_one(
        &mut self,
        place: u32,
        media: Ssrc,
        sequence: u16,
        now: Micros,
    ) -> Option<()> {
        let peer = self.peers.get_mut(place)?;
        // What was lost before a full queue is not helped by more; it is asked for again.
        if peer.downlink.is_flooded() {
            return None;
        }
        let number = peer
            .slots
            .iter()
            .position(|slot| slot.settings.sources.0 == media)?;
        let slot = peer.slots.get_mut(number)?;
        let publisher = slot.occupant?.peer;
        let medium = slot.settings.medium;
        let original = slot.asked_again(sequence, now)?;
        let (peer, publisher) = self.peers.pair_mut(place, publisher)?;
        let layer = peer.slots.get(number)?.showing();
        let source = publisher.layer(medium, layer)?;
        let layered = source.rid.is_some();
        let kept = source.kept(original, now)?;
        let packet = Packet::parse(kept).ok()?;
        let slot = peer.slots.get_mut(number)?;
        let (header, mut values) = slot.retransmit(&packet.header(), now)?;
        values.transport_sequence = peer.downlink.number();
        let map = slot.settings.extensions;
        let numbers = layered.then(|| slot.renumber(packet.payload())).flatten();
        let sent = peer.transport.send_written(&mut self.outbox, |out| {
            let header_len = header.write_with(out, &values, &map).ok()?;
            let len = rtx::write(&packet, sequence, out, header_len).ok()?;
            if let Some(numbers) = numbers {
                let payload = out.get_mut(header_len + rtx::ORIGINAL_SEQUENCE_BYTES..len)?;
                numbers.rewrite(payload)?;
            }
            Some(len)
        });
        if sent {
            peer.downlink.note_sent(packet.payload().len(), now);
        }
        sent.then_some(())
    }
}

/// Takes an authenticated packet in; none when it belongs to no source, was here before or only probed.
fn take<'a>(peer: &mut Peer, bytes: &'a mut [u8], now: Micros) -> Option<Opened<'a>> {
    let read = Packet::parse(bytes).ok()?;
    let values = read.extensions(&peer.extensions);
    if let Some(number) = values.transport_sequence {
        let _due = peer.note_arrival(number, now);
    }
    let _due = peer.note_traffic(now);
    let (place, via) = peer.locate(&read.header(), &values)?;
    let admitted_now = peer.admitted;
    let source = peer.sources.get_mut(place)?.as_mut()?;
    let (medium, layer, layered) = (source.medium, source.layer, source.rid.is_some());
    let bytes = match via {
        Via::Itself => bytes,
        Via::Retransmission => {
            rtx::restore(bytes, source.ssrc?, source.codec.payload_type).ok()??
        }
    };
    let arrival = source.read(&Packet::parse(bytes).ok()?, via)?;
    let placed = source.receive(&arrival, now);
    let (payload_type, red) = (source.codec.payload_type, arrival.red);
    let subscribers = source.subscribers;
    if admitted_now && medium != Medium::Audio && source.wants_a_look(&placed) {
        let _due = peer.refresh_repair();
    }
    placed.fresh.then_some(Opened {
        bytes,
        payload_type,
        red,
        medium,
        layer,
        layered,
        placed,
        audio_level: values.audio_level,
        subscribers,
        via,
    })
}
