//! Random histories on lines of every kind, by their seeds.

use std::cell::RefCell;

use sim::LinkSettings;

use crate::story::{FACTS, Facts, Story};

/// Histories of each kind in a usual run.
const HISTORIES: u64 = 120;

/// Seeds of histories that failed once, with the reason in the commit that mended it.
const FAILED_ONCE: &[u64] = &[90, 1_217, 1_584, 1_645];

/// `SIMULATION_HISTORIES` and `SIMULATION_FIRST` choose how many and which: `make audit` tries many new ones.
#[expect(clippy::disallowed_methods, reason = "the one knob of this test")]
fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

fn histories(lines: &[LinkSettings]) {
    let facts = RefCell::new(Facts::new());
    let play = |seed, chance: &mut sim::Chance| {
        Story::play(seed, lines, chance, &mut facts.borrow_mut());
    };
    for &seed in FAILED_ONCE {
        sim::histories(seed, 1, play);
    }
    let count = number("SIMULATION_HISTORIES", HISTORIES);
    sim::histories(number("SIMULATION_FIRST", 0), count, play);
    let facts = facts.into_inner();
    println!("{facts:#?}");
    if count < HISTORIES {
        return;
    }
    for fact in FACTS {
        // Over fibre nothing but our own doing fails.
        let rare = ["handshake failed"].contains(&fact);
        let seen = facts.get(fact).copied().unwrap_or(0);
        assert!(
            rare || seen >= count / 40,
            "{fact}: {seen} times in {count}"
        );
    }
}

#[test]
fn over_fibre_and_wifi_everybody_gets_what_was_sent_and_nothing_else() {
    histories(&[LinkSettings::fibre(), LinkSettings::wifi()]);
}

#[test]
fn over_mobile_lines_everybody_gets_what_was_sent_and_nothing_else() {
    histories(&[LinkSettings::mobile()]);
}

#[test]
fn over_satellite_everybody_gets_what_was_sent_and_nothing_else() {
    histories(&[LinkSettings::satellite()]);
}

#[test]
fn over_lines_of_every_kind_everybody_gets_what_was_sent_and_nothing_else() {
    histories(&[
        LinkSettings::fibre(),
        LinkSettings::wifi(),
        LinkSettings::mobile(),
        LinkSettings::satellite(),
    ]);
}
