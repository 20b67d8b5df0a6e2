//! WebSockets, well-behaved and not.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use signalling::{
    protocol::{MESSAGE_BYTES_MAX, citizen::FromCitizen, person::FromPerson},
    request::{App, FromConnection},
};
use signalling_http::Patience;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::frame::coding::CloseCode},
};

use crate::control::{FLOOD_NONCE, SESSION, STALL_NONCE, Server, Setting, soon};

/// Shorter than anybody who would wait.
const SHORT: Duration = Duration::from_millis(50);

/// Longer than a test may take.
const NEVER: Duration = Duration::from_secs(3_600);

type Socket = WebSocketStream<TcpStream>;

async fn connect(
    address: SocketAddr,
    path: &str,
    origin: &str,
    cookie: &str,
) -> Result<Socket, Error> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("Origin", origin.parse().unwrap());
    headers.insert("Cookie", cookie.parse().unwrap());
    let stream = TcpStream::connect(address).await.unwrap();
    client_async(request, stream)
        .await
        .map(|(socket, _)| socket)
}

/// A citizen's WebSocket, of which the control task has heard.
async fn citizen(server: &mut Server) -> Socket {
    let cookie = format!("ventanilla_citizen={SESSION}");
    let socket = connect(server.address, "/ws/citizen", &server.origin(), &cookie)
        .await
        .unwrap();
    let opened = server.hear().await;
    assert!(
        matches!(opened, FromConnection::Opened { app: App::Citizen, ref session, .. } if session.0 == SESSION)
    );
    socket
}

/// Next message that is not a ping; none at the end.
async fn next(socket: &mut Socket) -> Option<Message> {
    loop {
        match soon(socket.next()).await {
            Some(Ok(Message::Ping(_))) => {}
            Some(Ok(message)) => return Some(message),
            Some(Err(_)) | None => return None,
        }
    }
}

fn code(message: &Message) -> String {
    let said: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
    assert_eq!(said["type"], "refused");
    said["refusal"]["code"].as_str().unwrap().to_owned()
}

fn closed_with(message: Option<Message>) -> Option<CloseCode> {
    match message {
        Some(Message::Close(frame)) => frame.map(|frame| frame.code),
        _ => None,
    }
}

fn ping(nonce: u32) -> Message {
    Message::text(format!(r#"{{"type":"ping","nonce":{nonce}}}"#))
}

#[tokio::test]
async fn messages_go_to_the_control_thread_and_back() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    socket.send(ping(5)).await.unwrap();
    assert!(matches!(
        server.hear().await,
        FromConnection::Citizen(_, FromCitizen::Person(FromPerson::Ping { nonce: 5 }))
    ));
    assert_eq!(
        next(&mut socket).await.unwrap().to_text().unwrap(),
        r#"{"type":"pong","nonce":5,"now_ms":0}"#
    );
    socket
        .send(Message::text(r#"{"type":"finish_turn"}"#))
        .await
        .unwrap();
    assert_eq!(
        closed_with(next(&mut socket).await),
        Some(CloseCode::Normal)
    );
    server.hear().await;
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
}

#[tokio::test]
async fn a_lost_line_is_told_once() {
    let mut server = Server::start(Setting::default()).await;
    drop(citizen(&mut server).await);
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
    assert!(server.heard.try_recv().is_err());
}

#[tokio::test]
async fn another_page_cannot_open_one() {
    let mut server = Server::start(Setting::default()).await;
    let cookie = format!("ventanilla_citizen={SESSION}");
    for origin in ["https://evil.example", "null"] {
        let refused = connect(server.address, "/ws/citizen", origin, &cookie).await;
        assert!(matches!(refused, Err(Error::Http(answer)) if answer.status() == 403));
    }
    assert!(
        server.heard.try_recv().is_err(),
        "the control thread heard nothing of it"
    );
}

#[tokio::test]
async fn without_a_session_it_is_told_and_closed() {
    let mut server = Server::start(Setting::default()).await;
    // An operator's cookie opens no citizen's WebSocket.
    let cookie = format!("ventanilla_operator={SESSION}");
    let mut socket = connect(server.address, "/ws/citizen", &server.origin(), &cookie)
        .await
        .unwrap();
    assert_eq!(code(&next(&mut socket).await.unwrap()), "no_session");
    assert_eq!(
        closed_with(next(&mut socket).await),
        Some(CloseCode::Policy)
    );
    assert!(server.heard.try_recv().is_err());
}

#[tokio::test]
async fn a_citizen_cannot_express_what_an_operator_says() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    for message in [
        r#"{"type":"admit","participant":1}"#,
        r#"{"type":"hang_up","extra":1}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"ping","nonce":-1}"#,
        "",
        "[[[[[[[[",
    ] {
        socket.send(Message::text(message)).await.unwrap();
        assert_eq!(
            code(&next(&mut socket).await.unwrap()),
            "malformed",
            "{message}"
        );
    }
    socket.send(ping(1)).await.unwrap();
    assert!(matches!(
        server.hear().await,
        FromConnection::Citizen(_, FromCitizen::Person(FromPerson::Ping { nonce: 1 }))
    ));
}

#[tokio::test]
async fn who_goes_on_with_nonsense_is_closed() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    // More than the server reads before it closes: what it says at the end must arrive all the same.
    for _ in 0..5_000 {
        socket.feed(Message::text("nonsense")).await.unwrap();
    }
    socket.flush().await.unwrap();
    let mut codes = Vec::new();
    let end = loop {
        match next(&mut socket).await {
            Some(message @ Message::Text(_)) => codes.push(code(&message)),
            end => break end,
        }
    };
    assert_eq!(codes, ["malformed"; 8]);
    assert_eq!(closed_with(end), Some(CloseCode::Policy));
    // Not a reset: that makes some systems throw away what they had received.
    assert!(
        soon(socket.next())
            .await
            .is_none_or(|end| matches!(end, Err(Error::ConnectionClosed)))
    );
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
}

#[tokio::test]
async fn a_flood_is_refused_then_closed() {
    let limits = config::Limits {
        messages_per_second: 5,
        ..config::Limits::default()
    };
    let mut server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let mut socket = citizen(&mut server).await;
    for nonce in 0..500 {
        if socket.feed(ping(nonce)).await.is_err() {
            break;
        }
    }
    socket.flush().await.ok();
    let mut codes = Vec::new();
    while let Some(Message::Text(text)) = next(&mut socket).await {
        if !text.contains("pong") {
            codes.push(code(&Message::Text(text)));
        }
    }
    assert!(
        !codes.is_empty() && codes.iter().all(|code| code == "too_fast"),
        "{codes:?}"
    );
    let mut heard = 0;
    while !matches!(server.hear().await, FromConnection::Closed(_)) {
        heard += 1;
    }
    assert!((10..100).contains(&heard), "{heard} of 500 passed");
}

#[tokio::test]
async fn pongs_that_nobody_asked_for_are_a_flood_too() {
    let mut server = Server::start(Setting {
        limits: config::Limits {
            messages_per_second: 5,
            ..config::Limits::default()
        },
        ..Setting::default()
    })
    .await;
    let mut socket = citizen(&mut server).await;
    for moment in 0..500_u64 {
        let payload = moment.to_be_bytes().to_vec();
        if socket.feed(Message::Pong(payload.into())).await.is_err() {
            break;
        }
    }
    socket.flush().await.ok();
    let mut codes = Vec::new();
    while let Some(Message::Text(text)) = next(&mut socket).await {
        codes.push(code(&Message::Text(text)));
    }
    assert!(
        !codes.is_empty() && codes.iter().all(|code| code == "too_fast"),
        "{codes:?}"
    );
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
}

#[tokio::test]
async fn a_message_too_long_is_refused_and_closed() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    let with_text = |text: &str| format!(r#"{{"type":"chat","text":"{text}"}}"#);
    let longest = with_text(&"x".repeat(MESSAGE_BYTES_MAX - with_text("").len()));
    assert_eq!(longest.len(), MESSAGE_BYTES_MAX);
    socket.send(Message::text(longest)).await.unwrap();
    assert!(matches!(
        server.hear().await,
        FromConnection::Citizen(_, FromCitizen::Person(FromPerson::Chat { .. }))
    ));
    socket
        .send(Message::text("x".repeat(MESSAGE_BYTES_MAX + 1)))
        .await
        .unwrap();
    assert_eq!(code(&next(&mut socket).await.unwrap()), "too_long");
    assert_eq!(closed_with(next(&mut socket).await), Some(CloseCode::Size));
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
}

#[tokio::test]
async fn a_message_beyond_all_measure_is_not_even_read() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    // A text frame that announces 2^40 bytes, masked.
    let mut frame = vec![0x81, 0xff];
    frame.extend_from_slice(&(1_u64 << 40).to_be_bytes());
    frame.extend_from_slice(&[1, 2, 3, 4]);
    socket.get_mut().write_all(&frame).await.unwrap();
    assert_eq!(
        closed_with(next(&mut socket).await),
        Some(CloseCode::Protocol)
    );
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
}

#[tokio::test]
async fn binary_messages_are_refused_and_closed() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    socket.send(Message::binary(vec![0; 10])).await.unwrap();
    assert_eq!(code(&next(&mut socket).await.unwrap()), "malformed");
    assert_eq!(
        closed_with(next(&mut socket).await),
        Some(CloseCode::Unsupported)
    );
}

#[tokio::test]
async fn unmasked_and_broken_frames_end_the_connection() {
    for frame in [
        &[0x81_u8, 0x02, b'{', b'}'][..],
        &[0x83, 0x80, 0, 0, 0, 0],
        &[0xff; 16],
    ] {
        let mut server = Server::start(Setting::default()).await;
        let mut socket = citizen(&mut server).await;
        socket.get_mut().write_all(frame).await.unwrap();
        assert!(
            matches!(server.hear().await, FromConnection::Closed(_)),
            "{frame:?}"
        );
    }
}

/// Asks for 60 MB or more and reads nothing of them.
async fn who_does_not_read_is_closed(patience: Patience, nonce: u32) {
    let setting = Setting {
        patience,
        ..Setting::default()
    };
    let mut server = Server::start(setting).await;
    let mut slow = citizen(&mut server).await;
    let mut other = citizen(&mut server).await;
    slow.send(ping(nonce)).await.unwrap();
    other.send(ping(1)).await.unwrap();
    let answer = next(&mut other).await.unwrap();
    assert_eq!(
        answer.to_text().unwrap(),
        r#"{"type":"pong","nonce":1,"now_ms":0}"#,
        "the other one is answered"
    );
    while !matches!(server.hear().await, FromConnection::Closed(_)) {}
    let mut rest = Vec::new();
    soon(slow.get_mut().read_to_end(&mut rest)).await.ok();
    assert!(rest.len() < 60_000_000, "cut short");
}

#[tokio::test]
async fn whose_outbox_is_full_is_closed_at_once() {
    let patience = Patience {
        write: NEVER,
        silence: NEVER,
        ..Patience::default()
    };
    who_does_not_read_is_closed(patience, FLOOD_NONCE).await;
}

#[tokio::test]
async fn who_takes_too_long_to_read_is_closed() {
    let patience = Patience {
        write: SHORT,
        silence: NEVER,
        ..Patience::default()
    };
    who_does_not_read_is_closed(patience, STALL_NONCE).await;
}

#[tokio::test]
async fn who_falls_silent_is_closed() {
    let patience = Patience {
        ping: SHORT,
        silence: SHORT,
        ..Patience::default()
    };
    let mut server = Server::start(Setting {
        patience,
        ..Setting::default()
    })
    .await;
    let socket = citizen(&mut server).await;
    // It stays open, but nobody answers the pings.
    assert!(matches!(server.hear().await, FromConnection::Closed(_)));
    drop(socket);
}

#[tokio::test]
async fn closing_the_server_says_goodbye() {
    let mut server = Server::start(Setting::default()).await;
    let mut socket = citizen(&mut server).await;
    server.close();
    assert_eq!(closed_with(next(&mut socket).await), Some(CloseCode::Away));
    assert!(next(&mut socket).await.is_none());
    let address = server.address;
    server.ended().await;
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}
