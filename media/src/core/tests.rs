//! A worker among browsers, in virtual time.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks only at what it asks for"
)]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use media_packet::capture::{Entry, EntryKind, Medium, entries};
use media_packet::rtcp::{self, Packet as Rtcp, SenderInfo};
use media_packet::rtp::{ExtensionKind, Header, Ssrc};
use media_packet::time::NtpTime;

use self::kit::{Browser, STEP, World, picture_payload};
use crate::Input;
use crate::control::{Command, Event, PeerId, RoomId};

mod allocations;
mod flood;
mod judged;
mod kit;
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the numbers of a model are small"
)]
mod lines;
mod outages;
mod paths;
mod recording;
mod redundancy;
mod repair;
mod replays;
mod screen;
mod silence;
mod sound;
mod strangers;

const SECOND: Duration = Duration::from_secs(1);

fn keyframes_asked(browser: &Browser) -> usize {
    let reports = browser
        .reports
        .iter()
        .flat_map(|bytes| rtcp::packets(bytes));
    reports
        .filter(|packet| matches!(packet, Rtcp::Pli { media, .. } if *media == browser.camera))
        .count()
}

#[test]
fn voice_and_picture_reach_the_other_under_the_slots_sources() {
    let mut world = World::with_people(2, true);
    let (voice, picture) = (world.browsers[0].voice(7), world.browsers[0].picture(9));
    world.send(0, voice);
    world.send(0, picture);
    let [heard, seen] = <[_; 2]>::try_from(world.browsers[1].seen.clone()).unwrap();
    assert_eq!(
        (heard.header.ssrc, heard.payload.as_slice()),
        (world.browsers[1].slot_source("a0"), &b"voice 7"[..])
    );
    assert_eq!(
        (seen.header.ssrc, seen.payload),
        (world.browsers[1].slot_source("v0"), picture_payload(9))
    );
    assert!(world.browsers[0].seen.is_empty(), "nobody hears themselves");
    assert!(world.browsers[0].answer.contains("a=ice-lite\r\n"));
}

#[test]
fn who_is_not_admitted_neither_sends_nor_receives_anything() {
    let mut world = World::with_people(2, false);
    world.admit(0, true);
    for number in 0..20 {
        let (one, other) = (
            world.browsers[0].picture(number),
            world.browsers[1].picture(number),
        );
        world.send(0, one);
        world.send(1, other);
    }
    world.run(SECOND);
    assert!(world.browsers.iter().all(|browser| browser.seen.is_empty()));
    assert_eq!(world.stats().packets_forwarded, 0);
    world.admit(1, true);
    let picture = world.browsers[0].picture(20);
    world.send(0, picture);
    assert_eq!(world.browsers[1].seen.len(), 1);
    world.admit(1, false);
    let (one, other) = (world.browsers[0].picture(21), world.browsers[1].picture(21));
    world.send(0, one);
    world.send(1, other);
    assert_eq!(
        (world.browsers[0].seen.len(), world.browsers[1].seen.len()),
        (0, 1)
    );
}

#[test]
fn a_peer_without_admission_cannot_ask_for_keyframes_or_old_packets() {
    let mut world = World::with_people(2, true);
    let picture = world.browsers[0].picture(1);
    world.send(0, picture);
    let slot = world.browsers[1].slot_source("v0");
    let sequence = world.browsers[1].seen[0].header.sequence;
    world.admit(1, false);
    world.run(SECOND);
    let asked = keyframes_asked(&world.browsers[0]);
    let wish = world.browsers[1].rtcp(|compound| {
        compound.receiver_report(Ssrc(1), &[]).unwrap();
        compound.nack(Ssrc(1), slot, &[sequence]).unwrap();
        compound.pli(Ssrc(1), slot).unwrap();
    });
    world.send(1, wish);
    world.run(SECOND);
    assert_eq!(
        (
            world.browsers[1].seen.len(),
            keyframes_asked(&world.browsers[0])
        ),
        (1, asked)
    );
}

#[test]
fn an_offer_with_500_sections_is_refused_with_a_reason() {
    let mut world = World::new();
    let offer = format!("v=0\r\n{}", "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n".repeat(500));
    world.join_with(1, 0, 0, offer);
    let [Event::Refused { found, allowed, .. }] = world.events.as_slice() else {
        panic!("{:?}", world.events)
    };
    assert_eq!(
        (found.as_str(), allowed.as_str()),
        ("500 media sections", "at most 24")
    );
    assert_eq!((world.stats().peers, world.stats().rooms), (0, 0));
}

#[test]
fn a_second_peer_of_the_same_person_replaces_the_first() {
    let mut world = World::with_people(2, true);
    let browser = Browser::new(7, world.now);
    let offer = browser.offer(1);
    world.browsers.push(browser);
    world.join_with(1, 7, 0, offer);
    assert_eq!(
        world.peer_events(0).last(),
        Some(&&Event::Lost { peer: PeerId(0) })
    );
    world.run(2 * SECOND);
    world.admit(7, true);
    let voice = world.browsers[2].voice(1);
    world.send(2, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
    let Some(Event::Slots { slots, .. }) = world.peer_events(1).pop() else {
        panic!("no slots")
    };
    assert_eq!(
        slots
            .iter()
            .filter(|slot| slot.participant == Some(0))
            .count(),
        2,
        "one voice and one camera"
    );
}

#[test]
fn a_third_person_has_a_place_of_their_own_and_the_first_keeps_theirs() {
    let mut world = World::with_people(3, true);
    world.command(Command::Leave { peer: PeerId(1) });
    let Some(Event::Slots { slots, .. }) = world.peer_events(0).pop() else {
        panic!("no slots")
    };
    let shown: Vec<_> = slots
        .iter()
        .map(|slot| (slot.mid.as_str(), slot.medium, slot.participant))
        .collect();
    let expected = [
        ("a0", Medium::Audio, None),
        ("a1", Medium::Audio, Some(2)),
        ("v0", Medium::Camera, None),
        ("v1", Medium::Camera, Some(2)),
        ("screen", Medium::Screen, None),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_silent_peer_is_given_up_after_forty_five_seconds() {
    let mut world = World::with_people(2, true);
    world.lose = Box::new(|_, browser, _| browser == 0);
    world.run(44 * SECOND);
    assert!(
        !world
            .peer_events(0)
            .contains(&&Event::Lost { peer: PeerId(0) })
    );
    world.run(6 * SECOND);
    assert!(
        world
            .peer_events(0)
            .contains(&&Event::Lost { peer: PeerId(0) })
    );
    assert!(
        !world
            .peer_events(1)
            .contains(&&Event::Lost { peer: PeerId(1) })
    );
    assert_eq!(world.stats().peers, 1);
}

#[test]
fn the_publisher_hears_of_arrivals_loss_and_the_receivers_limit() {
    let mut world = World::new();
    for number in 0..2 {
        // The receiver gives no transport-wide feedback, but its own estimate.
        let browser = Browser::new(number, world.now);
        let uri = ExtensionKind::TransportSequence.uri();
        let offer = match number {
            0 => browser.offer(2),
            _ => browser.offer(2).replace(uri, "urn:other"),
        };
        world.browsers.push(browser);
        world.join_with(1, number, number, offer);
    }
    world.run(2 * SECOND);
    world.admit(0, true);
    world.admit(1, true);
    world.run(STEP);
    for number in [0, 1, 2, 3, 5, 6, 7] {
        let voice = world.browsers[0].voice(number);
        world.send(0, voice);
        let picture = world.browsers[0].picture(number);
        world.send(0, picture);
        world.run(Duration::from_millis(20));
    }
    let remb = world.browsers[1].rtcp(|compound| {
        compound.receiver_report(Ssrc(1), &[]).unwrap();
        compound.remb(Ssrc(1), 640_000, &[Ssrc(2)]).unwrap();
    });
    world.send(1, remb);
    world.run(2 * SECOND);
    let (mut arrived, mut missed, mut lost, mut limits) = (0, 0, 0, BTreeSet::new());
    for packet in world.browsers[0]
        .reports
        .iter()
        .flat_map(|bytes| rtcp::packets(bytes))
    {
        match packet {
            Rtcp::TransportFeedback(feedback) => {
                let told: Vec<_> = feedback.arrivals().collect();
                arrived += told
                    .iter()
                    .filter(|arrival| arrival.at_us.is_some())
                    .count();
                missed += told
                    .iter()
                    .filter(|arrival| arrival.at_us.is_none())
                    .count();
            }
            Rtcp::ReceiverReport { blocks, .. } => {
                lost = lost.max(blocks.map(|block| block.cumulative_lost).max().unwrap_or(0));
            }
            Rtcp::Remb { bitrate_bps, .. } => {
                limits.insert(bitrate_bps);
            }
            _ => {}
        }
    }
    assert_eq!((arrived, missed, lost), (7, 1, 1));
    assert!(
        limits
            .iter()
            .all(|limit| (600_000..=2_000_000).contains(limit))
            && !limits.is_empty(),
        "{limits:?}"
    );
}

#[test]
fn sender_reports_are_passed_on_in_the_slots_numbers() {
    let mut world = World::with_people(2, true);
    for number in 0..5 {
        let voice = world.browsers[0].voice(number);
        world.send(0, voice);
        let camera = world.browsers[0].audio;
        let info = SenderInfo {
            ntp: NtpTime::from_unix_us(1_700_000_000_000_000),
            rtp: 960,
            packets: 5,
            octets: 50,
        };
        let report =
            world.browsers[0].rtcp(|compound| compound.sender_report(camera, &info, &[]).unwrap());
        world.send(0, report);
        world.run(SECOND / 2);
    }
    let slot = world.browsers[1].slot_source("a0");
    let reports = world.browsers[1]
        .reports
        .iter()
        .flat_map(|bytes| rtcp::packets(bytes));
    let told: Vec<_> = reports
        .filter(|packet| matches!(packet, Rtcp::SenderReport { sender, .. } if *sender == slot))
        .collect();
    assert!(!told.is_empty());
}

#[test]
fn a_room_that_ends_leaves_nothing_behind() {
    let mut world = World::with_people(3, true);
    world.command(Command::CloseRoom { room: RoomId(1) });
    assert_eq!((world.stats().peers, world.stats().rooms), (0, 0));
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    assert_eq!(world.stats().datagrams_unknown, 1);
    world.run(40 * SECOND);
    assert!(
        !world
            .events
            .iter()
            .any(|event| matches!(event, Event::Lost { .. })),
        "who was sent away is not lost"
    );
}

#[test]
fn more_peers_than_the_worker_may_have_are_refused() {
    let mut world = World::new();
    for number in 0..21 {
        let offer = Browser::new(number, world.now).offer(1);
        world.join_with(u64::from(number), number, 0, offer);
    }
    assert!(matches!(world.events.last(), Some(Event::Refused { .. })));
    assert_eq!(world.stats().peers, 20);
}

#[test]
fn a_room_that_panicked_is_discarded_and_the_others_go_on() {
    let mut world = World::with_people(2, true);
    for number in 5..7 {
        let browser = Browser::new(number, world.now);
        let offer = browser.offer(1);
        world.browsers.push(browser);
        world.join_with(2, number, number, offer);
    }
    world.run(2 * SECOND);
    world.core.working_on = world.core.room_ids.get(&RoomId(2)).copied();
    world.core.discard_panicked(world.now);
    world.drain();
    let lost: Vec<_> = world
        .events
        .iter()
        .filter(|event| matches!(event, Event::Lost { .. }))
        .collect();
    assert_eq!(
        lost,
        [
            &Event::Lost { peer: PeerId(5) },
            &Event::Lost { peer: PeerId(6) }
        ]
    );
    let voice = world.browsers[0].voice(1);
    world.send(0, voice);
    assert_eq!(world.browsers[1].seen.len(), 1);
}
