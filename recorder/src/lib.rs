//! The record of a visit: an encrypted, hashed packet log and what is derived from it.
