//! How long the doors wait for slow peers.

use std::time::Duration;

/// How long the doors wait for slow peers. The defaults are for people on bad lines; only tests have less.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Patience {
    /// For a TLS handshake, waiting for its turn included. Default 10 s.
    pub handshake: Duration,
    /// For the headers of a request, from the beginning of the connection or the end of the request before: a browser sends
    /// them in one piece, and opens a new connection when an idle one has ended. Default 20 s.
    pub headers: Duration,
    /// From the end of the headers to the beginning of the answer; a body that trickles in is cut here. Longer than the
    /// control thread and argon2 take together. Default 20 s.
    pub answer: Duration,
    /// For an upload, from the end of its headers to the answer; between two of its pieces `answer` holds. 20 MB in ten minutes
    /// are 280 kbit/s, half of what a call needs beside it. Default 10 min.
    pub upload: Duration,
    /// Between two pings of ours on a WebSocket (RFC 6455 §5.5.2); browsers answer them even in the background. Default 10 s.
    pub ping: Duration,
    /// For anything at all from a WebSocket, a pong included. Default 30 s.
    pub silence: Duration,
    /// For one message to fit into the kernel's buffer; a phone that changes networks takes some seconds. Default 10 s.
    pub write: Duration,
    /// For the answer to the closing frame of a WebSocket. Default 2 s.
    pub goodbye: Duration,
    /// For open requests and WebSockets to end when the server closes. Default 5 s.
    pub closing: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(20),
            answer: Duration::from_secs(20),
            upload: Duration::from_secs(600),
            ping: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            write: Duration::from_secs(10),
            goodbye: Duration::from_secs(2),
            closing: Duration::from_secs(5),
        }
    }
}
