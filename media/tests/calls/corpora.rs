//! What fuzzing found worth keeping, played through the same bodies.

use sim::Chance;

use crate::bodies;

/// Random inputs beside the kept ones.
const RANDOM: u64 = 20;

fn check(target: &str, body: fn(&[u8])) {
    for (number, kept) in sim::kept(target).iter().enumerate() {
        println!("kept {number}");
        body(kept);
    }
    for seed in 0..RANDOM {
        println!("seed {seed}");
        body(&Chance::from_seed(seed).bytes::<400>());
    }
}

#[test]
fn stun_that_fuzzing_found_holds() {
    check("stun", bodies::stun);
}

#[test]
fn offers_that_fuzzing_found_hold() {
    check("sdp", bodies::sdp);
}

#[test]
fn handshakes_that_fuzzing_found_hold() {
    check("dtls", bodies::dtls);
}

#[test]
fn sessions_that_fuzzing_found_hold() {
    check("session", bodies::session);
}
