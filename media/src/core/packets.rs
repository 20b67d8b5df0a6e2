//! An RTP packet's way from its publisher to the recorder and to everybody who has the publisher in a slot.

use std::net::SocketAddr;

use media_packet::capture::{Entry, EntryKind, Medium};
use media_packet::rtp::{Packet, Ssrc};
use media_packet::rtx;
use media_packet::time::Micros;

use super::{Core, Owner};
use crate::forward::Incoming;
use crate::peer::Peer;
use crate::receive::{Placed, Subscribers, Via};

/// Numbers of one NACK that are looked at: more in one report means that a keyframe is what helps.
const NACKED_MAX: usize = 256;

/// A packet that was opened, placed in its stream, and made the original when it was a retransmission.
struct Opened<'a> {
    bytes: &'a [u8],
    medium: Medium,
    layer: usize,
    /// The picture comes in several layers.
    layered: bool,
    placed: Placed,
    audio_level: Option<u8>,
    subscribers: Subscribers,
    via: Via,
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
                if let Some(record) = record {
                    let (medium, payload) = (packet.medium, packet.bytes);
                    let kind = EntryKind::Rtp;
                    self.capture(
                        room,
                        record,
                        Entry {
                            kind,
                            participant,
                            medium,
                            arrival_us: now.0,
                            payload,
                        },
                        now,
                    );
                }
                self.forward(&packet, now);
            }
            Some(_) | None => self.stats.packets_dropped += 1,
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
        let incoming = Incoming {
            header: original.header(),
            sequence: packet.placed.sequence,
            begins: packet.placed.begins,
            layer: packet.layered.then_some(packet.layer),
            audio_level: packet.audio_level,
            payload: original.payload(),
        };
        for subscriber in packet.subscribers.iter() {
            let Some(peer) = self.peers.get_mut(subscriber.peer) else {
                continue;
            };
            let Some(slot) = peer.slots.get_mut(subscriber.slot) else {
                continue;
            };
            let Some((header, mut values)) = slot.forward(&incoming, now) else {
                continue;
            };
            values.transport_sequence = peer.downlink.number();
            let map = slot.settings.extensions;
            let write = |out: &mut [u8]| header.write_with(out, &values, &map).ok();
            let renumbered = packet.layered.then(|| slot.renumber(incoming.payload));
            let sent = match renumbered.flatten() {
                None => peer
                    .transport
                    .send_rtp(incoming.payload, &mut self.outbox, write),
                Some(numbers) => peer.transport.send_written(&mut self.outbox, |out| {
                    let header_len = write(out)?;
                    numbers.write(incoming.payload, out, header_len)
                }),
            };
            if sent {
                self.stats.packets_forwarded += 1;
                peer.downlink.note_sent(incoming.payload.len(), now);
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
    let packet = Packet::parse(bytes).ok()?;
    let placed = source.receive(&packet.header(), packet.bytes(), packet.payload(), via, now);
    let subscribers = source.subscribers;
    if admitted_now && medium != Medium::Audio && source.wants_a_look(&placed) {
        let _due = peer.refresh_repair();
    }
    placed.fresh.then_some(Opened {
        bytes,
        medium,
        layer,
        layered,
        placed,
        audio_level: values.audio_level,
        subscribers,
        via,
    })
}
