//! The switchboard in virtual time: every input by hand, every output looked at.

mod calls;
mod devices;
mod hostile;
mod journey;
mod keeping;
mod requests;
mod stage;
