//! Handshakes: deadlines, and what strangers can do to them.

use std::collections::BTreeSet;

use media::{Input, Output};
use sim::LinkSettings;

use crate::world::{ROOM, World};

/// The deadlines of DTLS have nanoseconds, those of the worker microseconds.
#[test]
fn a_worker_that_is_called_at_its_deadline_is_done_with_it() {
    for seed in 0..50 {
        let mut world = World::new(seed);
        let line = LinkSettings {
            delay_us: 50_000,
            ..LinkSettings::default()
        };
        let at = world.join(ROOM, 1, line);
        // A check, its answer, the hello: the worker has answered it, hears nothing more and repeats itself.
        world.run(160_000);
        world.people[at].up.cut_until(u64::MAX);
        let mut called = BTreeSet::new();
        // Until the handshake is given up.
        while let Output::Timeout(Some(due)) = world.core.poll() {
            assert!(
                called.insert(due),
                "seed {seed}: called twice for one deadline"
            );
            world.core.handle(Input::Timeout, due);
            while !matches!(world.core.poll(), Output::Timeout(_)) {}
        }
        assert!(called.len() > 4, "seed {seed}: {}", called.len());
    }
}
