//! The door of a recogniser: a bearer token, JSON of some size, and nothing that is repeated.

use crate::{
    client::{Answer, exchange, json},
    control::{SESSION, Server, Setting},
};

const CAPTION: &str = r#"{"participant":1,"text":"buenos días","done":false,"language":"es"}"#;

async fn post(server: &Server, token: &str, body: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let headers = [("Authorization", authorization.as_str())];
    exchange(
        server.address,
        &json("POST", "/api/captions", &headers, body),
    )
    .await
}

#[tokio::test]
async fn a_recogniser_needs_its_token_and_no_page() {
    let server = Server::start(Setting::default()).await;
    let answer = post(&server, SESSION, CAPTION).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    for token in ["another", ""] {
        let answer = post(&server, token, CAPTION).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    // A cookie is no token, whatever page it comes from.
    let cookie = format!("ventanilla_operator={SESSION}");
    let headers = [("Cookie", cookie.as_str()), ("Origin", &server.origin())];
    let request = json("POST", "/api/captions", &headers, CAPTION);
    assert_eq!(exchange(server.address, &request).await.status, 401);
    // The way in without an Origin is this path's alone.
    let other = json("POST", "/api/captions/", &[], CAPTION);
    assert_eq!(exchange(server.address, &other).await.status, 403);
}

#[tokio::test]
async fn what_is_no_caption_is_refused_and_never_repeated() {
    let server = Server::start(Setting::default()).await;
    let more = CAPTION.replace("false", "false,\"SECRET\":1");
    let long = CAPTION.replace("buenos", &"SECRET".repeat(1_000));
    let huge = CAPTION.replace(":1", ":1001");
    for (body, status) in [
        ("SECRET", 400),
        (more.as_str(), 400),
        (&long, 413),
        (&huge, 400),
    ] {
        let answer = post(&server, SESSION, body).await;
        assert_eq!(answer.status, status, "{body}");
        assert!(!answer.text().contains("SECRET"), "{}", answer.text());
    }
    let escaped = "\\ud83d\\ude00".repeat(300);
    let answer = post(&server, SESSION, &CAPTION.replace("buenos", &escaped)).await;
    assert_eq!(answer.status, 204, "the longest that signalling may take");
}
