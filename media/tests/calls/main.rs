//! Whole calls against one worker in virtual time: model browsers with real ICE, DTLS and SRTP, seeded links between them and
//! the core, the recorder listening; and people who attack.
//!
//! A failed history prints its seed: put it into `lossy::FAILED_ONCE`, where it stays.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::print_stdout,
    reason = "in a test a panic is the answer"
)]

mod attacks;
mod bodies;
mod churn;
mod corpora;
mod floods;
mod handshakes;
mod lossy;
mod oracle;
mod story;
mod world;
