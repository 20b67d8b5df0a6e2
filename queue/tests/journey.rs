//! The rules of a visit, of an operator and of an office, one sentence each.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the answer"
)]

mod journey {
    mod citizen;
    mod files;
    mod guests;
    mod operator;
    mod rules;
    mod time;
    mod town;
}
