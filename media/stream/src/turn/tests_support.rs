//! A client's side of the relay, for tests over pipes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use super::message::tests::request;
use super::*;

/// Who asks, with what the relay told.
pub(crate) struct Asker {
    name: String,
    password: String,
    nonce: Vec<u8>,
}

impl Asker {
    pub(crate) fn new(name: String, password: String) -> Self {
        Self {
            name,
            password,
            nonce: Vec::new(),
        }
    }

    fn ask(&self, method: Method, fill: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let key = long_term_key(&self.name, REALM, &self.password);
        let fill = |writer: &mut Writer| {
            writer.attribute(attribute::USERNAME, self.name.as_bytes());
            writer.attribute(attribute::REALM, REALM.as_bytes());
            writer.attribute(attribute::NONCE, &self.nonce);
            fill(writer);
        };
        request(method, fill, Some(&key))
    }
}

/// Reads one STUN message; its kind and itself.
async fn answer(client: &mut DuplexStream) -> (u16, Vec<u8>) {
    let mut bytes = vec![0; 20];
    client.read_exact(&mut bytes).await.unwrap();
    let len = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
    bytes.resize(20 + len, 0);
    client.read_exact(&mut bytes[20..]).await.unwrap();
    (u16::from_be_bytes([bytes[0], bytes[1]]), bytes)
}

/// Asks for an allocation: once to be told realm and nonce, once with them.
pub(crate) async fn allocated(client: &mut DuplexStream, asker: &mut Asker) {
    let transport =
        |writer: &mut Writer| writer.attribute(attribute::REQUESTED_TRANSPORT, &[UDP, 0, 0, 0]);
    client
        .write_all(&request(Method::Allocate, transport, None))
        .await
        .unwrap();
    let (kind, bytes) = answer(client).await;
    assert_eq!(kind, 0x0113);
    let at = bytes
        .windows(2)
        .position(|two| two == attribute::NONCE.to_be_bytes())
        .unwrap();
    let len = usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
    asker.nonce = bytes[at + 4..at + 4 + len].to_vec();
    client
        .write_all(&asker.ask(Method::Allocate, transport))
        .await
        .unwrap();
    assert_eq!(answer(client).await.0, 0x0103);
}

pub(crate) async fn channel_bound(
    client: &mut DuplexStream,
    asker: &Asker,
    number: u16,
    peer: SocketAddr,
) {
    let bind = asker.ask(Method::ChannelBind, |writer| {
        writer.attribute(
            attribute::CHANNEL_NUMBER,
            &[number.to_be_bytes(), [0, 0]].concat(),
        );
        writer.address(attribute::XOR_PEER_ADDRESS, peer);
    });
    client.write_all(&bind).await.unwrap();
    assert_eq!(answer(client).await.0, 0x0109);
}
