//! What citizen and operator do alike: make an offer, take the answer, wait until media flows.

use std::net::IpAddr;
use std::time::Instant;

use anyhow::{Context as _, bail};
use signalling::protocol::call::{DeviceState, DeviceStates};
use signalling::protocol::person::ToPerson;
use tokio::sync::oneshot;

use crate::client::{Milestones, Offered};
use crate::clock::Clock;
use crate::detour::Detour;
use crate::media::{Begun, Command, Ended, Media};
use crate::{interop, offer};

/// The media side of all people of a run.
#[derive(Clone, Debug)]
pub(crate) enum Plane {
    /// Our own light client on the media thread.
    Light {
        /// The thread.
        media: Media,
        clock: Clock,
        /// Address to send from.
        address: IpAddr,
        /// Where to send instead of to the server.
        detour: Option<Detour>,
    },
    /// The crate `webrtc`.
    Webrtc(interop::Plane),
}

impl Plane {
    /// Counts from now on.
    pub(crate) async fn begin(&self) -> anyhow::Result<Begun> {
        match self {
            Self::Light { media, .. } => {
                let (tell, begun) = oneshot::channel();
                media.send(Command::Begin(tell))?;
                begun.await.context("the media thread stopped")
            }
            Self::Webrtc(plane) => Ok(plane.begin()),
        }
    }

    /// Counts no longer.
    pub(crate) async fn end(&self) -> anyhow::Result<Ended> {
        match self {
            Self::Light { media, .. } => {
                let (tell, ended) = oneshot::channel();
                media.send(Command::End(tell))?;
                ended.await.context("the media thread stopped")
            }
            Self::Webrtc(plane) => Ok(plane.end()),
        }
    }
}

/// Takes what every person hears: the answer to the offer matters, a refusal ends the run.
pub(crate) async fn hear(
    connection: Option<&mut Connection>,
    message: ToPerson,
) -> anyhow::Result<()> {
    match message {
        ToPerson::Answer { attempt, sdp, .. } => {
            if let Some(connection) = connection.filter(|_| attempt == ATTEMPT) {
                connection.answer(&sdp).await?;
            }
            Ok(())
        }
        ToPerson::Refused { refusal } => bail!("refused: {refusal:?}"),
        ToPerson::Replaced {} => bail!("another connection took this place"),
        ToPerson::Relay { .. }
        | ToPerson::Slots { .. }
        | ToPerson::ChatHistory { .. }
        | ToPerson::Chat { .. }
        | ToPerson::LiveText { .. }
        | ToPerson::Caption { .. }
        | ToPerson::Asked { .. }
        | ToPerson::Invited { .. }
        | ToPerson::PairingCode { .. }
        | ToPerson::Pong { .. } => Ok(()),
    }
}

/// Devices of a person with nothing to hide.
pub(crate) const DEVICES: DeviceStates = DeviceStates {
    camera: DeviceState::On,
    microphone: DeviceState::On,
};

/// One person's connection on its way.
pub(crate) struct Connection {
    client: Client,
    offered_at: Instant,
    connected: Option<interop::Awaited>,
    media: Option<interop::Awaited>,
}

/// Whatever makes the connection.
enum Client {
    Light {
        media: Media,
        clock: Clock,
        detour: Option<Detour>,
        offered: Option<Box<Offered>>,
    },
    Webrtc(Box<interop::Peer>),
}

/// The only attempt that a person makes.
pub(crate) const ATTEMPT: u32 = 1;

impl Connection {
    /// Makes an offer; returns its SDP.
    pub(crate) async fn offer(plane: &Plane) -> anyhow::Result<(Self, String)> {
        match plane {
            Plane::Light {
                media,
                clock,
                address,
                detour,
            } => {
                let offered = Offered::new(*address)?;
                let sdp = offer::write(&offered.local);
                let client = Client::Light {
                    media: media.clone(),
                    clock: *clock,
                    detour: detour.clone(),
                    offered: Some(Box::new(offered)),
                };
                Ok((
                    Self {
                        client,
                        offered_at: clock.now().instant,
                        connected: None,
                        media: None,
                    },
                    sdp,
                ))
            }
            Plane::Webrtc(plane) => {
                let (peer, sdp, connected, media) = plane.offer().await?;
                let client = Client::Webrtc(Box::new(peer));
                let (connected, media) = (Some(connected), Some(media));
                Ok((
                    Self {
                        client,
                        offered_at: plane.now(),
                        connected,
                        media,
                    },
                    sdp,
                ))
            }
        }
    }

    /// Takes the answer.
    pub(crate) async fn answer(&mut self, sdp: &str) -> anyhow::Result<()> {
        match &mut self.client {
            Client::Light {
                media,
                clock,
                detour,
                offered,
            } => {
                let offered = offered.take().context("a second answer to one offer")?;
                let mut remote = offer::read_answer(sdp)?;
                if let Some(detour) = detour {
                    remote.candidates = detour.of(&remote.candidates);
                }
                let (tell_connected, connected) = oneshot::channel();
                let (tell_media, media_told) = oneshot::channel();
                let milestones = Milestones {
                    connected: Some(tell_connected),
                    media: Some(tell_media),
                };
                let client = offered.answered(remote, milestones, clock.now().instant)?;
                media.send(Command::Join(Box::new(client)))?;
                (self.connected, self.media) = (Some(connected), Some(media_told));
                Ok(())
            }
            Client::Webrtc(peer) => peer.answer(sdp).await,
        }
    }

    /// Hangs up.
    pub(crate) async fn close(self) {
        match self.client {
            // The media thread lets all of its clients go at the end.
            Client::Light { .. } => {}
            Client::Webrtc(peer) => peer.close().await,
        }
    }

    /// Resolves when the next milestone is reached. It may be dropped and called again.
    pub(crate) async fn milestone(&mut self) -> anyhow::Result<Milestone> {
        if self.connected.is_some() {
            let at = told(&mut self.connected).await.context("ICE and DTLS")?;
            self.connected = None;
            if let Client::Webrtc(peer) = &mut self.client {
                peer.start();
            }
            let since = at.saturating_duration_since(self.offered_at).as_micros();
            return Ok(Milestone::Connected {
                after_us: u64::try_from(since).unwrap_or(u64::MAX),
            });
        }
        told(&mut self.media)
            .await
            .context("media of the other person")?;
        self.media = None;
        Ok(Milestone::Media)
    }
}

/// What a connection has reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Milestone {
    /// ICE and DTLS are done.
    Connected {
        /// Since the offer.
        after_us: u64,
    },
    /// Voice and picture of the other person come in.
    Media,
}

async fn told(milestone: &mut Option<interop::Awaited>) -> anyhow::Result<Instant> {
    match milestone {
        Some(milestone) => {
            let told = milestone.await.context("the media thread stopped")?;
            told.map_err(anyhow::Error::msg)
        }
        None => std::future::pending().await,
    }
}

/// What a person tells the run when media flows both ways.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined {
    /// From the offer to ICE and DTLS done.
    pub(crate) connect_us: u64,
}
