//! Test kit: virtual clock, seeded links and random histories.
