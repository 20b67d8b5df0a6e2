//! A client of the bare loop: it says who it is and begins, with keys that follow from its number.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use anyhow::Context as _;
use media_packet::srtp::{Opener, Profile, Sealer};

use super::{Client, Milestones, Offered};
use crate::offer::{self, Remote};

/// The profile that DTLS agrees on with the server: the same for both, so that they can be compared.
const PROFILE: Profile = Profile::Aes256Gcm;

/// How far a client without a handshake is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bare {
    /// Nothing was sent yet.
    New,
    /// It sends.
    Begun,
}

impl Bare {
    /// True the first time.
    pub(super) fn begin(&mut self) -> bool {
        std::mem::replace(self, Self::Begun) == Self::New
    }
}

impl Client {
    /// Person number `person` of the bare loop at `server`; it has said hello.
    pub(crate) fn bare(
        person: u32,
        address: IpAddr,
        server: SocketAddr,
        now: Instant,
    ) -> anyhow::Result<Self> {
        let (audio_extensions, video_extensions) = offer::own_extensions();
        let remote = Remote {
            ufrag: String::new(),
            password: String::new(),
            fingerprint: String::new(),
            candidates: Vec::new(),
            audio_extensions,
            video_extensions,
        };
        let milestones = Milestones {
            connected: None,
            media: None,
        };
        let mut client = Offered::new(address)?.answered(remote, milestones, now)?;
        let (ours, theirs) = ventanilla_limit::keys(PROFILE, person)?;
        client.keys = Some((Sealer::new(&ours)?, Opener::new(&theirs)?));
        client.bare = Some(Bare::New);
        client.nominated(server);
        client
            .socket
            .send(&ventanilla_limit::hello(person))
            .with_context(|| format!("a hello to {server}"))?;
        Ok(client)
    }
}
