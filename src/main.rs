//! Arguments, settings, run, exit code.
fn main() {}
