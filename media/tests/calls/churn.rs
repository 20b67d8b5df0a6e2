//! People who come and go for hours: nothing may stay of them.

use media::Footprint;
use media::control::{Command, Event, PeerId, RoomId};
use sim::LinkSettings;

use crate::world::{SECOND_US, World};

/// Joins and leaves without a handshake; each costs an offer read, an answer written, a peer made.
const OFFERS: u64 = 10_000;

/// Joins and leaves with all that belongs to a call.
const CALLS: u64 = 60;

#[test]
fn ten_thousand_joins_and_leaves_leave_nothing_behind() {
    let mut world = World::new(8);
    let person = world.join(RoomId(1), 0, LinkSettings::default());
    world.leave(person);
    let offer = world.people[person].browser.offer();
    let mut deadlines = 0;
    for number in 1..OFFERS {
        let peer = PeerId(1_000_000 + number);
        world.command(Command::Join {
            room: RoomId(number % 7),
            peer,
            participant: 1,
            offer: offer.clone(),
        });
        assert!(matches!(world.events.last(), Some(Event::Answered { .. })));
        world.command(Command::Leave { peer });
        world.events.clear();
        world.run(20_000);
        deadlines = deadlines.max(world.core.footprint().deadlines);
    }
    // 50 a second, each with a deadline of 30 s that is forgotten with it but stays in the heap until it comes up.
    assert!(deadlines <= 1_600, "{deadlines}");
    world.run(60 * SECOND_US);
    assert_eq!(world.core.footprint(), Footprint::default());
}

#[test]
fn calls_that_come_and_go_leave_nothing_behind() {
    let mut world = World::new(9);
    for number in 0..CALLS {
        let both = [0, 1].map(|one| match number {
            0 => world.join(RoomId(1), one, LinkSettings::default()),
            _ => {
                world.people[usize::from(one)].up.cut_until(0);
                world.join_again(usize::from(one));
                usize::from(one)
            }
        });
        world.run(SECOND_US / 2);
        for at in both {
            assert!(world.people[at].connected, "call {number}");
            world.admit(at, true);
            world.record(at, Some(number));
            world.publish(at, true);
        }
        world.run(SECOND_US / 2);
        // Half hang up, half are never heard of again.
        for at in both {
            match number % 2 {
                0 => world.leave(at),
                _ => world.people[at].up.cut_until(u64::MAX),
            }
        }
        if number % 2 == 1 {
            world.run(60 * SECOND_US);
        }
        world.events.clear();
        world.forget_the_past();
    }
    world.run(120 * SECOND_US);
    assert_eq!(world.core.footprint(), Footprint::default());
    assert!(world.stats().packets_recorded > 50 * CALLS);
}
