//! The system calls: one `recvmmsg`, one `sendmmsg`.

use std::io::{self, IoSlice, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd as _};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg, setsockopt,
    sockopt,
};

use crate::people::{DATAGRAM_BYTES_MAX, Outbox};

/// Datagrams of one system call.
const BATCH: usize = 64;

/// Kernel buffers of the socket, in bytes: the server's default.
const BUFFER_BYTES: usize = 4 << 20;

/// What one call brought.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Received {
    Nothing,
    All,
    PerhapsMore,
}

/// A UDP socket with its buffers.
#[derive(Debug)]
pub(crate) struct Socket {
    socket: UdpSocket,
    buffer: Vec<u8>,
    receiving: MultiHeaders<SockaddrStorage>,
    sending: MultiHeaders<SockaddrStorage>,
}

impl Socket {
    pub(crate) fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind(address)?;
        // A privileged process may go beyond the system's limit; the others take what it grants.
        if setsockopt(&socket, sockopt::RcvBufForce, &BUFFER_BYTES).is_err() {
            setsockopt(&socket, sockopt::RcvBuf, &BUFFER_BYTES)?;
        }
        Ok(Self {
            socket,
            buffer: vec![0; BATCH * DATAGRAM_BYTES_MAX],
            receiving: MultiHeaders::preallocate(BATCH, None),
            sending: MultiHeaders::preallocate(BATCH, None),
        })
    }

    /// Receives what is there, without waiting.
    pub(crate) fn receive(
        &mut self,
        mut take: impl FnMut(SocketAddr, &mut [u8]),
    ) -> io::Result<Received> {
        let mut arrived = [None; BATCH];
        let count = receive_batch(
            &self.socket,
            &mut self.receiving,
            &mut self.buffer,
            &mut arrived,
        )?;
        let places = self.buffer.chunks_exact_mut(DATAGRAM_BYTES_MAX);
        for (arrived, place) in arrived.iter().zip(places).take(count) {
            if let Some((from, len)) = arrived {
                take(*from, place.get_mut(..*len).unwrap_or_default());
            }
        }
        Ok(match count {
            0 => Received::Nothing,
            BATCH => Received::PerhapsMore,
            _ => Received::All,
        })
    }

    /// Sends the batch; what the kernel does not take is lost, as on the wire.
    pub(crate) fn send(&mut self, outbox: &Outbox) -> io::Result<()> {
        for mut slips in outbox.slips().chunks(BATCH) {
            while !slips.is_empty() {
                let slices: [_; BATCH] = std::array::from_fn(|at| {
                    [IoSlice::new(
                        slips.get(at).map_or(&[], |slip| outbox.bytes(slip)),
                    )]
                });
                let addresses: [_; BATCH] =
                    std::array::from_fn(|at| slips.get(at).map(|slip| slip.to.into()));
                let none: [ControlMessage<'_>; 0] = [];
                let sent = sendmmsg(
                    self.socket.as_raw_fd(),
                    &mut self.sending,
                    slices.get(..slips.len()).unwrap_or_default(),
                    addresses.get(..slips.len()).unwrap_or_default(),
                    none,
                    MsgFlags::MSG_DONTWAIT,
                );
                let done = match sent {
                    Ok(results) => results.count().max(1),
                    Err(Errno::EAGAIN | Errno::ECONNREFUSED) => 1,
                    Err(error) => return Err(error.into()),
                };
                slips = slips.get(done..).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Sleeps until a datagram comes.
    pub(crate) fn wait(&self) -> io::Result<()> {
        let mut descriptors = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
        match poll(&mut descriptors, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn receive_batch(
    socket: &UdpSocket,
    headers: &mut MultiHeaders<SockaddrStorage>,
    buffer: &mut [u8],
    arrived: &mut [Option<(SocketAddr, usize)>; BATCH],
) -> io::Result<usize> {
    let mut places = buffer.chunks_exact_mut(DATAGRAM_BYTES_MAX);
    let mut slices: [_; BATCH] =
        std::array::from_fn(|_| [IoSliceMut::new(places.next().unwrap_or_default())]);
    let flags = MsgFlags::MSG_DONTWAIT;
    let received = match recvmmsg(socket.as_raw_fd(), headers, &mut slices, flags, None) {
        Ok(received) => received,
        Err(Errno::EAGAIN | Errno::EINTR | Errno::ECONNREFUSED) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let mut count = 0;
    for (message, place) in received.zip(arrived) {
        *place = message
            .address
            .and_then(address)
            .map(|from| (from, message.bytes));
        count += 1;
    }
    Ok(count)
}

fn address(storage: SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = storage.as_sockaddr_in() {
        return Some(SocketAddr::V4((*v4).into()));
    }
    storage
        .as_sockaddr_in6()
        .map(|v6| SocketAddr::V6((*v6).into()))
}
