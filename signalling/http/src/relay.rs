//! Connections that share the pages' port but are no HTTP: who cannot send UDP reaches the media relay there (TURN over TLS),
//! told apart by the first byte after the TLS handshake.
//!
//! Left to others: what such a connection says. Invariant: a connection that begins as HTTP does is served as HTTP, byte for byte.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};

/// First bytes of STUN messages (RFC 7983); requests of HTTP begin with a letter.
const STUN: std::ops::RangeInclusive<u8> = 0..=3;

/// What a relay is given: decrypted, with its first byte still in it.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A connection being served to its end.
pub type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Takes over the connections that begin as a relay's do.
#[derive(Clone)]
pub struct Relay(Arc<dyn Fn(Box<dyn Stream>, SocketAddr) -> Serving + Send + Sync>);

impl fmt::Debug for Relay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Relay").finish_non_exhaustive()
    }
}

impl Relay {
    /// `serve` is given each connection, with the address that it comes from.
    pub fn new(
        serve: impl Fn(Box<dyn Stream>, SocketAddr) -> Serving + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(serve))
    }

    pub(crate) fn serve(&self, stream: Box<dyn Stream>, source: SocketAddr) -> Serving {
        (self.0)(stream, source)
    }
}

/// A stream whose first byte was looked at.
#[derive(Debug)]
pub(crate) struct Begun<S> {
    first: Option<u8>,
    stream: S,
}

impl<S: AsyncRead + Unpin> Begun<S> {
    /// Waits for the first byte; none when the connection ends without one.
    pub(crate) async fn new(mut stream: S) -> Option<Self> {
        let first = stream.read_u8().await.ok()?;
        Some(Self {
            first: Some(first),
            stream,
        })
    }

    pub(crate) fn is_relays(&self) -> bool {
        self.first.is_some_and(|first| STUN.contains(&first))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Begun<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() > 0
            && let Some(first) = self.first.take()
        {
            buffer.put_slice(&[first]);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Begun<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_byte_tells_the_protocol_and_is_not_lost() {
        for (bytes, is_relays) in [
            (&b"GET /"[..], false),
            (&[0, 3, 0, 0], true),
            (&[4, 0], false),
            (&[0x40, 0], false),
        ] {
            let mut begun = Begun::new(bytes).await.unwrap();
            assert_eq!(begun.is_relays(), is_relays, "{bytes:?}");
            let mut read = Vec::new();
            begun.read_to_end(&mut read).await.unwrap();
            assert_eq!(read, bytes);
        }
        assert!(Begun::new(&b""[..]).await.is_none());
    }
}
