//! WHIP at the door of the real server: who is refused, and how.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{client::take_turn, process::Process};

/// A request of a program: without Origin, with these lines of header.
async fn ask(server: SocketAddr, request: &str, headers: &str, body: &str) -> (u16, String, Value) {
    let length = body.len();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (
        status,
        head.to_lowercase(),
        serde_json::from_str(body).unwrap_or_default(),
    )
}

#[tokio::test]
async fn programs_are_refused_with_what_was_found_and_what_is_allowed() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let (cookie, _) = take_turn(process.server, 1).await;
    let session = cookie.split_once('=').unwrap().1;
    let server = process.server;
    let page = format!("Cookie: {cookie}\r\nOrigin: http://{server}\r\n");
    let (status, _, access) = ask(server, "POST /api/visits/mine/program", &page, "").await;
    let (status_again, _, again) = ask(server, "POST /api/visits/mine/program", &page, "").await;
    assert_eq!((status, status_again, &again), (201, 201, &access));
    let token = access["token"].as_str().unwrap();
    assert_ne!(token, session);
    let sdp = "Content-Type: application/sdp\r\n";
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let own = format!("{bearer}{sdp}");
    let fragment = format!("{bearer}Content-Type: application/trickle-ice-sdpfrag\r\n");
    let patch = format!("{fragment}If-Match: *\r\n");
    let as_session = format!("Authorization: Bearer {session}\r\n{sdp}");
    let cookie_alone = format!("Cookie: {cookie}\r\n{sdp}");
    for (request, headers, body, status) in [
        ("POST /whip", sdp, "v=0", 401),
        (
            "POST /whep",
            "Authorization: Bearer nobody\r\nContent-Type: application/sdp\r\n",
            "v=0",
            401,
        ),
        ("POST /whip", cookie_alone.as_str(), "v=0", 401),
        ("POST /whip", as_session.as_str(), "v=0", 401),
        ("POST /whip", bearer.as_str(), "v=0", 415),
        ("POST /whip", own.as_str(), "v=0", 409),
        (
            "PATCH /whip/7",
            fragment.as_str(),
            "a=ice-ufrag:abcd\r\n",
            428,
        ),
        ("PATCH /whip/7", patch.as_str(), "no credentials", 422),
        ("PATCH /whip/7", patch.as_str(), "a=ice-ufrag:abcd\r\n", 404),
        ("DELETE /whip/7", bearer.as_str(), "", 404),
        ("DELETE /whep/xyz", bearer.as_str(), "", 404),
        ("GET /whip", bearer.as_str(), "", 405),
    ] {
        let (found, head, problem) = ask(process.server, request, headers, body).await;
        assert_eq!(found, status, "{request}: {problem}");
        assert!(
            head.contains("content-type: application/problem+json"),
            "{head}"
        );
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            head.contains("www-authenticate: bearer"),
            status == 401,
            "{head}"
        );
    }
    let (_, _, problem) = ask(process.server, "POST /whip", &own, "v=0").await;
    assert_eq!(
        (&problem["found"], &problem["allowed"]),
        (&"verifying".into(), &"called, in_call".into())
    );
    let (status, head, _) = ask(process.server, "OPTIONS /whep", "", "").await;
    assert_eq!(
        (status, head.contains("accept-post: application/sdp")),
        (204, true)
    );
    process.kill();
}
