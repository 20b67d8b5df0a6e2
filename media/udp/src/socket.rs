//! The system calls of one worker: receive a batch, send a batch, sleep.
//!
//! Reception is quinn-udp's (`recvmmsg`, and GRO where a burst of one sender was merged); sending is one `sendmmsg` over all
//! addresses, since a room's packets go to several people and GSO merges only bursts to one.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::time::Duration;

use media::{Outbox, Settings};
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sys::eventfd::EventFd;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSocketState};

use crate::Error;

/// Bytes of one reception: GRO merges up to 64 datagrams, and UDP carries no more than this.
const RECEIVE_BYTES: usize = 65_535;

/// Datagrams of one `sendmmsg`: the kernel takes 1,024 at the most; the gain is spent long before.
const SEND_BATCH_MAX: usize = 128;

/// The bound socket of one worker, on its way to the worker's thread.
pub(crate) struct Bound {
    socket: UdpSocket,
    state: UdpSocketState,
}

/// The UDP socket of one worker, with its buffers. Stays on its thread.
pub(crate) struct Socket {
    socket: UdpSocket,
    state: UdpSocketState,
    buffer: Vec<u8>,
    meta: [RecvMeta; BATCH_SIZE],
    headers: MultiHeaders<SockaddrStorage>,
}

impl Bound {
    /// Binds the socket of `worker` and sizes its kernel buffers.
    pub(crate) fn open(settings: &Settings, worker: u8) -> Result<Self, Error> {
        let port = match settings.base_port {
            0 => 0,
            base => base.saturating_add(u16::from(worker)),
        };
        let address = SocketAddr::new(settings.bind, port);
        let failed = |source| Error::Socket { address, source };
        let socket = UdpSocket::bind(address).map_err(failed)?;
        let state = UdpSocketState::new((&socket).into()).map_err(failed)?;
        let wanted = (settings.receive_buffer_bytes, settings.send_buffer_bytes);
        state
            .set_recv_buffer_size((&socket).into(), wanted.0)
            .map_err(failed)?;
        state
            .set_send_buffer_size((&socket).into(), wanted.1)
            .map_err(failed)?;
        let granted = state.recv_buffer_size((&socket).into()).map_err(failed)?;
        if granted < wanted.0 {
            tracing::warn!(
                wanted = wanted.0,
                granted,
                "the system's limit on UDP buffers is low: raise net.core.rmem_max"
            );
        }
        Ok(Self { socket, state })
    }

    /// The port it is bound to.
    pub(crate) fn port(&self) -> u16 {
        self.socket.local_addr().map_or(0, |address| address.port())
    }

    /// With buffers: on the thread that uses it.
    pub(crate) fn into_socket(self) -> Socket {
        Socket {
            socket: self.socket,
            state: self.state,
            buffer: vec![0; RECEIVE_BYTES * BATCH_SIZE],
            meta: [RecvMeta::default(); BATCH_SIZE],
            headers: MultiHeaders::preallocate(SEND_BATCH_MAX, None),
        }
    }
}

impl Socket {
    /// Receives what is there, without waiting, and gives each datagram to `take`; returns their number, 0 when nothing was.
    pub(crate) fn receive(&mut self, mut take: impl FnMut(SocketAddr, &mut [u8])) -> usize {
        let mut chunks = self.buffer.chunks_exact_mut(RECEIVE_BYTES);
        let mut slices: [_; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
        let received = match self
            .state
            .recv((&self.socket).into(), &mut slices, &mut self.meta)
        {
            Ok(count) => count,
            Err(error) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    tracing::debug!(%error, "receiving");
                }
                return 0;
            }
        };
        let mut datagrams = 0;
        for (meta, slice) in self.meta.iter().zip(&mut slices).take(received) {
            let Some(bytes) = slice.get_mut(..meta.len) else {
                continue;
            };
            for datagram in bytes.chunks_mut(meta.stride.max(1)) {
                datagrams += 1;
                take(meta.addr, datagram);
            }
        }
        datagrams
    }

    /// Sends the batch; what the kernel does not take now is lost, as on the wire. Returns the number it took.
    pub(crate) fn send(&mut self, outbox: &Outbox) -> usize {
        let mut slices = Vec::with_capacity(outbox.len());
        let mut addresses = Vec::with_capacity(outbox.len());
        for (destination, bytes) in outbox.iter() {
            slices.push([IoSlice::new(bytes)]);
            addresses.push(Some(SockaddrStorage::from(destination)));
        }
        let mut at = 0;
        let mut sent = 0;
        while at < slices.len() {
            let end = slices.len().min(at + SEND_BATCH_MAX);
            let (batch, to) = (
                slices.get(at..end).unwrap_or_default(),
                addresses.get(at..end).unwrap_or_default(),
            );
            let none: [nix::sys::socket::ControlMessage<'_>; 0] = [];
            match sendmmsg(
                self.socket.as_raw_fd(),
                &mut self.headers,
                batch,
                to,
                none,
                MsgFlags::MSG_DONTWAIT,
            ) {
                Ok(results) => {
                    let count = results.count().max(1);
                    sent += count;
                    at += count;
                }
                Err(error) => {
                    tracing::debug!(%error, "sending");
                    // The first of the batch is the one that failed (an unreachable address, a full buffer): skip it.
                    at += 1;
                }
            }
        }
        sent
    }

    /// Sleeps until a datagram comes, `wake` is written to, or the time is over; for ever when there is no time.
    pub(crate) fn sleep(&self, wake: &EventFd, time: Option<Duration>) {
        let mut descriptors = [
            PollFd::new(self.socket.as_fd(), PollFlags::POLLIN),
            PollFd::new(wake.as_fd(), PollFlags::POLLIN),
        ];
        // Rounded up: waking before the deadline would only mean sleeping again.
        let timeout = time.map_or(PollTimeout::NONE, |time| {
            let ms = time.as_micros().div_ceil(1_000);
            u16::try_from(ms).map_or_else(|_| PollTimeout::from(u16::MAX), PollTimeout::from)
        });
        if let Err(error) = nix::poll::poll(&mut descriptors, timeout)
            && error != nix::errno::Errno::EINTR
        {
            tracing::debug!(%error, "sleeping");
        }
        let woken = descriptors.get(1).and_then(PollFd::any).unwrap_or(false);
        if woken && let Err(error) = wake.read() {
            tracing::debug!(%error, "clearing the wake");
        }
    }
}
