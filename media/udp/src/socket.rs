//! The system calls of one worker: receive a batch, send a batch, sleep.
//!
//! Reception is quinn-udp's (`recvmmsg`, and GRO where a burst of one sender was merged); sending is one `sendmmsg` over all
//! addresses, since a room's packets go to several people and GSO merges only bursts to one.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::time::Duration;

use media::{Outbox, Settings, is_stream};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout};
use nix::sys::eventfd::EventFd;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg, setsockopt, sockopt};
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSocketState};

use crate::Error;

/// Bytes of one reception: GRO merges up to 64 datagrams, and UDP carries no more than this.
const RECEIVE_BYTES: usize = 65_535;

/// Datagrams of one `sendmmsg`: the kernel takes 1,024 at the most; the gain is spent long before.
const SEND_BATCH_MAX: usize = 64;

/// Datagrams that a reception is prepared for at the least. Each prepared one costs, whether it comes or not, so the number
/// follows what came last.
const RECEIVE_BATCH_MIN: usize = 4;

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
    /// Receptions that the next call is prepared for.
    prepared: usize,
    /// Bound to `::`: IPv4 comes and goes as a part of IPv6.
    both_families: bool,
}

/// What one call brought.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Reception {
    /// Nothing was there.
    Nothing,
    /// All that was there.
    Drained,
    /// As much as the call was prepared for: there may be more.
    Full,
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
        let socket = bind(address).map_err(failed)?;
        let state = UdpSocketState::new((&socket).into()).map_err(failed)?;
        leave_out_what_nobody_reads(&socket);
        let (receive, send) = (settings.receive_buffer_bytes, settings.send_buffer_bytes);
        // A privileged process may go beyond the system's limit; the others take what it grants.
        if setsockopt(&socket, sockopt::RcvBufForce, &receive).is_err() {
            state
                .set_recv_buffer_size((&socket).into(), receive)
                .map_err(failed)?;
        }
        if setsockopt(&socket, sockopt::SndBufForce, &send).is_err() {
            state
                .set_send_buffer_size((&socket).into(), send)
                .map_err(failed)?;
        }
        let granted = state.recv_buffer_size((&socket).into()).map_err(failed)?;
        if granted < receive {
            tracing::warn!(
                wanted = receive,
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
        let bound = self.socket.local_addr();
        Socket {
            both_families: bound.is_ok_and(|address| address.is_ipv6()),
            socket: self.socket,
            state: self.state,
            buffer: vec![0; RECEIVE_BYTES * BATCH_SIZE],
            meta: [RecvMeta::default(); BATCH_SIZE],
            headers: MultiHeaders::preallocate(SEND_BATCH_MAX, None),
            prepared: RECEIVE_BATCH_MIN,
        }
    }
}

/// quinn-udp asks the kernel to tell of each datagram when it came, to which address and with which class of service: QUIC
/// needs that, nobody here does, and it costs several copies and a reading of the clock per datagram.
fn leave_out_what_nobody_reads(socket: &UdpSocket) {
    let off = [
        (
            "times",
            setsockopt(socket, sockopt::ReceiveTimestampns, &false),
        ),
        ("class", setsockopt(socket, sockopt::IpRecvTos, &false)),
        (
            "address",
            setsockopt(socket, sockopt::Ipv4PacketInfo, &false),
        ),
        // An IPv4 socket has neither, and says so.
        (
            "class, IPv6",
            setsockopt(socket, sockopt::Ipv6RecvTClass, &false),
        ),
        (
            "address, IPv6",
            setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &false),
        ),
    ];
    for (what, set) in off {
        if let Err(error) = set {
            tracing::debug!(what, %error, "this costs a little more per datagram");
        }
    }
}

/// Binds; where `::` is asked for and the system has no IPv6, all of IPv4 is what there is.
fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    UdpSocket::bind(address).or_else(|error| {
        let no_ipv6 = matches!(
            error.raw_os_error(),
            Some(libc) if libc == Errno::EAFNOSUPPORT as i32 || libc == Errno::EADDRNOTAVAIL as i32
        );
        if no_ipv6 && address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
            tracing::info!("no IPv6 here: media goes by IPv4 only");
            return UdpSocket::bind((Ipv4Addr::UNSPECIFIED, address.port()));
        }
        Err(error)
    })
}

impl Socket {
    /// Receives what is there, without waiting, and gives each datagram to `take`.
    pub(crate) fn receive(&mut self, mut take: impl FnMut(SocketAddr, &mut [u8])) -> Reception {
        let mut chunks = self.buffer.chunks_exact_mut(RECEIVE_BYTES);
        let mut slices: [_; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
        let slices = slices.get_mut(..self.prepared).unwrap_or_default();
        let received = match self
            .state
            .recv((&self.socket).into(), slices, &mut self.meta)
        {
            Ok(count) => count,
            Err(error) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    tracing::debug!(%error, "receiving");
                }
                0
            }
        };
        for (meta, slice) in self.meta.iter().zip(slices).take(received) {
            let Some(bytes) = slice.get_mut(..meta.len) else {
                continue;
            };
            for datagram in bytes.chunks_mut(meta.stride.max(1)) {
                take(
                    SocketAddr::new(meta.addr.ip().to_canonical(), meta.addr.port()),
                    datagram,
                );
            }
        }
        let full = received == self.prepared;
        self.prepared = if full {
            self.prepared * 2
        } else {
            received + 2
        };
        self.prepared = self.prepared.clamp(RECEIVE_BATCH_MIN, BATCH_SIZE);
        match received {
            0 => Reception::Nothing,
            _ if full => Reception::Full,
            _ => Reception::Drained,
        }
    }

    /// Sends the batch; what the kernel does not take now is lost, as on the wire.
    pub(crate) fn send(&mut self, outbox: &Outbox) {
        let ours = |(to, _): &(SocketAddr, &[u8])| !is_stream(*to);
        let mut datagrams = outbox.iter().filter(ours).peekable();
        while datagrams.peek().is_some() {
            let mut slices: [_; SEND_BATCH_MAX] = std::array::from_fn(|_| [IoSlice::new(&[])]);
            let mut addresses = [const { None }; SEND_BATCH_MAX];
            let mut count = 0;
            for ((slice, address), (to, bytes)) in
                slices.iter_mut().zip(&mut addresses).zip(&mut datagrams)
            {
                *slice = [IoSlice::new(bytes)];
                *address = Some(SockaddrStorage::from(self.reached(to)));
                count += 1;
            }
            let batch = (
                slices.get(..count).unwrap_or_default(),
                addresses.get(..count).unwrap_or_default(),
            );
            self.send_batch(batch.0, batch.1);
        }
    }

    /// An address as this socket names it: one for both families writes IPv4 as a part of IPv6 (RFC 4291 §2.5.5.2).
    fn reached(&self, to: SocketAddr) -> SocketAddr {
        match to {
            SocketAddr::V4(v4) if self.both_families => {
                SocketAddr::from((v4.ip().to_ipv6_mapped(), v4.port()))
            }
            SocketAddr::V4(_) | SocketAddr::V6(_) => to,
        }
    }

    fn send_batch(
        &mut self,
        mut slices: &[[IoSlice<'_>; 1]],
        mut addresses: &[Option<SockaddrStorage>],
    ) {
        while !slices.is_empty() {
            let descriptor = self.socket.as_raw_fd();
            let none: [nix::sys::socket::ControlMessage<'_>; 0] = [];
            let sent = sendmmsg(
                descriptor,
                &mut self.headers,
                slices,
                addresses,
                none,
                MsgFlags::MSG_DONTWAIT,
            );
            let done = match sent {
                Ok(results) => results.count().max(1),
                Err(error) => {
                    tracing::debug!(%error, "sending");
                    // The first is the one that failed (an unreachable address, a full buffer): it is skipped.
                    1
                }
            };
            slices = slices.get(done..).unwrap_or_default();
            addresses = addresses.get(done..).unwrap_or_default();
        }
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
            && error != Errno::EINTR
        {
            tracing::debug!(%error, "sleeping");
        }
        let woken = descriptors.get(1).and_then(PollFd::any).unwrap_or(false);
        if woken && let Err(error) = wake.read() {
            tracing::debug!(%error, "clearing the wake");
        }
    }
}
