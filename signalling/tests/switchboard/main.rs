//! The switchboard in virtual time: every input by hand, every output looked at.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "in a test a panic is the answer, and what is looked for is one variant of many"
)]

mod beside;
mod bodies;
mod calls;
mod captions;
mod devices;
mod document;
mod files;
mod guests;
mod hostile;
mod journey;
mod keeping;
mod limits;
mod lines;
mod loopback;
mod machines;
mod moving;
mod programs;
mod requests;
mod stage;
