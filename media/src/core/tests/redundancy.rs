//! Voices that repeat themselves (RFC 2198): to whom they go whole, to whom and to the recorder without, and what they repair.

use media_packet::red::Red;

use super::kit::Seen;
use super::*;

/// Payload types of a voice, and of one that repeats itself.
const VOICE: u8 = 111;
const RED: u8 = 63;

/// Three people: the first repeats, the second can take that, the third has not offered it. The paths have room.
fn world() -> World {
    let mut world = World::with_offers(3, true, |browser| {
        if browser.address.port() == 5_000 && browser.audio.0 >> 16 < 2 {
            browser.offer_to_repeat(2)
        } else {
            browser.offer(2)
        }
    });
    give_room(&mut world);
    world
}

fn give_room(world: &mut World) {
    (0..3).for_each(|person| world.give_room(person, true));
}

fn text(number: u16) -> Vec<u8> {
    format!("voice {number}").into_bytes()
}

fn raw(
    world: &mut World,
    from: usize,
    (payload_type, number): (u8, u16),
    payload: &[u8],
) -> Vec<u8> {
    let browser = &mut world.browsers[from];
    let header = Header {
        payload_type,
        sequence: number,
        timestamp: u32::from(number) * 960,
        ssrc: browser.audio,
        marker: false,
    };
    browser.seal(header, payload, None)
}

fn says(world: &mut World, from: usize, numbers: impl IntoIterator<Item = u16>) {
    for number in numbers {
        let packet = world.browsers[from].voice_repeating(number);
        world.send(from, packet);
    }
}

/// Payload type, and what is said in a packet that somebody got: the primary, and what comes before it.
fn heard(seen: &Seen) -> (u8, String, Option<String>) {
    let string = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    if seen.header.payload_type != RED {
        return (seen.header.payload_type, string(&seen.payload), None);
    }
    let red = Red::parse(&seen.payload, VOICE).unwrap();
    let before = red.before(&seen.header, &seen.payload, VOICE);
    let before = before.map(|(_, voice)| string(voice));
    (RED, string(red.primary(&seen.payload)), before)
}

fn all_heard(world: &World, at: usize) -> Vec<(u8, String, Option<String>)> {
    world.browsers[at].seen.iter().map(heard).collect()
}

fn plain(number: u16) -> (u8, String, Option<String>) {
    (VOICE, format!("voice {number}"), None)
}

fn whole(number: u16) -> (u8, String, Option<String>) {
    let before = number - 1;
    (
        RED,
        format!("voice {number}"),
        Some(format!("voice {before}")),
    )
}

/// Payload type, number, timestamp and payload of each packet that was recorded.
fn recorded(world: &mut World) -> Vec<(u8, u16, u32, Vec<u8>)> {
    world.run(SECOND);
    let entries = world.blocks.iter().flat_map(|block| entries(block.bytes()));
    let entries = entries.map(Result::unwrap);
    entries
        .filter(|entry| entry.kind == EntryKind::Rtp)
        .map(|entry| {
            let packet = media_packet::rtp::Packet::parse(entry.payload).unwrap();
            let header = packet.header();
            (
                header.payload_type,
                header.sequence,
                header.timestamp,
                packet.payload().to_vec(),
            )
        })
        .collect()
}

fn record(world: &mut World, person: u64) {
    world.command(Command::Record {
        peer: PeerId(person),
        record: Some(1),
    });
}

#[test]
fn a_voice_goes_whole_to_who_can_take_it_and_plain_to_others_and_to_the_recorder() {
    let mut world = world();
    record(&mut world, 0);
    says(&mut world, 0, 1..4);
    assert_eq!(all_heard(&world, 1), [plain(1), whole(2), whole(3)]);
    assert_eq!(all_heard(&world, 2), [plain(1), plain(2), plain(3)]);
    let expected = |number: u16| (VOICE, number, u32::from(number) * 960, text(number));
    assert_eq!(recorded(&mut world), [1, 2, 3].map(expected));
}

/// A packet that repeats the two before it (RFC 2198, section 3: F and payload type, offset, length of each; then the own).
fn repeating_two(number: u16) -> Vec<u8> {
    let mut payload = Vec::new();
    for (voice, offset) in [(number - 2, 1_920_u32), (number - 1, 960)] {
        let len = u32::try_from(text(voice).len()).unwrap();
        let [_, rest @ ..] = ((offset << 10) | len).to_be_bytes();
        payload.push(0x80 | VOICE);
        payload.extend(rest);
    }
    payload.push(VOICE);
    (number - 2..=number).for_each(|voice| payload.extend(text(voice)));
    payload
}

#[test]
fn nobody_hears_in_many_repeats_what_the_record_is_not_filled_in_from() {
    let mut world = world();
    record(&mut world, 0);
    says(&mut world, 0, 1..3);
    let payload = repeating_two(5);
    let red = Red::parse(&payload, VOICE).unwrap();
    assert_eq!((red.repeated(), red.primary(&payload)), (2, &text(5)[..]));
    let packet = raw(&mut world, 0, (RED, 5), &payload);
    world.send(0, packet);
    assert_eq!(
        all_heard(&world, 1),
        [plain(1), whole(2), plain(4), plain(5)]
    );
    assert_eq!(all_heard(&world, 2), [1, 2, 4, 5].map(plain));
    let expected = |number: u16| (VOICE, number, u32::from(number) * 960, text(number));
    assert_eq!(recorded(&mut world), [1, 2, 4, 5].map(expected));
}

#[test]
fn without_room_on_the_path_it_goes_plain_and_whole_again_with_room() {
    let mut world = world();
    says(&mut world, 0, 1..3);
    world.give_room(1, false);
    says(&mut world, 0, 3..5);
    world.give_room(1, true);
    says(&mut world, 0, 5..6);
    let expected = [plain(1), whole(2), plain(3), plain(4), whole(5)];
    assert_eq!(all_heard(&world, 1), expected);
    let numbers = world.browsers[1]
        .seen
        .iter()
        .map(|seen| seen.header.sequence);
    let numbers: Vec<_> = numbers.collect();
    assert!(
        numbers
            .windows(2)
            .all(|pair| pair[1] == pair[0].wrapping_add(1))
    );
}

#[test]
fn who_numbers_codecs_otherwise_could_not_read_the_blocks_and_is_sent_voices_plain() {
    let mut world = World::with_offers(2, true, |browser| {
        let offer = browser.offer_to_repeat(2);
        if browser.audio.0 >> 16 == 1 {
            offer.replace("111", "109")
        } else {
            offer
        }
    });
    (0..2).for_each(|person| world.give_room(person, true));
    assert!(world.browsers[1].answer.contains("SAVPF 63 109\r\n"));
    says(&mut world, 0, 1..4);
    let plain = |number: u16| (109, format!("voice {number}"), None);
    assert_eq!(all_heard(&world, 1), [1, 2, 3].map(plain));
}

#[test]
fn a_voice_that_does_not_repeat_goes_on_as_it_is() {
    let mut world = world();
    for (from, to) in [(2, 1), (0, 1)] {
        let before = world.browsers[to].seen.len();
        let voice = world.browsers[from].voice(7);
        world.send(from, voice);
        assert_eq!(heard(&world.browsers[to].seen[before]), plain(7));
    }
}

#[test]
fn what_was_lost_on_the_way_up_is_taken_from_the_next_packet_and_comes_once() {
    let mut world = world();
    record(&mut world, 0);
    let stats = world.stats();
    says(&mut world, 0, [1, 2]);
    let late = world.browsers[0].voice_repeating(3);
    says(&mut world, 0, [4, 5]);
    // Two in a row: one is gone.
    says(&mut world, 0, [8]);
    // It was only late.
    world.send(0, late);
    assert_eq!(
        all_heard(&world, 1),
        [plain(1), whole(2), whole(4), whole(5), whole(8)],
        "who is sent voices whole has it already"
    );
    assert_eq!(all_heard(&world, 2), [1, 2, 3, 4, 5, 7, 8].map(plain));
    let first = world.browsers[2].seen[0].header;
    for seen in &world.browsers[2].seen[1..] {
        let passed = seen.header.sequence.wrapping_sub(first.sequence);
        let clock = seen.header.timestamp.wrapping_sub(first.timestamp);
        assert_eq!(clock, u32::from(passed) * 960, "{seen:?}");
    }
    assert_eq!(world.stats().packets_recovered, stats.packets_recovered + 2);
    let expected = |number: u16| (VOICE, number, u32::from(number) * 960, text(number));
    assert_eq!(recorded(&mut world), [1, 2, 3, 4, 5, 7, 8].map(expected));
}

#[test]
fn nothing_from_before_the_admission_is_heard_or_kept_in_what_the_first_packet_repeats() {
    let mut world = world();
    world.admit(0, false);
    record(&mut world, 0);
    says(&mut world, 0, [1, 2]);
    world.admit(0, true);
    give_room(&mut world);
    // Packet 3 was sent before the admission too, and lost.
    says(&mut world, 0, [3, 4, 5]);
    assert_eq!(all_heard(&world, 1), [plain(3), whole(4), whole(5)]);
    world.admit(0, false);
    says(&mut world, 0, [6]);
    world.admit(0, true);
    give_room(&mut world);
    says(&mut world, 0, [7, 8]);
    assert_eq!(all_heard(&world, 1)[3..], [plain(7), whole(8)]);
    let kept: Vec<_> = recorded(&mut world).iter().map(|one| one.1).collect();
    assert_eq!(kept, [3, 4, 5, 7, 8]);
}

#[test]
fn who_comes_later_hears_nothing_from_before_either() {
    let mut world = world();
    world.admit(1, false);
    says(&mut world, 0, [1, 2, 3]);
    world.admit(1, true);
    give_room(&mut world);
    says(&mut world, 0, [4, 5]);
    assert_eq!(all_heard(&world, 1), [plain(4), whole(5)]);
}

#[test]
fn what_is_hostile_or_was_not_agreed_on_reaches_nobody_and_no_record() {
    let mut world = world();
    for person in [0, 2] {
        record(&mut world, person);
    }
    says(&mut world, 0, [1]);
    let before = world.stats();
    // Of somebody who has not offered it; of payload types that nobody agreed on.
    let packets = [
        (2, world.browsers[2].voice_repeating(1)),
        (0, raw(&mut world, 0, (126, 7), b"tone")),
        // A chain of heads without end, a length beyond the packet, an empty primary, redundancy within redundancy.
        (0, raw(&mut world, 0, (RED, 2), &[0x80 | VOICE; 1_000])),
        (
            0,
            raw(
                &mut world,
                0,
                (RED, 3),
                &[0x80 | VOICE, 15, 3, 255, VOICE, 1],
            ),
        ),
        (
            0,
            raw(&mut world, 0, (RED, 4), &[0x80 | VOICE, 15, 0, 1, VOICE, 1]),
        ),
        (0, raw(&mut world, 0, (RED, 5), &[RED, VOICE, 1])),
        (0, raw(&mut world, 0, (RED, 6), b"")),
    ];
    let count = packets.len() as u64;
    for (from, packet) in packets {
        world.send(from, packet);
    }
    let after = world.stats();
    assert_eq!(after.packets_forwarded, before.packets_forwarded);
    assert_eq!(after.packets_dropped, before.packets_dropped + count);
    // An offset far beyond: the clock of what is repaired is that of its sender, behind by 341 ms at the most.
    let head = [0x80 | VOICE, 0xff, 0xfc, 1, VOICE, b'p', b'n'];
    let far = raw(&mut world, 0, (RED, 9), &head);
    world.send(0, far);
    let last = world.browsers[2].seen.iter().rev().take(2);
    let stamps: Vec<_> = last.map(|seen| seen.header.timestamp).collect();
    assert_eq!(stamps[0].wrapping_sub(stamps[1]), 0x3fff);
    assert_eq!(recorded(&mut world).len(), 3);
}

#[test]
fn reports_that_chromium_lets_run_slowly_are_put_right_for_the_recorder() {
    let mut world = world();
    record(&mut world, 0);
    let report = |world: &mut World, rtp: u32| {
        let info = SenderInfo {
            ntp: NtpTime::from_unix_us(1_700_000_000_000_000),
            rtp,
            ..SenderInfo::default()
        };
        let audio = world.browsers[0].audio;
        let bytes = world.browsers[0].rtcp(|out| out.sender_report(audio, &info, &[]).unwrap());
        world.send(0, bytes);
    };
    // Before anything shows that they run slowly they are kept as they are: 5 ms at 48 kHz.
    says(&mut world, 0, [1]);
    report(&mut world, 960 + 5 * 48);
    // 13 ms after the last packet in units of 8 kHz; the same when the last packet was lost; a multiple of 48.
    for (numbers, rtp) in [
        (2..3, 2 * 960 + 13 * 8),
        (3..4, 4 * 960 + 13 * 8),
        (5..6, 5 * 960 + 12 * 8),
    ] {
        says(&mut world, 0, numbers);
        report(&mut world, rtp);
    }
    // A voice that does not repeat is told rightly.
    let plain = world.browsers[0].voice(6);
    world.send(0, plain);
    report(&mut world, 6 * 960 + 13 * 48);
    world.run(SECOND);
    let entries = world.blocks.iter().flat_map(|block| entries(block.bytes()));
    let reports = entries.map(Result::unwrap);
    let reports = reports.filter(|entry| entry.kind == EntryKind::SenderReport);
    let kept: Vec<_> = reports
        .map(|entry| match rtcp::packets(entry.payload).next() {
            Some(Rtcp::SenderReport { info, .. }) => info.rtp,
            other => panic!("{other:?}"),
        })
        .collect();
    let after = |number: u32, ms: u32| number * 960 + ms * 48;
    assert_eq!(
        kept,
        [
            after(1, 5),
            after(2, 13),
            after(4, 13),
            after(5, 12),
            after(6, 13)
        ]
    );
}
