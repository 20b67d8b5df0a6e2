//! One WebSocket to the server: typed messages, a ping when it is quiet, and a limit on every wait.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::http::Door;

/// No step of a call takes so long on a server that works.
pub(crate) const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// A page that has not heard the server for so long asks whether it is there, each second.
const QUIET: Duration = Duration::from_millis(1_500);

/// A page that has said nothing for so long says that it is there.
const BEAT: Duration = Duration::from_secs(5);

/// A WebSocket of citizen or operator.
pub(crate) struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pings: Interval,
    nonce: u32,
    heard: Instant,
    spoke: Instant,
}

impl Link {
    /// Connects with the session's cookie.
    pub(crate) async fn open(door: &Door, path: &str, cookie: &str) -> anyhow::Result<Self> {
        let address = format!("ws://{}{path}", door.authority);
        let mut request = address
            .as_str()
            .into_client_request()
            .with_context(|| address.clone())?;
        request
            .headers_mut()
            .insert("cookie", cookie.parse().context("the cookie")?);
        request
            .headers_mut()
            .insert("origin", door.origin().parse().context("the origin")?);
        let connected = timeout(STEP_TIMEOUT, connect_async(request)).await;
        let (socket, _) = connected
            .with_context(|| format!("{address} did not answer"))?
            .with_context(|| address.clone())?;
        let mut pings = interval(Duration::from_secs(1));
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self {
            socket,
            pings,
            nonce: 0,
            heard: Instant::now(),
            spoke: Instant::now(),
        })
    }

    /// Sends a message.
    pub(crate) async fn send(&mut self, message: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(message).context("a message")?;
        self.socket
            .send(Message::text(text))
            .await
            .context("the WebSocket")
    }

    /// The next message; pings meanwhile. It may be dropped while it waits without losing one.
    pub(crate) async fn next<T: DeserializeOwned>(
        &mut self,
        ping: impl Fn(u32) -> anyhow::Result<String>,
    ) -> anyhow::Result<T> {
        loop {
            tokio::select! {
                message = self.socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        self.heard = Instant::now();
                        return serde_json::from_str(&text).with_context(|| format!("an unexpected message: {text}"));
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(frame))) => bail!("the server closed the WebSocket: {frame:?}"),
                    Some(Err(error)) => return Err(error).context("the WebSocket"),
                    None => bail!("the server closed the WebSocket"),
                },
                _ = self.pings.tick() => {
                    if self.heard.elapsed() < QUIET && self.spoke.elapsed() < BEAT {
                        continue;
                    }
                    self.spoke = Instant::now();
                    self.nonce = self.nonce.wrapping_add(1);
                    self.socket.send(Message::text(ping(self.nonce)?)).await.context("the WebSocket")?;
                }
            }
        }
    }

    /// Closes it; errors are of no interest any more.
    pub(crate) async fn close(mut self) {
        drop(self.socket.close(None).await);
    }
}
