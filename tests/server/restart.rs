//! kill -9 and again: nothing that anyone was told is missing.

use signalling::protocol::{
    citizen::{CitizenStep, FromCitizen},
    operator::{FromOperator, OperatorStep},
    person::{FromPerson, ToPerson},
};

use crate::{
    client::{Citizen, DEVICE, Operator, ask, into_the_call, place, sign_in, take_turn},
    process::Process,
};

#[tokio::test]
async fn everybody_who_waits_has_his_place_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let mut before = Vec::new();
    for _ in 0..3 {
        let (cookie, turno_code) = take_turn(process.server, 1).await;
        let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
        before.push((cookie, turno_code, citizen.wait_in_line().await));
    }
    process.kill();

    let process = Process::start(data.path());
    for (cookie, turno_code, (display_code, position)) in &before {
        let mut citizen = Citizen::open(process.server, cookie, DEVICE).await;
        let found = citizen
            .until("waiting", |view| {
                Some((view.turno_code.clone(), view.name.clone(), place(view)?))
            })
            .await;
        assert_eq!(
            found,
            (
                turno_code.clone(),
                "Ana Paz".to_owned(),
                (display_code.clone(), *position)
            )
        );
    }
    // The next one stands behind them, with the next code.
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    assert_eq!(citizen.wait_in_line().await, ("A4".to_owned(), 4));
    process.kill();
}

#[tokio::test]
async fn a_call_goes_on_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let operator_cookie = sign_in(process.server, "operator", "operador1").await;
    let mut operator = Operator::open(process.server, &operator_cookie).await;
    operator.say(&FromOperator::Seek {}).await;
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: crate::client::ON,
            line: None,
        })
        .await;
    into_the_call(&mut citizen, &mut operator).await;
    citizen
        .say(&FromCitizen::Person(FromPerson::Chat {
            text: "queda guardado".to_owned(),
        }))
        .await;
    loop {
        use signalling::protocol::citizen::ToCitizen;
        match citizen.next().await {
            Some(ToCitizen::Person(ToPerson::Chat { .. })) => break,
            Some(_other) => {}
            None => panic!("closed before the chat"),
        }
    }
    process.kill();

    let process = Process::start(data.path());
    let mut operator = Operator::open(process.server, &operator_cookie).await;
    let mut citizen = Citizen::open(process.server, &cookie, DEVICE).await;
    citizen
        .until("in call", |view| {
            (matches!(view.step, CitizenStep::InCall { .. }) && view.offer_wanted).then_some(())
        })
        .await;
    loop {
        use signalling::protocol::citizen::ToCitizen;
        match citizen.next().await {
            Some(ToCitizen::Person(ToPerson::ChatHistory { lines })) => {
                break assert_eq!(lines[0].text, "queda guardado");
            }
            Some(_other) => {}
            None => panic!("closed before the history"),
        }
    }
    let here = |step: &OperatorStep| {
        matches!(
            step,
            OperatorStep::InCall {
                citizen_away_since_ms: None,
                ..
            }
        )
    };
    operator
        .until("in call", |view| {
            (here(&view.step) && view.offer_wanted).then_some(())
        })
        .await;
    process.kill();
}

#[tokio::test]
async fn sessions_and_accounts_outlive_the_server_and_an_end_is_clean() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let cookie = sign_in(process.server, "office", "admin").await;
    let out = sign_in(process.server, "office", "editor").await;
    assert_eq!(
        ask(
            process.server,
            "DELETE",
            "/api/office/session",
            Some(&out),
            None
        )
        .await
        .status,
        204
    );
    let status = process.terminate();
    assert!(status.success(), "{status}");

    let process = Process::start(data.path());
    let account = ask(
        process.server,
        "GET",
        "/api/office/session",
        Some(&cookie),
        None,
    )
    .await;
    assert_eq!(
        (account.status, account.body["role"].as_str()),
        (200, Some("admin"))
    );
    assert_eq!(
        ask(
            process.server,
            "GET",
            "/api/office/session",
            Some(&out),
            None
        )
        .await
        .status,
        401
    );
    process.kill();
}
