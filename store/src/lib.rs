//! The store: the journal of an office, its index and sealed personal data on embedded sled.
