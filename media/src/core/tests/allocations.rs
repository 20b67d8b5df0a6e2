//! Nothing is allocated per packet: counted by an allocator that wraps the system's.

use allocation_counter::{AllocationInfo, measure};
use media_packet::capture::Block;
use media_packet::rtp::Header;

use super::kit::{Browser, STEP, World};
use crate::control::{Command, PeerId};
use crate::{Input, Output};

/// Steps of 5 ms; in each, everybody's picture of two packets, and every fourth time a voice packet that repeats the one before.
const STEPS: u16 = 3_000;
/// Of them, those in which buffers still grow: rings and blocks reach their size in the first seconds.
const WARM_UP: u16 = 1_000;
/// Of so many voice packets one is lost on its way up.
const LOST_EVERY: u16 = 10;

fn packets(browser: &mut Browser, step: u16, again: bool) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    for half in 0..2u16 {
        let number = step * 2 + half;
        let mut payload = vec![0xaa; 1_100];
        // A descriptor without extensions; the first of each second is a keyframe (RFC 7741 §4.2, RFC 6386 §9.1).
        let head = [
            0x10,
            u8::from(!number.is_multiple_of(400)),
            0,
            0,
            0x9d,
            0x01,
            0x2a,
            0x80,
            2,
            0xe0,
            1,
        ];
        payload[..head.len()].copy_from_slice(&head);
        let header = Header {
            marker: half == 1,
            ..browser.picture_header(number)
        };
        packets.push(browser.seal(
            header,
            &payload,
            Some(step.wrapping_mul(3).wrapping_add(half)),
        ));
    }
    if again {
        let voice = browser.voice_repeating(step / 4);
        if step / 4 % LOST_EVERY != LOST_EVERY / 2 {
            packets.push(voice);
        }
    }
    packets
}

/// Hands everything to the core and carries out what it says, as a worker does; the buffers of blocks come back at once.
fn step(
    world: &mut World,
    packets: &mut [(usize, Vec<u8>)],
    done: &mut Vec<Block>,
) -> AllocationInfo {
    let now = world.now;
    let addresses: Vec<_> = world
        .browsers
        .iter()
        .map(|browser| browser.address)
        .collect();
    let core = &mut world.core;
    measure(|| {
        for (from, bytes) in packets {
            let source = addresses[*from];
            core.handle(Input::Datagram { source, bytes }, now);
        }
        core.handle(Input::Timeout, now);
        loop {
            match core.poll() {
                Output::Send(outbox) => assert!(!outbox.is_empty()),
                Output::Event(event) => panic!("nothing happens in this call: {event:?}"),
                Output::Block(block) => done.push(block),
                Output::Timeout(_) => break,
            }
        }
        for block in done.drain(..) {
            core.handle(Input::Buffer(block.into_buffer()), now);
        }
    })
}

#[test]
fn nothing_is_allocated_per_packet_once_a_recorded_call_is_warm() {
    let mut world = World::with_offers(3, true, |browser| browser.offer_to_repeat(2));
    // One is sent voices whole, the others without what they repeat but for what was lost.
    world.give_room(1, true);
    for peer in 0..3 {
        world.command(Command::Record {
            peer: PeerId(peer),
            record: Some(1),
        });
    }
    world.blocks.clear();
    let mut done = Vec::with_capacity(8);
    let before = world.stats();
    for number in 0..STEPS {
        world.now += STEP;
        let mut all = Vec::new();
        for at in 0..world.browsers.len() {
            let made = packets(&mut world.browsers[at], number, number.is_multiple_of(4));
            all.extend(made.into_iter().map(|bytes| (at, bytes)));
        }
        let counted = step(&mut world, &mut all, &mut done);
        if number >= WARM_UP {
            assert_eq!(counted.count_total, 0, "in step {number}: {counted:?}");
        }
    }
    let stats = world.stats();
    let forwarded = stats.packets_forwarded - before.packets_forwarded;
    let recorded = stats.packets_recorded - before.packets_recorded;
    let sent = u64::from(STEPS) * 3 * 9 / 4;
    let lost = u64::from(STEPS / 4 / LOST_EVERY);
    let recovered = stats.packets_recovered - before.packets_recovered;
    assert_eq!(recovered, 3 * lost);
    assert_eq!((forwarded, recorded), (sent * 2 - 2 * lost, sent));
}
