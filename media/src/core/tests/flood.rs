//! A peer that sends more than a browser would.

use super::SECOND;
use super::kit::World;
use crate::control::{Command, PeerId};

#[test]
fn what_a_peer_sends_beyond_its_allowance_reaches_nobody_and_no_record() {
    let mut world = World::with_people(2, true);
    world.command(Command::Record {
        peer: PeerId(0),
        record: Some(1),
    });
    for number in 0..3_000 {
        let voice = world.browsers[0].voice(number);
        world.send(0, voice);
    }
    let stats = world.stats();
    assert_eq!(stats.packets_received + stats.packets_excess, 3_000);
    assert!((1_400..=1_501).contains(&stats.packets_received));
    assert_eq!(stats.packets_recorded, stats.packets_received);
    let heard = world.browsers[1].seen.len();
    assert_eq!(stats.packets_forwarded, heard as u64);
    assert!(heard <= 1_501);
    world.run(2 * SECOND);
    let voice = world.browsers[0].voice(3_000);
    world.send(0, voice);
    assert_eq!(
        world.browsers[1].seen.len(),
        heard + 1,
        "after a while they are heard again"
    );
}
