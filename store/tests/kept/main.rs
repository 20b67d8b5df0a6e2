//! What the store keeps, by theme.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the answer"
)]

mod accounts;
mod index;
mod journal;
mod kit;
mod sealed;
