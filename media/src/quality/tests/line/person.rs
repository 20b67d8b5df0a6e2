//! What happens at the person's: a browser's habits.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// What the person got of one stream.
#[derive(Default)]
pub(super) struct Got {
    pub(super) first: Option<u64>,
    pub(super) highest: u64,
    pub(super) count: u64,
    pub(super) missing: BTreeMap<u64, (u64, u8)>,
    pub(super) seen: BTreeSet<u64>,
}

impl Got {
    fn note(&mut self, number: u64, now: u64) {
        self.first.get_or_insert(number);
        if number > self.highest {
            if self.highest > 0 {
                for hole in self.highest + 1..number {
                    self.missing.insert(hole, (now, 0));
                }
            }
            self.highest = number;
            self.count += 1;
        } else if self.missing.remove(&number).is_some() {
            self.seen.insert(number);
            self.count += 1;
        }
    }

    pub(super) fn lost(&self) -> u64 {
        let expected = self.first.map_or(0, |first| self.highest + 1 - first);
        expected.saturating_sub(self.count)
    }
}

impl Call {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the events of the other end are another function's"
    )]
    pub(super) fn at_person(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::VoiceAtPerson(number) => self.got[0].note(number, now),
            Event::PictureAtPerson(number) => self.got[1].note(number, now),
            Event::SenderReportAtPerson(sent) => self.sender_report = Some((sent, now)),
            Event::NackAtPerson(number) => {
                // Sent again as it was; no keyframe begins in what is sent again here.
                self.send_up(PICTURE_BYTES, Event::PictureAtServer(number, false, true));
            }
            Event::KeyframeAsked => self.keyframe_next = true,
            Event::Report => {
                // Chromium and Firefox: a picture is reported every second, voice alone every five; half as much more or less.
                let every = if self.life == Life::All {
                    1_000_000
                } else {
                    5_000_000
                };
                let next = every / 2 + self.chance.below(every);
                self.at(now + next, event);
                let (last_sender_report, at) = self.sender_report.unwrap_or((0, now));
                let told = Told {
                    highest: [self.got[0].highest, self.got[1].highest],
                    lost: [self.got[0].lost(), self.got[1].lost()],
                    last_sender_report,
                    delay_us: now - at,
                };
                self.send_up(120, Event::ReportAtServer(told));
            }
            Event::PersonTick => {
                self.at(now + TICK_US, event);
                self.ask_again();
                self.ticks += 1;
                if self.ticks.is_multiple_of(10) {
                    self.feed_back();
                }
            }
            _ => unreachable!("{event:?} is the server's"),
        }
    }

    /// Transport-wide feedback ten times a second; here of voice alone.
    fn feed_back(&mut self) {
        let voice = &self.got[0];
        let found = (voice.lost() + voice.count, voice.count);
        let before = std::mem::replace(&mut self.fed, found);
        let all = found.0.saturating_sub(before.0);
        let lost = all.saturating_sub(found.1.saturating_sub(before.1));
        if all > 0 {
            self.send_up(60, Event::FeedbackAtServer(lost, all));
        }
    }

    /// A browser asks again at once, then every round trip, ten times; and for a keyframe when a picture stood still.
    fn ask_again(&mut self) {
        let now = self.now;
        let mut asked = Vec::new();
        let mut given_up = false;
        self.got[1].missing.retain(|number, (since, tries)| {
            let due = *since + TICK_US + 100_000 * u64::from(*tries);
            if now >= due {
                *tries += 1;
                asked.push(*number);
            }
            given_up |= *tries > 10;
            *tries <= 10
        });
        for number in asked {
            self.send_up(60, Event::NackAtServer(number));
        }
        if given_up && now - self.pli_at > 500_000 {
            self.pli_at = now;
            self.send_up(60, Event::PliAtServer);
        }
    }
}
