//! RTP, RTCP and SRTP: bytes to values and back, and the state of one stream.

pub mod capture;
