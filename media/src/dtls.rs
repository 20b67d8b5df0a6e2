//! DTLS towards one peer, by the crate `dimpl`: the handshake as server, the peer's certificate checked against its offer, and
//! out of it the keys of SRTP. Neither application data nor another certificate than the announced one is accepted.
//!
//! Which datagrams may reach this is left to [`crate::peer`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use dimpl::{Config, Dtls, Output, SrtpProfile};
use media_packet::srtp::{MasterKey, Profile};

use crate::identity::{Identity, sha256};
use crate::outbox::DATAGRAM_BYTES_MAX;

/// Time of the whole handshake; a browser on a bad line needs a few seconds, a dead one should not be kept.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);

/// First wait before a flight is sent again: 1 s, the standard's, makes a lossy join slow (RFC 9147 §5.8.2 allows less).
const FLIGHT_RTO: Duration = Duration::from_millis(250);

/// Repeats of one flight: 250 ms doubling six times spans the whole handshake.
const FLIGHT_RETRIES_MAX: usize = 6;

/// Records that may wait for a missing one: a fragmented flight with certificates has fewer.
const QUEUE_RECORDS_MAX: usize = 30;

/// Bytes of one DTLS record to send: with IP, UDP and a tunnel's header below the least common path.
const MTU: usize = 1_150;

/// Type, version, epoch, number, length of a record (RFC 6347 §4.1).
const RECORD_HEADER_BYTES: usize = 13;

/// The record type of alerts.
const ALERT: u8 = 21;

/// The settings of all handshakes; `seed` is for simulations only.
pub(crate) fn config(seed: Option<u64>) -> Result<Arc<Config>, crate::Error> {
    let builder = Config::builder()
        .mtu(MTU)
        .max_queue_rx(QUEUE_RECORDS_MAX)
        // Datagrams come from the address that ICE has validated: the cookie would only cost a round trip.
        .use_server_cookie(false)
        .flight_start_rto(FLIGHT_RTO)
        .flight_retries(FLIGHT_RETRIES_MAX)
        .handshake_timeout(HANDSHAKE_TIMEOUT);
    let builder = match seed {
        Some(seed) => builder.dangerously_set_rng_seed(seed),
        None => builder,
    };
    Ok(Arc::new(builder.build()?))
}

/// Whether a datagram holds an alert that is not encrypted: whoever can forge the peer's address can have written it, and a
/// handshake that has really failed ends by itself after [`HANDSHAKE_TIMEOUT`].
pub(crate) fn has_plain_alert(datagram: &[u8]) -> bool {
    let mut rest = datagram;
    while let Some(&[kind, _, _, epoch_high, epoch_low, .., len_high, len_low]) =
        rest.first_chunk::<RECORD_HEADER_BYTES>()
    {
        // From 32 on it is the short header of DTLS 1.3 (RFC 9147 §4), which only encrypted records have.
        if kind >= 32 {
            return false;
        }
        if kind == ALERT && (epoch_high, epoch_low) == (0, 0) {
            return true;
        }
        let len = usize::from(u16::from_be_bytes([len_high, len_low]));
        rest = rest.get(RECORD_HEADER_BYTES + len..).unwrap_or_default();
    }
    false
}

/// The SRTP keys of both directions, as the handshake gave them.
#[derive(Debug)]
pub(crate) struct Keys {
    /// What the peer seals with.
    pub(crate) inbound: MasterKey,
    /// What we seal with.
    pub(crate) outbound: MasterKey,
}

/// What a step of the handshake brought.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Nothing yet, or nothing new.
    Pending,
    /// The handshake is done and the certificate is the announced one.
    Keys(Box<Keys>),
    /// The connection is of no more use.
    Failed(Failure),
}

/// Why a connection is of no more use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Failure {
    /// The protocol failed or timed out.
    Protocol,
    /// The certificate is not the one of the offer.
    Fingerprint,
    /// No SRTP profile in common.
    Profile,
    /// The peer closed it.
    Closed,
}

/// One DTLS connection, server side.
pub(crate) struct Association {
    dtls: Dtls,
    announced: [u8; 32],
    /// The peer's certificate came and is the announced one.
    verified: bool,
    /// A datagram was taken in.
    begun: bool,
    /// The keys were given out.
    done: bool,
    deadline: Option<Instant>,
}

impl std::fmt::Debug for Association {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Association")
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

impl Association {
    /// Waits for the peer's hello; `announced` is the SHA-256 of its certificate.
    pub(crate) fn new(
        config: &Arc<Config>,
        identity: &Identity,
        announced: [u8; 32],
        now: Instant,
    ) -> Self {
        let dtls = Dtls::new_auto(Arc::clone(config), identity.certificate(), now);
        Self {
            dtls,
            announced,
            verified: false,
            begun: false,
            done: false,
            deadline: None,
        }
    }

    /// Takes in a datagram of the validated address; `send` is given each datagram to send.
    pub(crate) fn receive(
        &mut self,
        bytes: &[u8],
        now: Instant,
        send: impl FnMut(&[u8]),
    ) -> Progress {
        self.begun = true;
        let step = self
            .dtls
            .handle_timeout(now)
            .and_then(|()| self.dtls.handle_packet(bytes));
        match step {
            Ok(()) => self.drain(send),
            // After the handshake nothing is expected but an encrypted end: what else comes may be forged.
            Err(error) if self.done && !is_end(&error) => Progress::Pending,
            Err(error) => fail(&error),
        }
    }

    /// The clock went on; call it when [`Association::deadline`] has come.
    pub(crate) fn advance(&mut self, now: Instant, send: impl FnMut(&[u8])) -> Progress {
        match self.dtls.handle_timeout(now) {
            Ok(()) => self.drain(send),
            Err(error) => fail(&error),
        }
    }

    /// Something was taken in.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// When [`Association::advance`] is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn drain(&mut self, mut send: impl FnMut(&[u8])) -> Progress {
        let mut progress = Progress::Pending;
        let mut buffer = [0; DATAGRAM_BYTES_MAX];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => send(datagram),
                Output::PeerCert(der) => {
                    self.verified = sha256(der) == self.announced;
                    if !self.verified {
                        return Progress::Failed(Failure::Fingerprint);
                    }
                }
                Output::KeyingMaterial(material, profile) => {
                    if !self.verified {
                        return Progress::Failed(Failure::Fingerprint);
                    }
                    progress = match split(&material, profile) {
                        Some(keys) => {
                            self.done = true;
                            Progress::Keys(Box::new(keys))
                        }
                        None => Progress::Failed(Failure::Profile),
                    };
                }
                Output::Timeout(when) => {
                    self.deadline = Some(when);
                    return progress;
                }
                Output::CloseNotify => return Progress::Failed(Failure::Closed),
                // `Connected` says no more than the keys do, application data has no meaning here, and the buffer is
                // larger than the MTU that the configuration sets.
                Output::Connected | Output::ApplicationData(_) | Output::BufferTooSmall { .. } => {}
                // A foreign enum that may grow.
                _ => {}
            }
        }
    }
}

/// The peer itself has ended the connection.
fn is_end(error: &dimpl::Error) -> bool {
    let alert = matches!(
        error,
        dimpl::Error::SecurityError(dimpl::SecurityError::FatalAlert { .. })
    );
    alert || matches!(error, dimpl::Error::ConnectionClosed)
}

fn fail(error: &dimpl::Error) -> Progress {
    tracing::debug!(%error, "DTLS");
    Progress::Failed(Failure::Protocol)
}

/// RFC 5764 §4.2: client key, server key, client salt, server salt. We are the server.
fn split(material: &[u8], profile: SrtpProfile) -> Option<Keys> {
    let (profile, key_len, salt_len) = match profile {
        SrtpProfile::AES128_CM_SHA1_80 => (Profile::Aes128CmSha1Tag80, 16, 14),
        SrtpProfile::AEAD_AES_128_GCM => (Profile::Aes128Gcm, 16, 12),
        SrtpProfile::AEAD_AES_256_GCM => (Profile::Aes256Gcm, 32, 12),
        // A foreign, non-exhaustive enum.
        _ => return None,
    };
    let (client_key, rest) = material.split_at_checked(key_len)?;
    let (server_key, rest) = rest.split_at_checked(key_len)?;
    let (client_salt, rest) = rest.split_at_checked(salt_len)?;
    let (server_salt, _unused) = rest.split_at_checked(salt_len)?;
    Some(Keys {
        inbound: MasterKey::new(profile, client_key, client_salt).ok()?,
        outbound: MasterKey::new(profile, server_key, server_salt).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, epoch: u8, len: u8) -> Vec<u8> {
        let mut record = vec![kind, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 1, 0, len];
        record.extend(vec![2; usize::from(len)]);
        record
    }

    #[test]
    fn only_alerts_that_anybody_can_write_are_told_apart() {
        let check = |records: &[Vec<u8>], expected| {
            assert_eq!(has_plain_alert(&records.concat()), expected, "{records:?}");
        };
        check(&[record(21, 0, 2)], true);
        check(
            &[record(22, 0, 40), record(20, 0, 1), record(21, 0, 2)],
            true,
        );
        check(&[record(21, 1, 26)], false);
        check(&[record(22, 0, 40), record(22, 1, 40)], false);
        check(&[vec![0x2f, 1, 2, 0, 21, 9, 9, 9, 9, 9, 9, 9, 9, 9]], false);
        check(&[vec![21, 254, 253]], false);
    }
}
