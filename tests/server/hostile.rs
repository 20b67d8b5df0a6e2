//! What no page of ours sends, over real sockets: answered, and nobody else notices.

use signalling::protocol::{
    MESSAGE_BYTES_MAX,
    call::RefusalCode,
    citizen::{FromCitizen, ToCitizen},
    operator::FromOperator,
    person::{FromPerson, ToPerson},
};

use crate::{
    client::{Citizen, DEVICE, Operator, ask, sign_in, take_turn},
    process::Process,
};

#[tokio::test]
async fn malformed_oversize_and_foreign_messages_are_refused() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;
    let (bystander_cookie, _) = take_turn(server, 1).await;
    let mut bystander = Citizen::open(server, &bystander_cookie, DEVICE).await;
    bystander.wait_in_line().await;

    for (message, expected) in [
        ("{".to_owned(), Some(RefusalCode::Malformed)),
        (
            r#"{"type":"nonsense"}"#.to_owned(),
            Some(RefusalCode::Malformed),
        ),
        (
            r#"{"type":"ping","nonce":1,"more":true}"#.to_owned(),
            Some(RefusalCode::Malformed),
        ),
        // An operator's command cannot even be said by a citizen.
        (
            r#"{"type":"admit","participant":1}"#.to_owned(),
            Some(RefusalCode::Malformed),
        ),
        (
            format!(
                r#"{{"type":"chat","text":"{}"}}"#,
                "x".repeat(MESSAGE_BYTES_MAX)
            ),
            None,
        ),
    ] {
        let (cookie, _) = take_turn(server, 1).await;
        let mut citizen = Citizen::open(server, &cookie, DEVICE).await;
        citizen.until("the first view", |_| Some(())).await;
        citizen.socket.send_text(message.clone()).await;
        let refused = loop {
            match citizen.next().await {
                Some(ToCitizen::Person(ToPerson::Refused { refusal })) => break Some(refusal.code),
                Some(_other) => {}
                None => break None,
            }
        };
        // An oversize message may end the connection before its refusal can be read.
        match expected {
            Some(code) => assert_eq!(refused, Some(code), "{message}"),
            None => assert!(
                matches!(refused, None | Some(RefusalCode::TooLong)),
                "{refused:?}"
            ),
        }
    }

    bystander
        .say(&FromCitizen::Person(FromPerson::Ping { nonce: 4 }))
        .await;
    loop {
        match bystander.next().await {
            Some(ToCitizen::Person(ToPerson::Pong { nonce: 4, .. })) => break,
            Some(ToCitizen::Visit { .. }) => {}
            other => panic!("the bystander noticed: {other:?}"),
        }
    }
    process.kill();
}

#[tokio::test]
async fn out_of_order_messages_are_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;
    let (cookie, _) = take_turn(server, 1).await;
    let mut citizen = Citizen::open(server, &cookie, DEVICE).await;
    for (message, about) in [
        (FromCitizen::HangUp {}, "hang_up"),
        (FromCitizen::ReturnToCall {}, "return_to_call"),
        (
            FromCitizen::Person(FromPerson::Offer {
                attempt: 1,
                sdp: "v=0".to_owned(),
            }),
            "offer",
        ),
        (
            FromCitizen::Person(FromPerson::Chat {
                text: "hola".to_owned(),
            }),
            "chat",
        ),
    ] {
        citizen.say(&message).await;
        let refusal = citizen.refusal().await;
        assert_eq!(
            (refusal.code, refusal.about.as_str()),
            (RefusalCode::OutOfOrder, about)
        );
    }
    let mut operator =
        Operator::open(server, &sign_in(server, "operator", "operador1").await).await;
    for message in [
        FromOperator::Start {},
        FromOperator::Admit { participant: 1 },
        FromOperator::EndMeeting {},
        FromOperator::ResumeCall {},
    ] {
        operator.say(&message).await;
        assert_eq!(operator.refusal().await.code, RefusalCode::OutOfOrder);
    }
    process.kill();
}

#[tokio::test]
async fn each_door_wants_its_own_cookie() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;
    let operator = sign_in(server, "operator", "operador1").await;
    let supervisor = sign_in(server, "office", "supervisor").await;
    for cookie in [None, Some(operator.as_str()), Some(supervisor.as_str())] {
        let answer = ask(server, "GET", "/api/records/access", cookie, None).await;
        assert!(
            matches!(answer.status, 401 | 403),
            "{cookie:?}: {}",
            answer.status
        );
    }
    let wrong = serde_json::json!({ "account": "cumplimiento", "password": "demo-operador1" });
    assert_eq!(
        ask(server, "POST", "/api/office/session", None, Some(wrong))
            .await
            .status,
        401
    );
    process.kill();
}
