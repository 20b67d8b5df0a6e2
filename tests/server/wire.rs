//! Somebody on the way between a client and the media port: passes everything on, and sends what it saw again.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::{Arc, OnceLock},
    thread,
};

/// A datagram is sent again once so many others have followed it, by its sender and by a stranger.
const BEHIND: usize = 40;

/// Bytes of a datagram at the most.
const BYTES_MAX: usize = 2_048;

/// Stands between one client and the server; returns the address to send to. Ends with the test's process.
pub(crate) fn repeat_everything(server: SocketAddr) -> SocketAddr {
    let socket = || UdpSocket::bind("127.0.0.1:0").unwrap();
    let (front, back, stranger) = (Arc::new(socket()), Arc::new(socket()), socket());
    let address = front.local_addr().unwrap();
    let client = Arc::new(OnceLock::new());
    let (from_server, to_client, its_address) =
        (Arc::clone(&back), Arc::clone(&front), Arc::clone(&client));
    thread::spawn(move || {
        let mut buffer = [0; BYTES_MAX];
        while let Ok(length) = from_server.recv(&mut buffer) {
            if let Some(client) = its_address.get() {
                to_client.send_to(&buffer[..length], client).unwrap();
            }
        }
    });
    thread::spawn(move || {
        let mut seen: Vec<Vec<u8>> = Vec::new();
        let mut buffer = [0; BYTES_MAX];
        while let Ok((length, from)) = front.recv_from(&mut buffer) {
            client.get_or_init(|| from);
            let datagram = &buffer[..length];
            back.send_to(datagram, server).unwrap();
            back.send_to(datagram, server).unwrap();
            let mut bent = datagram.to_vec();
            *bent.last_mut().unwrap() ^= 1;
            stranger.send_to(&bent, server).unwrap();
            if let Some(old) = seen.len().checked_sub(BEHIND).map(|index| &seen[index]) {
                back.send_to(old, server).unwrap();
                stranger.send_to(old, server).unwrap();
            }
            seen.push(datagram.to_vec());
        }
    });
    address
}
