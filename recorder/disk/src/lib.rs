//! The disk thread: appends and syncs the logs of all calls.
