//! RTCP: what peers report and ask, and what is reported to and asked of them.

use std::net::SocketAddr;
use std::ops::Range;

use media_packet::capture::{Entry, EntryKind, Medium};
use media_packet::rtcp::{Compound, Packet, ReportBlock, SENDER_REPORT_BYTES, SenderInfo, packets};
use media_packet::rtp::Ssrc;
use media_packet::time::{Micros, NtpTime};

use super::Core;
use crate::peer::{Peer, SOURCES};

/// Packets of one compound that are looked at: browsers send at most a report, a description and a feedback or two of each
/// kind for each of 16 sections.
const PACKETS_MAX: usize = 64;

/// Where the media time is in the head of a sender report (RFC 3550 §6.4.1).
const REPORTED_RTP: Range<usize> = 16..20;

/// The worker's clock as reports carry it. Only differences matter to those who read it.
fn wall(now: Micros) -> NtpTime {
    NtpTime::from_unix_us(now.0)
}

impl Core {
    pub(super) fn rtcp(&mut self, place: u32, source: SocketAddr, bytes: &mut [u8], now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        let opened = peer.transport.open_rtcp(bytes, source, now);
        let Some(bytes) = opened.and_then(|len| bytes.get(..len)) else {
            self.stats.srtp_refused += 1;
            return;
        };
        if !peer.allowance.take(bytes.len(), now) {
            self.stats.packets_excess += 1;
            return;
        }
        for packet in packets(bytes).take(PACKETS_MAX) {
            match packet {
                Packet::SenderReport {
                    sender,
                    info,
                    head,
                    blocks,
                } => {
                    self.sender_report(place, sender, (&info, head), now);
                    self.receiver_report(place, blocks, now);
                }
                Packet::ReceiverReport { blocks, .. } => self.receiver_report(place, blocks, now),
                Packet::Nack {
                    media, sequences, ..
                } => self.retransmit(place, media, sequences, now),
                Packet::Pli { media, .. } => self.keyframe_asked(place, media, now),
                Packet::Fir { entries, .. } => {
                    for entry in entries {
                        self.keyframe_asked(place, entry.media, now);
                    }
                }
                Packet::Remb { bitrate_bps, .. } => self.estimate(place, bitrate_bps, now),
                Packet::TransportFeedback(told) => self.transport_feedback(place, &told, now),
                Packet::ReceiverReferenceTime { .. }
                | Packet::Bye { .. }
                | Packet::Other { .. } => {}
            }
        }
    }

    fn sender_report(
        &mut self,
        place: u32,
        sender: Ssrc,
        report: (&SenderInfo, &[u8]),
        now: Micros,
    ) {
        let (info, head) = report;
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        peer.clock.note(info, wall(now));
        let Some(source) = peer
            .sources
            .iter_mut()
            .flatten()
            .find(|source| source.ssrc == Some(sender))
        else {
            return;
        };
        source.stream().receive_sender_report(*info, now);
        let info = SenderInfo {
            rtp: source.corrected(info.rtp),
            ..*info
        };
        let reference = peer.clock.reference(&info);
        let mut kept = [0; SENDER_REPORT_BYTES];
        let Some(place) = kept.get_mut(..head.len()) else {
            return;
        };
        place.copy_from_slice(head);
        if let Some(rtp) = place.get_mut(REPORTED_RTP) {
            rtp.copy_from_slice(&info.rtp.to_be_bytes());
        }
        let head = &*place;
        let worth_keeping = source.take_report_worth_keeping();
        let (medium, layer, subscribers) = (source.medium, source.layer, source.subscribers);
        let is_recorded = source.rid.is_none() || peer.recorded.showing() == Some(layer);
        let (admitted, room, participant) = (peer.admitted, peer.room, peer.participant);
        if let (true, Some(record)) = (admitted && is_recorded && worth_keeping, peer.record) {
            let kind = EntryKind::SenderReport;
            self.capture(
                room,
                record,
                Entry {
                    kind,
                    participant,
                    medium,
                    arrival_us: now.0,
                    payload: head,
                },
                now,
            );
        }
        let Some(reference) = reference else { return };
        for subscriber in subscribers.iter() {
            let slot = self
                .peers
                .get_mut(subscriber.peer)
                .and_then(|peer| peer.slots.get_mut(subscriber.slot));
            // Each layer has a media clock of its own.
            if let Some(slot) = slot.filter(|slot| slot.showing() == layer) {
                slot.synchronise(reference);
            }
        }
    }

    fn receiver_report(
        &mut self,
        place: u32,
        blocks: impl Iterator<Item = ReportBlock>,
        now: Micros,
    ) {
        for block in blocks {
            let Some(peer) = self.peers.get_mut(place) else {
                return;
            };
            let mut slots = peer.slots.iter_mut();
            let reported = slots.find(|slot| slot.settings.sources.0 == block.source);
            let Some(slot) = reported else {
                continue;
            };
            let rtt_us = slot.stream.receive_report(&block, wall(now));
            slot.delivery.note_report(&block, &slot.stream);
            let (medium, layer) = (slot.settings.medium, slot.showing());
            if let Some(rtt_us) = rtt_us {
                peer.monitor.note_rtt(rtt_us, now);
            }
            if medium == Medium::Audio {
                let clock_rate = u64::from(slot.settings.codec.clock_rate.max(1));
                let mean_us = u64::from(block.jitter_rtp_units) * 1_000_000 / clock_rate;
                peer.monitor.note_jitter(mean_us);
            }
            if let (Some(occupant), Some(rtt_us)) = (slot.occupant, slot.stream.rtt_us())
                && let Some(publisher) = self.peers.get_mut(occupant.peer)
                && let Some(source) = publisher.layer(medium, layer)
            {
                source.keep_for(rtt_us);
            }
        }
    }

    fn keyframe_asked(&mut self, place: u32, media: Ssrc, now: Micros) {
        let Some(peer) = self.peers.get(place) else {
            return;
        };
        let slot = peer
            .slots
            .iter()
            .find(|slot| slot.settings.sources.0 == media);
        let Some((slot, occupant)) = slot.and_then(|slot| Some((slot, slot.occupant?))) else {
            return;
        };
        let (medium, layer) = (slot.settings.medium, slot.showing());
        if medium != Medium::Audio {
            self.note_undecodable(place, media, occupant.peer, now);
            self.wish_keyframe(occupant.peer, (medium, layer), now);
        }
    }

    /// Tells a peer what is due.
    pub(super) fn report(&mut self, place: u32, now: Micros) {
        let Some(peer) = self.peers.get_mut(place) else {
            return;
        };
        if !peer.transport.is_connected() {
            return;
        }
        let is_due = |due: Option<Micros>| due.is_some_and(|due| due <= now);
        let (feedback, report, repair) = (
            is_due(peer.due.feedback),
            is_due(peer.due.report),
            is_due(peer.due.repair),
        );
        if feedback {
            peer.due.feedback = None;
            send_feedback(peer, &mut self.outbox);
        }
        if repair {
            let (nacks, keyframes) = send_repair(peer, &mut self.outbox, &mut self.asked, now);
            self.stats.nacks_sent += nacks;
            self.stats.keyframes_requested += keyframes;
            let _due = peer.refresh_repair();
        }
        if report {
            peer.due.report = None;
            send_reports(peer, &mut self.outbox, now);
            if let Some(layer) = peer.choose_recorded(now) {
                self.wish_keyframe(place, (Medium::Camera, layer), now);
            }
        }
        self.pad(place, now);
    }
}

/// Transport-wide feedback, as many packets as it takes.
fn send_feedback(peer: &mut Peer, outbox: &mut crate::Outbox) {
    let media = peer
        .sources
        .iter()
        .flatten()
        .find_map(|source| source.ssrc)
        .unwrap_or_default();
    while peer.arrivals.has_news() {
        let (arrivals, local) = (&mut peer.arrivals, peer.local_ssrc);
        let sent = peer.transport.send_rtcp(outbox, |out| {
            let mut compound = Compound::new(out);
            arrivals.write(local, media, &mut compound).ok()?;
            Some(compound.len())
        });
        if !sent {
            return;
        }
    }
}

/// NACKs and keyframe requests; returns how many numbers and keyframes were asked for.
fn send_repair(
    peer: &mut Peer,
    outbox: &mut crate::Outbox,
    asked: &mut Vec<u16>,
    now: Micros,
) -> (u64, u64) {
    let (rtt_us, local) = (peer.rtt_us(), peer.local_ssrc);
    let (mut nacks, mut keyframes) = (0, 0);
    for source in peer.sources.iter_mut().flatten() {
        asked.clear();
        source.missing(rtt_us, asked, now);
        let keyframe = source.take_keyframe_due(now);
        let Some(media) = source.ssrc.filter(|_| keyframe || !asked.is_empty()) else {
            continue;
        };
        nacks += asked.len() as u64;
        keyframes += u64::from(keyframe);
        peer.transport.send_rtcp(outbox, |out| {
            let mut compound = Compound::new(out);
            compound.nack(local, media, asked).ok()?;
            if keyframe {
                compound.pli(local, media).ok()?;
            }
            Some(compound.len())
        });
    }
    (nacks, keyframes)
}

/// Receiver report on what it publishes, sender reports on what it is sent, limits of those who receive it.
fn send_reports(peer: &mut Peer, outbox: &mut crate::Outbox, now: Micros) {
    let local = peer.local_ssrc;
    let mut blocks = [ReportBlock::default(); SOURCES];
    let mut count = 0;
    for block in peer
        .sources
        .iter_mut()
        .flatten()
        .filter_map(|source| source.stream().report(now))
    {
        if let Some(place) = blocks.get_mut(count) {
            *place = block;
            count += 1;
        }
    }
    // A limit that was lifted has been told; one that holds is repeated, in case it was lost.
    let limit = peer.limit_bps(now);
    if limit.is_some() {
        peer.told_limit = (limit, now);
    }
    let media = peer.source(Medium::Camera).and_then(|source| source.ssrc);
    let slots = &mut peer.slots;
    peer.transport.send_rtcp(outbox, |out| {
        let mut compound = Compound::new(out);
        compound.receiver_report(local, blocks.get(..count)?).ok()?;
        for slot in slots.iter_mut() {
            if let Some(info) = slot.sender_info(wall(now)) {
                compound
                    .sender_report(slot.settings.sources.0, &info, &[])
                    .ok()?;
            }
        }
        if let (Some(limit), Some(media)) = (limit, media) {
            compound.remb(local, limit, &[media]).ok()?;
        }
        Some(compound.len())
    });
}
