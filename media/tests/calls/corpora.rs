//! What fuzzing found worth keeping, played through the same bodies.

use std::fs;
use std::path::Path;

use sim::Chance;

use crate::bodies;

/// Random inputs beside the kept ones.
const RANDOM: u64 = 20;

fn check(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let kept = fs::read_dir(&folder).into_iter().flatten();
    for path in kept.map(|entry| entry.unwrap().path()) {
        println!("{}", path.display());
        body(&fs::read(path).unwrap());
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
