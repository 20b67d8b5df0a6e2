//! Load generator: N two-person calls through the real signalling and media planes.
fn main() {}
