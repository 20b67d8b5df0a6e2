//! The SFU core: peers, rooms and forwarding, without a socket or a clock.

pub mod control;
