//! Attacks of strangers and of people with keys, one by one. docs/attacks.md names the test of each.

use std::net::SocketAddr;

use media::control::{Command, Event, PeerId, RoomId};
use media_packet::rtp::{Header, Ssrc};
use sim::{Ident, Kind, LinkSettings, Outgoing, body};

use crate::world::{ROOM, SECOND_US, World};

const STRANGER: &str = "203.0.113.9:999";

fn stranger() -> SocketAddr {
    STRANGER.parse().unwrap()
}

/// What `at` sends within the next milliseconds, without sending it.
fn next_datagrams(world: &mut World, at: usize) -> Vec<Outgoing> {
    let now_us = world.now_us + 70_000;
    let browser = &mut world.people[at].browser;
    browser.advance(now_us);
    browser.take_outgoing()
}

/// Two people who talk; then whatever `attack` does; then both must still get all that the other sends.
fn check_call_goes_on(attack: impl FnOnce(&mut World)) -> World {
    let mut world = World::with_people(2);
    for at in 0..2 {
        world.publish(at, true);
        world.record(at, Some(7));
    }
    world.run(SECOND_US);
    attack(&mut world);
    world.run(2 * SECOND_US);
    for (viewer, shown) in [(0, 1), (1, 0)] {
        for kind in [Kind::Voice, Kind::Camera] {
            let last = world.people[shown].browser.last_sent(kind).unwrap();
            let slots = world.people[viewer].browser.watchers().iter();
            let newest = slots
                .filter(|slot| slot.kind() == kind)
                .filter_map(|slot| slot.decoded())
                .map(|decoded| decoded.frame)
                .max();
            assert!(newest.unwrap_or(0) + 3 >= last.frame, "{kind:?} of {shown}");
        }
        assert!(world.people[viewer].connected);
    }
    for at in 0..2 {
        world.publish(at, false);
    }
    world.run(SECOND_US);
    world.oracle.check_recordings();
    assert_eq!(world.stats().rooms_crashed, 0);
    world
}

#[test]
fn a_client_hello_race_from_a_third_address_is_lost_by_the_stranger() {
    // The attacker has a call of his own, whose hello he takes.
    let mut world = World::new(1);
    world.overheard = Some(Vec::new());
    world.join(RoomId(2), 9, LinkSettings::default());
    world.run(SECOND_US);
    let mut overheard = world.overheard.take().unwrap().into_iter();
    let hello = overheard.find(|bytes| bytes[0] == 22).unwrap();
    let victim = world.join(ROOM, 1, LinkSettings::fibre());
    for _ in 0..200 {
        world.inject(stranger(), &hello);
        world.run(5_000);
    }
    assert!(world.people[victim].connected && world.stray.is_empty());
    assert_eq!(world.stats().datagrams_unknown, 200);
}

#[test]
fn alerts_from_a_third_address_and_forged_ones_end_no_handshake_and_no_call() {
    let alert = [21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
    let mut world = World::new(1);
    let at = world.join(ROOM, 1, LinkSettings::fibre());
    for _ in 0..100 {
        world.run(1_000);
        world.inject(stranger(), &alert);
        // Forged: as if it came from the victim.
        let own = world.people[at].browser.address();
        world.inject(own, &alert);
    }
    world.run(SECOND_US);
    assert!(world.people[at].connected);
    check_call_goes_on(|world| {
        let own = world.people[0].browser.address();
        for number in 0..50 {
            let mut alert = alert;
            alert[10] = number;
            world.inject(stranger(), &alert);
            world.inject(own, &alert);
        }
    });
}

#[test]
fn forged_handshake_fragments_after_the_handshake_end_no_call() {
    check_call_goes_on(|world| {
        let own = world.people[0].browser.address();
        for number in 0..200_u8 {
            // A fragment of a hello that says it is 16 MB long, out of order, in epochs 0 to 3.
            let mut record = vec![22, 254, 253, 0, number & 3, 0, 0, 0, 0, 0, number, 0, 22];
            record.extend([1, 255, 255, 255, 0, number, 0, number, 0, 0, 0, 10]);
            record.extend([number; 10]);
            world.inject(own, &record);
            world.run(20_000);
        }
    });
}

#[test]
fn media_of_a_third_address_is_neither_heard_nor_answered() {
    let world = check_call_goes_on(|world| {
        let datagrams = next_datagrams(world, 0);
        assert!(datagrams.len() >= 3);
        for one in &datagrams {
            world.inject(stranger(), &one.bytes);
        }
        assert!(world.stray.is_empty(), "the path moved to the stranger");
        // The owner's own copies still count: nothing was taken of the stranger's.
        let before = world.stats().packets_received;
        for one in &datagrams {
            world.bring(0, one);
        }
        assert!(world.stats().packets_received > before);
    });
    assert_eq!(world.stray.len(), 0);
}

#[test]
fn somebody_elses_address_injects_nothing_into_a_call() {
    check_call_goes_on(|world| {
        // The second person of the same call, with keys of her own, sends what the first would send.
        let (other, ours) = (world.people[1].browser.address(), Ssrc((1 << 16) | 1));
        for sequence in 0..500 {
            let header = Header {
                payload_type: 111,
                sequence,
                timestamp: 0,
                ssrc: ours,
                marker: false,
            };
            let forged = world.people[1]
                .browser
                .sealed_rtp(header, b"not his voice")
                .unwrap();
            let first = world.people[0].browser.address();
            // With her keys from his address: not authentic. From her own: a source of hers that nobody announced.
            world.inject(first, &forged);
            world.inject(other, &forged);
        }
    });
}

#[test]
fn sources_that_a_peer_makes_up_are_capped_and_cost_only_itself() {
    let mut heard = 0;
    check_call_goes_on(|world| {
        let third = world.join(ROOM, 2, LinkSettings::default());
        world.run(SECOND_US);
        world.admit(third, true);
        let own = world.people[third].browser.address();
        let before = world.stats();
        for number in 0..5_000_u32 {
            let header = Header {
                payload_type: 111,
                sequence: 1,
                timestamp: 0,
                ssrc: Ssrc(0xdead_0000 + number),
                marker: false,
            };
            // Its own sealer is capped too: each as a new connection would send it.
            if let Some(sealed) = world.people[third].browser.sealed_rtp(header, b"x") {
                world.inject(own, &sealed);
                heard += 1;
            }
        }
        let after = world.stats();
        assert_eq!(after.packets_received, before.packets_received);
        world.leave(third);
    });
    assert!((1..=32).contains(&heard), "{heard}");
}

#[test]
fn two_people_with_the_same_sources_are_told_apart() {
    let mut world = World::new(1);
    // Sources follow from the number: both choose the same.
    for (room, participant) in [(ROOM, 1), (RoomId(2), 1), (ROOM, 2), (RoomId(2), 2)] {
        world.join(room, participant, LinkSettings::fibre());
    }
    world.run(SECOND_US);
    for at in 0..4 {
        world.publish(at, true);
        world.admit(at, true);
        world.record(at, Some(world.people[at].room.0));
    }
    world.run(2 * SECOND_US);
    for at in 0..4 {
        world.publish(at, false);
    }
    world.run(SECOND_US);
    world.oracle.check_recordings();
    assert!(world.oracle.delivered > 500);
}

#[test]
fn malformed_packets_with_the_right_keys_change_nothing() {
    check_call_goes_on(|world| {
        let own = world.people[0].browser.address();
        let mut chance = sim::Chance::from_seed(11);
        for number in 0..400_u16 {
            let mut packet = chance.bytes::<90>().to_vec();
            // Version 2, with and without extension, padding and sources that contribute.
            packet[0] = 0x80 | (packet[0] & 0x3f);
            packet[1] = [96, 97, 111, 127][usize::from(number & 3)];
            packet[2..4].copy_from_slice(&(30_000 + number).to_be_bytes());
            packet[8..12].copy_from_slice(&0x0bad_0bad_u32.to_be_bytes());
            if let Some(sealed) = world.people[0].browser.sealed_raw(&packet) {
                world.inject(own, &sealed);
            }
            let mut compound = chance.bytes::<120>().to_vec();
            compound[0] = 0x80 | (compound[0] & 0x3f);
            compound[1] = 200 + u8::try_from(number % 8).unwrap();
            compound[2..4].copy_from_slice(&(number % 40).to_be_bytes());
            if let Some(sealed) = world.people[0].browser.sealed_raw_rtcp(&compound) {
                world.inject(own, &sealed);
            }
            world.run(2_000);
        }
    });
}

#[test]
fn a_storm_of_retransmission_and_keyframe_wishes_is_throttled() {
    let mut asked = (0, 0);
    check_call_goes_on(|world| {
        let slots: Vec<_> = world.people[1]
            .browser
            .watchers()
            .iter()
            .map(|slot| slot.source())
            .collect();
        let before = world.stats();
        for _ in 0..200 {
            for &slot in &slots {
                let all: Vec<u16> = (0..=65_535).step_by(7).collect();
                for part in all.chunks(300) {
                    world.people[1]
                        .browser
                        .send_rtcp(|out| out.nack(Ssrc(1), slot, part));
                }
                world.people[1]
                    .browser
                    .send_rtcp(|out| out.pli(Ssrc(1), slot));
            }
            world.send_now(1);
            world.run(5_000);
        }
        let after = world.stats();
        asked = (
            after.packets_retransmitted - before.packets_retransmitted,
            after.keyframes_requested - before.keyframes_requested,
        );
    });
    // A second of storm: no more than the ring holds twice over, and two keyframes a second and source.
    assert!(asked.0 <= 640 && asked.1 <= 4, "{asked:?}");
}

#[test]
fn credentials_of_somebody_who_left_open_nothing() {
    let mut world = World::with_people(2);
    let old_check = world.people[1].browser.check();
    world.leave(1);
    let newcomer = world.join(ROOM, 3, LinkSettings::fibre());
    world.run(SECOND_US);
    world.admit(newcomer, true);
    let refused = world.stats().stun_refused;
    world.inject(stranger(), &old_check);
    assert_eq!(
        (world.stats().stun_refused, world.stray.len()),
        (refused + 1, 0),
        "the newcomer has the place of the one who left"
    );
}

#[test]
fn guessed_names_and_passwords_are_not_answered() {
    let mut world = World::with_people(1);
    let browser = &world.people[0].browser;
    let name = browser
        .answer()
        .lines()
        .find_map(|line| line.strip_prefix("a=ice-ufrag:"));
    let name = name.unwrap().to_owned();
    let mut guesses = Vec::new();
    for guess in 0..2_000_u32 {
        let (place, rest) = (format!("01{guess:08x}"), format!("{guess:08x}"));
        guesses.push(browser.check_as(&format!("{place}{rest}:user0"), "guess"));
        guesses.push(browser.check_as(&format!("{name}:user0"), &rest));
    }
    for guess in guesses {
        world.inject(stranger(), &guess);
    }
    assert_eq!((world.stats().stun_refused, world.stray.len()), (4_000, 0));
}

#[test]
fn nothing_is_answered_with_more_bytes_than_it_had_before_consent() {
    let mut world = World::new(1);
    let at = world.join(ROOM, 1, LinkSettings::default());
    // Everything from one byte to a full datagram, valid checks included, from an address that is not proved.
    let mut asked = 0;
    for len in 1..1_300_usize {
        for first in [0, 1, 20, 22, 63, 0x80, 0x90, 0xbf] {
            let mut bytes = vec![0x21; len];
            bytes[0] = first;
            asked += bytes.len();
            world.inject(stranger(), &bytes);
        }
    }
    assert!(world.stray.is_empty(), "strangers are not answered");
    let check = world.people[at].browser.check();
    world.inject(stranger(), &check);
    let answered: usize = world.stray.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(
        answered <= check.len() && asked > 0,
        "{answered} of {}",
        check.len()
    );
}

#[test]
fn a_join_with_the_name_of_another_peer_takes_nothing_from_it() {
    check_call_goes_on(|world| {
        let (peer, offer) = (world.people[0].peer, world.people[1].browser.offer());
        // The same name in another room: refused, whoever asks.
        world.command(Command::Join {
            room: RoomId(99),
            peer,
            participant: 4,
            offer,
        });
        assert!(matches!(
            world.events.last(),
            Some(Event::Refused { peer: refused, .. }) if *refused == peer
        ));
        // Names that nobody has do nothing.
        for command in [
            Command::Admit {
                peer: PeerId(u64::MAX),
                admitted: true,
            },
            Command::Record {
                peer: PeerId(u64::MAX),
                record: Some(7),
            },
            Command::Leave {
                peer: PeerId(u64::MAX),
            },
            Command::CloseRoom {
                room: RoomId(u64::MAX),
            },
        ] {
            world.command(command);
        }
    });
}

#[test]
fn who_waits_in_front_of_the_gate_is_neither_heard_nor_recorded_and_gets_no_media() {
    let mut world = World::with_people(2);
    let third = world.join(ROOM, 2, LinkSettings::fibre());
    world.run(SECOND_US);
    for at in 0..3 {
        world.publish(at, true);
        world.record(at, Some(7));
    }
    // The oracle ends the test when anything of the third is forwarded, or the third is sent media.
    world.run(2 * SECOND_US);
    for at in 0..3 {
        world.publish(at, false);
    }
    world.run(SECOND_US);
    world.oracle.check_recordings();
    assert!(world.people[third].connected && !world.people[third].admitted);
    assert!(
        world
            .oracle
            .accepted
            .iter()
            .all(|ident| ident.participant != 2)
    );
    assert!(world.oracle.delivered > 100);
}

#[test]
fn a_picture_from_before_the_admission_cannot_be_asked_for_after_it() {
    // The first packet of a keyframe is lost and comes again after the admission, the others came before it.
    let mut world = World::with_people(2);
    world.admit(0, false);
    world.publish(0, true);
    let mut datagrams = next_datagrams(&mut world, 0);
    datagrams.retain(|one| one.ident.is_some_and(|ident| ident.kind == Kind::Camera));
    assert!(datagrams.len() >= 4);
    for early in &datagrams[1..] {
        world.bring(0, early);
    }
    world.admit(0, true);
    world.bring(0, &datagrams[0]);
    let slots: Vec<_> = world.people[1]
        .browser
        .watchers()
        .iter()
        .map(|slot| slot.source())
        .collect();
    for slot in slots {
        let all: Vec<u16> = (0..300)
            .map(|step: u16| (65_535_u16 - 200).wrapping_add(step) & 0x7fff)
            .collect();
        world.people[1]
            .browser
            .send_rtcp(|out| out.nack(Ssrc(1), slot, &all));
    }
    world.send_now(1);
    assert_eq!(
        world.stats().packets_retransmitted,
        0,
        "nothing was sent after the admission"
    );
}

#[test]
fn replayed_datagrams_count_once_even_after_a_wrap_and_a_new_connection() {
    check_call_goes_on(|world| {
        let own = world.people[0].browser.address();
        let first = next_datagrams(world, 0);
        for one in first.iter().chain(&first) {
            world.bring(0, one);
        }
        let received = world.stats().packets_received;
        // Over the wrap of the voice's numbers, 250 packets after its first.
        world.run(6 * SECOND_US);
        let before = world.stats();
        for one in &first {
            world.inject(own, &one.bytes);
        }
        assert!(before.packets_received > received);
        assert_eq!(world.stats().packets_received, before.packets_received);
        // The same person, the same sources, another connection: what was sealed with the old keys is worth nothing.
        world.join_again(0);
        world.run(SECOND_US);
        world.admit(0, true);
        world.publish(0, true);
        world.record(0, Some(7));
        let (new, before) = (world.people[0].browser.address(), world.stats());
        for one in &first {
            world.inject(new, &one.bytes);
            world.inject(own, &one.bytes);
        }
        assert_eq!(world.stats().packets_received, before.packets_received);
    });
}

#[test]
fn sending_stops_when_consent_has_expired() {
    let mut world = World::with_people(2);
    for at in 0..2 {
        world.publish(at, true);
    }
    world.run(SECOND_US);
    // Nothing comes from the first any more; the second goes on.
    world.people[0].up.cut_until(u64::MAX);
    let silent_us = world.now_us;
    let mut last_us = 0;
    while world.now_us < silent_us + 60 * SECOND_US {
        let before = world.oracle.delivered_to(world.people[0].peer);
        world.run(100_000);
        if world.oracle.delivered_to(world.people[0].peer) > before {
            last_us = world.now_us;
        }
    }
    let after_us = last_us - silent_us;
    assert!(
        (25 * SECOND_US..=30 * SECOND_US + 200_000).contains(&after_us),
        "sent for {after_us} µs"
    );
}

#[test]
fn a_voice_that_looks_like_anything_else_is_passed_on_as_it_is() {
    // Payloads are not looked into: no codec of ours runs on a stranger's bytes in the server.
    let mut world = World::with_people(2);
    let ident = Ident {
        participant: 0,
        kind: Kind::Voice,
        frame: 1,
        index: 0,
        count: 1,
        key: false,
    };
    let header = Header {
        payload_type: 111,
        sequence: 1,
        timestamp: 5,
        ssrc: Ssrc((1 << 16) | 1),
        marker: true,
    };
    world.people[0]
        .browser
        .send_rtp(header, &body(ident, 1_100));
    let before = world.stats().packets_forwarded;
    world.send_now(0);
    assert_eq!(world.stats().packets_forwarded, before + 1);
}
