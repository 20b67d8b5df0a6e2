//! The door of guests: a link's secret comes in a body, becomes a cookie, and cannot be guessed at speed.

use crate::{
    client::Answer,
    control::{SESSION, Server, Setting},
    http::cookie,
};

async fn enter(server: &Server, token: &str) -> Answer {
    let body = serde_json::json!({ "token": token }).to_string();
    server.send("POST", "/api/invitations", &body).await
}

#[tokio::test]
async fn a_link_becomes_a_cookie_that_scripts_cannot_read() {
    let server = Server::start(Setting::default()).await;
    let answer = enter(&server, SESSION).await;
    assert_eq!(answer.status, 204);
    let expected = format!(
        "{}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400",
        cookie("guest")
    );
    assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
    assert_eq!(answer.text(), "", "the secret is repeated nowhere");
}

#[tokio::test]
async fn guessing_a_link_is_slow_and_tells_nothing() {
    let limits = config::Limits {
        sign_ins_per_minute: 1,
        ..config::Limits::default()
    };
    let server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let well_formed = enter(&server, &"x".repeat(22)).await;
    let nonsense = enter(&server, "?").await;
    assert_eq!((well_formed.status, nonsense.status), (410, 410));
    // What it is about is the test's stand-in for the control thread.
    assert_eq!(well_formed.code(), nonsense.code());
    for _ in 2..10 {
        assert_eq!(enter(&server, &"y".repeat(22)).await.status, 410);
    }
    let right = enter(&server, SESSION).await;
    assert_eq!((right.status, right.code().as_str()), (429, "too_fast"));
    assert_eq!(right.header("set-cookie"), None);
}
