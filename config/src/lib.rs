//! Settings of the server process: parsed once, validated whole, then immutable.
