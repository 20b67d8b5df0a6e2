//! One random history: people on lines of every kind come, go, change networks, are let in and shut out, recorded and not;
//! then all becomes calm, and everybody must see and hear everybody.

use std::collections::{BTreeMap, BTreeSet};

use media::control::RoomId;
use sim::{Burst, Chance, Kind, LinkSettings};

use crate::world::{ROOM, SECOND_US, World};

/// Trouble lasts this long.
const TROUBLE_US: u64 = 6 * SECOND_US;

/// Time for all to be connected once lines are good: a handshake whose last flight was lost waits up to 8 s.
const CONNECT_US: u64 = 30 * SECOND_US;

/// Calm before the last look: a keyframe is asked for and comes within this, over a satellite too.
const CALM_US: u64 = 4 * SECOND_US;

/// The record of the room.
const RECORD: u64 = 77;

/// What happens in histories, to be counted: a history in which nothing happens proves nothing.
pub(crate) const FACTS: [&str; 15] = [
    "switched network",
    "blackout",
    "shut out",
    "let in again",
    "left",
    "came back",
    "handshake failed",
    "line became worse",
    "stranger",
    "recorder full",
    "packets recovered",
    "packets sent again",
    "voices repaired",
    "voices whole",
    "voices heard only as repeated",
];

/// How often each happened.
pub(crate) type Facts = BTreeMap<&'static str, u64>;

/// A history in the making.
pub(crate) struct Story<'a> {
    world: World,
    chance: &'a mut Chance,
    facts: &'a mut Facts,
}

impl<'a> Story<'a> {
    /// Plays the history of a seed to its end.
    pub(crate) fn play(
        seed: u64,
        lines: &[LinkSettings],
        chance: &'a mut Chance,
        facts: &'a mut Facts,
    ) {
        let mut story = Self {
            world: World::new(seed),
            chance,
            facts,
        };
        let count = match story.chance.below(10) {
            0..=5 => 2,
            6..=8 => 3,
            _ => 5,
        };
        for number in 0..count {
            let line = *story.chance.any_of(lines).unwrap();
            story.world.join(ROOM, number, line);
        }
        while story.world.now_us < TROUBLE_US {
            let us = 100_000 + story.chance.below(500_000);
            story.world.run(us);
            story.look_after_everybody();
            story.something_happens(lines);
        }
        story.calm_down();
        story.judge();
        story.end();
    }

    fn saw(&mut self, fact: &'static str) {
        *self.facts.entry(fact).or_default() += 1;
    }

    fn anybody(&mut self) -> usize {
        let count = self.world.people.len() as u64;
        usize::try_from(self.chance.below(count)).unwrap()
    }

    /// Does what signalling and pages do by themselves: admits who is connected, comes again when a connection failed.
    fn look_after_everybody(&mut self) {
        for at in 0..self.world.people.len() {
            let person = &self.world.people[at];
            if person.here && person.browser.has_failed() && !person.connected {
                self.saw("handshake failed");
                self.world.join_again(at);
            } else if person.connected && !person.admitted && self.chance.percent(60) {
                self.world.publish(at, true);
                self.world.admit(at, true);
                if self.chance.percent(70) {
                    self.world.record(at, Some(RECORD));
                }
            }
        }
    }

    fn something_happens(&mut self, lines: &[LinkSettings]) {
        let at = self.anybody();
        let here = self.world.people[at].here;
        match self.chance.below(100) {
            0..=14 if here => {
                let line = *self.chance.any_of(lines).unwrap();
                self.world.switch_network(at, line);
                self.saw("switched network");
            }
            15..=24 if here => {
                let end_us = self.world.now_us + 200_000 + self.chance.below(2_500_000);
                let person = &mut self.world.people[at];
                person.up.cut_until(end_us);
                person.down.cut_until(end_us);
                self.saw("blackout");
            }
            25..=34 if here => self.turn_gate(at),
            35..=44 if here => {
                let record = self.world.people[at].record;
                self.world.record(at, record.xor(Some(RECORD)));
            }
            45..=51 if here => {
                self.world.leave(at);
                self.saw("left");
            }
            45..=69 if !here => {
                self.world.join_again(at);
                self.saw("came back");
            }
            52..=61 => {
                self.worsen(at);
                self.saw("line became worse");
            }
            62..=69 => {
                self.stranger();
                self.saw("stranger");
            }
            70..=74 => {
                self.world.recorder_is_full ^= true;
                self.saw("recorder full");
            }
            _ => {}
        }
    }

    fn turn_gate(&mut self, at: usize) {
        let person = &self.world.people[at];
        if !person.connected {
            return;
        }
        let admitted = !person.admitted;
        self.world.admit(at, admitted);
        self.saw(if admitted { "let in again" } else { "shut out" });
    }

    fn worsen(&mut self, at: usize) {
        let person = &mut self.world.people[at];
        let worse = LinkSettings {
            loss_ppm: 100_000,
            burst: Some(Burst {
                begins_ppm: 20_000,
                ends_ppm: 100_000,
                loss_ppm: 900_000,
            }),
            reorder_ppm: 20_000,
            duplicate_ppm: 10_000,
            ..person.up.settings()
        };
        match self.chance.percent(50) {
            true => person.up.set(worse),
            false => person.down.set(worse),
        }
    }

    /// Somebody who sees the datagrams sends some again from elsewhere, changed and as they are, and invents others.
    fn stranger(&mut self) {
        let stranger = "203.0.113.9:999".parse().unwrap();
        let before = self.world.stray.len();
        for number in 0..20_u8 {
            let mut bytes = self.chance.bytes::<60>().to_vec();
            bytes[0] = self
                .chance
                .any_of(&[0, 20, 22, 0x80, 0x90])
                .copied()
                .unwrap();
            bytes[1] = number;
            self.world.inject(stranger, &bytes);
            let at = self.anybody();
            let own = self.world.people[at].browser.address();
            // A forged source address with nothing right inside. DTLS is left out: before keys exist it cannot be told apart.
            bytes[0] = 0x80 | (bytes[0] & 0x3f);
            self.world.inject(own, &bytes);
        }
        assert_eq!(self.world.stray.len(), before, "a stranger was answered");
    }

    /// All lines are good from now on, everybody is there, admitted and recorded.
    fn calm_down(&mut self) {
        self.world.recorder_is_full = false;
        for at in 0..self.world.people.len() {
            let person = &mut self.world.people[at];
            for link in [&mut person.up, &mut person.down] {
                link.cut_until(0);
                let delay_us = link.settings().delay_us;
                link.set(LinkSettings {
                    delay_us,
                    ..LinkSettings::default()
                });
            }
        }
        let end_us = self.world.now_us + CONNECT_US;
        while self.world.people.iter().any(|person| !person.connected) {
            assert!(self.world.now_us < end_us, "not all came to be connected");
            for at in 0..self.world.people.len() {
                let person = &self.world.people[at];
                if !person.here || (person.browser.has_failed() && !person.connected) {
                    self.world.join_again(at);
                }
            }
            self.world.run(SECOND_US / 4);
        }
        for at in 0..self.world.people.len() {
            self.world.publish(at, true);
            if !self.world.people[at].admitted {
                self.world.admit(at, true);
            }
            self.world.record(at, Some(RECORD));
        }
        self.world.run(CALM_US);
    }

    fn judge(&mut self) {
        let everybody = 0..self.world.people.len();
        for (one, other) in everybody
            .clone()
            .flat_map(|one| everybody.clone().map(move |other| (one, other)))
            .filter(|(one, other)| one != other)
        {
            self.judge_view(one, other);
        }
        for person in everybody {
            self.world.publish(person, false);
        }
        // What is in flight arrives, the last block is handed over.
        self.world.run(2 * SECOND_US);
        self.world.oracle.check_recordings();
        let people = &self.world.people;
        let slots = people.iter().flat_map(|person| person.browser.watchers());
        let repairs: BTreeSet<_> = slots.filter_map(|slot| slot.repair()).collect();
        self.world.oracle.check_holes(&repairs);
        let stats = self.world.stats();
        assert_eq!(stats.rooms_crashed, 0);
        *self.facts.entry("packets recovered").or_default() += stats.packets_recovered;
        *self.facts.entry("packets sent again").or_default() += stats.packets_retransmitted;
        let oracle = &self.world.oracle;
        for (fact, count) in [
            ("voices repaired", oracle.repaired),
            ("voices whole", oracle.whole),
            ("voices heard only as repeated", oracle.only_repeated),
        ] {
            *self.facts.entry(fact).or_default() += count;
        }
    }

    /// `one` sees and hears what `other` has just sent.
    fn judge_view(&self, one: usize, other: usize) {
        let (viewer, shown) = (&self.world.people[one], &self.world.people[other]);
        let delay_us = shown.up.settings().delay_us + viewer.down.settings().delay_us;
        for (kind, step_us) in [(Kind::Voice, 20_000), (Kind::Camera, 66_667)] {
            let last = shown.browser.last_sent(kind).expect("everybody sends");
            let lag = u32::try_from(delay_us / step_us).unwrap() + 8;
            let decoded = viewer.browser.watchers().iter().filter_map(|slot| {
                let decoded = slot.decoded()?;
                (slot.kind() == kind && decoded.participant == last.participant)
                    .then_some(decoded.frame)
            });
            let newest = decoded.max().unwrap_or(0);
            assert!(
                newest + lag >= last.frame,
                "{one} decoded {kind:?} {newest} of {other}, who has sent {}",
                last.frame
            );
        }
    }

    /// Everybody goes: nothing is left, not even deadlines after the longest of them.
    fn end(&mut self) {
        self.world
            .command(media::control::Command::CloseRoom { room: RoomId(1) });
        self.world.run(60 * SECOND_US);
        assert_eq!(self.world.core.footprint(), media::Footprint::default());
    }
}
