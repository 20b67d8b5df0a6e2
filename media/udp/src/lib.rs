//! The media worker: sockets, batches and the loop around the SFU core.
