//! What happens at the server's: its real streams, and the judge.

use media_packet::rtcp::ReportBlock;
use media_packet::rtp::{ExtendedSequence, Header};
use media_packet::time::ShortDuration;

use super::*;
use crate::forward::Incoming;
use crate::receive::{Arrival, Via};

impl Call {
    pub(super) fn judge(&mut self) {
        let now = Micros(self.now);
        let heard = Micros(self.heard);
        let signalling = self.answered.map(|(_, at)| at);
        self.monitor.note_signalling(signalling, self.answered);
        if self.monitor.due().is_none_or(|due| due > now) {
            return;
        }
        if !self.monitor.has_second(now) {
            if let Some(quality) = self.monitor.glance(heard, false, now) {
                self.told.push((self.now, quality));
            }
            return;
        }
        let (up, _, voices) = self.sources[0].take_second(now);
        let (_, frozen_up_us, pictures) = self.sources[1].take_second(now);
        let has_fec = true;
        let fed_back = std::mem::take(&mut self.fed_back);
        let voice = {
            let slot = &mut self.slots[0];
            slot.delivery.take(&slot.stream, now)
        };
        let picture = {
            let slot = &mut self.slots[1];
            slot.delivery.take(&slot.stream, now)
        };
        let second = Second {
            up,
            down: voice.as_voice(&picture, fed_back, has_fec),
            frozen_up_us,
            frozen_down_us: picture.frozen_us,
            packets: voices + pictures,
            heard,
            reduced: false,
        };
        if let Some(quality) = self.monitor.judge(&second, now) {
            self.told.push((self.now, quality));
        }
        self.seconds.push((self.now, self.monitor.told));
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the events of the other end are another function's"
    )]
    #[expect(clippy::too_many_lines, reason = "one short arm an event")]
    pub(super) fn at_server(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::VoiceAtServer(number) => {
                self.heard = now;
                // Hybrid Opus with redundancy.
                self.receive(0, number, &[15 << 3, 0xc0], 960, Via::Itself);
            }
            Event::PictureAtServer(number, begins, again) => {
                self.heard = now;
                let payload: &[u8] = if begins {
                    &[0x10, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1]
                } else {
                    &[0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
                };
                let via = if again {
                    Via::Retransmission
                } else {
                    Via::Itself
                };
                self.receive(1, number, payload, 1_000, via);
            }
            Event::CheckAtServer => self.heard = now,
            Event::ReportAtServer(told) => {
                self.heard = now;
                for stream in 0..2 {
                    self.take_report(stream, told);
                }
            }
            Event::NackAtServer(number) => {
                self.heard = now;
                if self.slots[1]
                    .asked_again(low(number), Micros(now))
                    .is_some()
                {
                    self.slots[1].delivery.note_resent();
                    self.send_down(PICTURE_BYTES, Event::PictureAtPerson(number));
                }
            }
            Event::FeedbackAtServer(lost, all) => {
                self.heard = now;
                self.fed_back.0 += lost;
                self.fed_back.1 += all;
            }
            Event::PliAtServer => {
                self.heard = now;
                self.slots[1].delivery.note_undecodable(Micros(now));
                // The other person's keyframe comes a little later.
                self.slots[1].delivery.note_beginning(Micros(now + 100_000));
            }
            Event::ServerReport => {
                self.at(now + 1_000_000, event);
                if self.life != Life::Muted {
                    self.send_down(60, Event::SenderReportAtPerson(now));
                }
            }
            Event::ServerTick => {
                self.at(now + TICK_US, event);
                let rtt_us = self.slots[1].stream.rtt_us().unwrap_or(100_000);
                let mut asked = std::mem::take(&mut self.asked);
                asked.clear();
                self.sources[1].missing(rtt_us, &mut asked, Micros(now));
                for number in &asked {
                    let behind = low(self.spoken[1]).wrapping_sub(*number);
                    let number = self.spoken[1] - u64::from(behind);
                    self.send_down(60, Event::NackAtPerson(number));
                }
                self.asked = asked;
                if self.sources[1].take_keyframe_due(Micros(now)) {
                    self.send_down(60, Event::KeyframeAsked);
                }
            }
            _ => unreachable!("{event:?} is the person's"),
        }
    }

    fn receive(&mut self, stream: usize, number: u64, payload: &[u8], units: u64, via: Via) {
        let header = Header {
            payload_type: 96,
            sequence: low(number),
            timestamp: stamp(number, units),
            ssrc: Ssrc(1),
            marker: false,
        };
        let arrival = Arrival {
            header,
            bytes: payload,
            payload,
            red: None,
            via,
        };
        self.sources[stream].receive(&arrival, Micros(self.now));
    }

    pub(super) fn forward(&mut self, stream: usize, bytes: usize) {
        let number = self.sent[stream];
        self.sent[stream] += 1;
        let incoming = Incoming {
            header: Header {
                sequence: low(number),
                timestamp: stamp(number, 960),
                ..Header::default()
            },
            sequence: ExtendedSequence(number),
            begins: number == 0x1_0000,
            layer: None,
            audio_level: None,
            payload: b"x",
            repeating: None,
            repair: false,
        };
        let now = Micros(self.now);
        if self.slots[stream].forward(&incoming, now).is_some() {
            let ours = self.slots[stream]
                .stream
                .highest()
                .map_or(0, |highest| highest.0);
            let event = if stream == 0 {
                Event::VoiceAtPerson(ours)
            } else {
                Event::PictureAtPerson(ours)
            };
            self.send_down(bytes, event);
        }
    }

    fn take_report(&mut self, stream: usize, told: Told) {
        let slot = &mut self.slots[stream];
        let block = ReportBlock {
            source: Ssrc(10),
            fraction_lost: 0,
            cumulative_lost: i32::try_from(told.lost[stream]).unwrap(),
            highest_sequence: u32::try_from(told.highest[stream] & u64::from(u32::MAX)).unwrap(),
            jitter_rtp_units: 0,
            last_sender_report: match told.last_sender_report {
                0 => 0,
                sent => wall(sent).middle(),
            },
            delay: ShortDuration::from_us(told.delay_us),
        };
        let rtt_us = slot.stream.receive_report(&block, wall(self.now));
        slot.delivery.note_report(&block, &slot.stream);
        if let Some(rtt_us) = rtt_us {
            self.monitor.note_rtt(rtt_us, Micros(self.now));
        }
    }
}
