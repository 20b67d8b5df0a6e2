//! What was lost is asked for again, and keyframes are.

use super::*;

#[test]
fn ten_per_cent_loss_in_both_directions_is_repaired() {
    let mut world = World::with_people(2, true);
    let mut seed = 12_345_u32;
    world.lose = Box::new(move |_, _, bytes| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes[0] >= 128 && seed >> 16 < 6_554
    });
    let mut rtx_sequence = 0;
    for number in 0..400 {
        let picture = world.browsers[0].picture(number);
        world.send(0, picture);
        world.run(Duration::from_millis(10));
        answer_nacks(&mut world, &mut rtx_sequence);
        ask_for_missing(&mut world);
    }
    for _ in 0..100 {
        world.run(Duration::from_millis(20));
        answer_nacks(&mut world, &mut rtx_sequence);
        ask_for_missing(&mut world);
    }
    let whole: BTreeSet<_> = world.browsers[1]
        .seen
        .iter()
        .filter_map(picture_number)
        .collect();
    let first = whole.first().copied().unwrap();
    let lost = (first..400)
        .filter(|number| !whole.contains(number))
        .count();
    assert!(
        lost <= 2 && first < 5,
        "{lost} of 400 pictures lost for ever, first {first}"
    );
    assert!(world.stats().packets_recovered > 20 && world.stats().packets_retransmitted > 20);
}

fn picture_number(seen: &kit::Seen) -> Option<u16> {
    Some(u16::from_be_bytes(*seen.payload.last_chunk()?))
}

/// The publisher sends again what the server misses.
fn answer_nacks(world: &mut World, rtx_sequence: &mut u16) {
    let reports = std::mem::take(&mut world.browsers[0].reports);
    for packet in reports.iter().flat_map(|bytes| rtcp::packets(bytes)) {
        if let Rtcp::Nack { sequences, .. } = packet {
            for number in sequences {
                *rtx_sequence += 1;
                let again = world.browsers[0].picture_again(number, *rtx_sequence);
                world.send(0, again);
            }
        }
    }
}

/// The subscriber asks for what it misses.
fn ask_for_missing(world: &mut World) {
    let source = world.browsers[1].slot_source("v0");
    let own = world.browsers[1]
        .seen
        .iter()
        .filter(|seen| seen.header.ssrc == source);
    let numbers: BTreeSet<u16> = own.map(|seen| seen.header.sequence).collect();
    let again = world.browsers[1]
        .seen
        .iter()
        .filter(|seen| seen.header.payload_type == 97);
    let repaired: BTreeSet<u16> = again
        .filter_map(|seen| Some(u16::from_be_bytes(*seen.payload.first_chunk()?)))
        .collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return;
    };
    let oldest = (*first).max(last.saturating_sub(60));
    let missing: Vec<_> = (oldest..*last)
        .filter(|n| !numbers.contains(n) && !repaired.contains(n))
        .collect();
    if !missing.is_empty() {
        let nack =
            world.browsers[1].rtcp(|compound| compound.nack(Ssrc(1), source, &missing).unwrap());
        world.send(1, nack);
    }
}

#[test]
fn newcomers_get_a_keyframe_and_storms_of_wishes_are_throttled() {
    let mut world = World::with_people(2, false);
    let picture = world.browsers[0].picture(1);
    world.send(0, picture);
    world.admit(0, true);
    world.admit(1, true);
    world.run(STEP * 2);
    assert_eq!(keyframes_asked(&world.browsers[0]), 1);
    let picture = world.browsers[0].picture(2);
    world.send(0, picture);
    let slot = world.browsers[1].slot_source("v0");
    for _ in 0..200 {
        let pli = world.browsers[1].rtcp(|compound| compound.pli(Ssrc(1), slot).unwrap());
        world.send(1, pli);
        world.run(STEP);
    }
    let asked = keyframes_asked(&world.browsers[0]);
    assert!(
        (2..=4).contains(&asked),
        "{asked} keyframes asked for in a second"
    );
}
