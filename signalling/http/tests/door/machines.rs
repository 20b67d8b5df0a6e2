//! The door of second machines: a short code comes in a body, becomes a cookie, and cannot be guessed at speed.

use crate::{
    client::Answer,
    control::{CODE, Server, Setting},
    http::cookie,
};

async fn enter(server: &Server, code: &str) -> Answer {
    let body = serde_json::json!({ "code": code }).to_string();
    server.send("POST", "/api/machines", &body).await
}

#[tokio::test]
async fn a_code_becomes_a_cookie_that_ends_with_the_browser() {
    let server = Server::start(Setting::default()).await;
    for typed in [
        CODE.to_owned(),
        format!("{}-{} {}", &CODE[..3], &CODE[3..6], &CODE[6..]),
    ] {
        let answer = enter(&server, &typed).await;
        assert_eq!(answer.status, 204, "{typed}");
        let expected = format!("{}; Path=/; HttpOnly; SameSite=Strict", cookie("machine"));
        assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
        assert_eq!(answer.text(), "");
    }
}

#[tokio::test]
async fn guessing_a_code_is_slow_and_whatever_is_wrong_has_one_answer() {
    let limits = config::Limits {
        sign_ins_per_minute: 3,
        ..config::Limits::default()
    };
    let server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let mut answers = Vec::new();
    for guess in ["019450731", "1", "ninguno"] {
        answers.push(enter(&server, guess).await);
    }
    for answer in &answers {
        assert_eq!((answer.status, answer.code().as_str()), (410, "wrong_code"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    let right = enter(&server, CODE).await;
    assert_eq!((right.status, right.code().as_str()), (429, "too_fast"));
    assert_eq!(right.header("set-cookie"), None);
}
