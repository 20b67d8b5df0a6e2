#![no_main]
#![allow(dead_code, reason = "the stage has more than this play needs")]

// A switchboard with people, as its tests have it.
#[path = "../../signalling/tests/switchboard/bodies.rs"]
mod bodies;
#[path = "../../signalling/tests/switchboard/stage.rs"]
mod stage;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::switchboard(bytes));
