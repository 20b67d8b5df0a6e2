#![no_main]

// A worker with people, as the simulation has it.
#[path = "../../media/tests/calls/bodies.rs"]
mod bodies;
#[path = "../../media/tests/calls/oracle.rs"]
mod oracle;
#[path = "../../media/tests/calls/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::stun(bytes));
