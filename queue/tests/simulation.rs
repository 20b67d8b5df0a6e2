//! Ten thousand random histories of an office, in virtual time: citizens, operators, lines, reconfigurations, restarts.
//!
//! After every step the invariants of §5 are checked against a second, simple account of the events, and at the end the
//! journal is replayed. A failure prints its seed: give it to `sim::histories`, with a count of 1, to play it alone.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the answer"
)]

mod simulation {
    pub(crate) mod account;
    pub(crate) mod office;
    pub(crate) mod play;
}

use simulation::play::History;

/// Histories per run, as the issue asks.
const HISTORIES: u64 = 10_000;

/// Steps of one history: enough for some twenty visits to meet everything.
const STEPS: u32 = 120;

#[test]
fn ten_thousand_random_histories_hold_every_invariant() {
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::new());
    sim::histories(0, HISTORIES, |_seed, chance| {
        let mut history = History::begin(chance);
        for _ in 0..STEPS {
            history.step();
        }
        history.end();
        let mut seen = seen.borrow_mut();
        for (fact, count) in history.facts_seen() {
            *seen.entry(fact).or_insert(0_u64) += count;
        }
    });
    // A simulation that never gets somewhere holds every invariant there: each fact must have happened, many times.
    let seen = seen.into_inner();
    println!("{seen:#?}");
    for fact in simulation::play::ALL_FACTS {
        let count = seen.get(fact).copied().unwrap_or(0);
        assert!(
            count >= 100,
            "{fact} happened {count} times in {HISTORIES} histories"
        );
    }
}
