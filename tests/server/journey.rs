//! The main job without media: from the door to the access log.

use serde_json::json;
use signalling::protocol::{
    call::RecordingState,
    citizen::{CitizenStep, FromCitizen, ToCitizen},
    operator::{AfterClose, FromOperator, OperatorStep, ToOperator, VisitResult},
    person::{FromPerson, ToPerson},
};

use crate::{
    client::{Citizen, DEVICE, Operator, ask, into_the_call, sign_in, take_turn},
    process::Process,
};

#[tokio::test]
async fn a_visit_from_the_door_to_the_access_log() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;

    let mut operator =
        Operator::open(server, &sign_in(server, "operator", "operador1").await).await;
    operator.say(&FromOperator::Seek {}).await;
    operator
        .until("seeking", |view| {
            matches!(view.step, OperatorStep::Seeking { .. }).then_some(())
        })
        .await;
    let (cookie, turno_code) = take_turn(server, 7).await;
    let mut citizen = Citizen::open(server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: crate::client::ON,
            line: None,
        })
        .await;
    into_the_call(&mut citizen, &mut operator).await;

    citizen
        .say(&FromCitizen::Person(FromPerson::Chat {
            text: "Buen día".to_owned(),
        }))
        .await;
    loop {
        match operator.socket.next().await {
            Some(ToOperator::Person(ToPerson::Chat { line })) => {
                break assert_eq!(
                    (line.number, line.from, line.text.as_str()),
                    (1, 1, "Buen día")
                );
            }
            Some(_other) => {}
            None => panic!("closed before the chat"),
        }
    }
    operator.say(&FromOperator::EndMeeting {}).await;
    operator
        .until("the form", |view| {
            matches!(view.step, OperatorStep::WrapUp { .. }).then_some(())
        })
        .await;
    let notes = "Trajo el formulario".to_owned();
    operator
        .say(&FromOperator::Close {
            result: VisitResult::Success,
            notes,
            then: AfterClose::Interrupt,
        })
        .await;
    citizen
        .until("closed", |view| {
            matches!(view.step, CitizenStep::Closed {}).then_some(())
        })
        .await;

    the_record_tells_it(server, &turno_code).await;

    // Sealed means sealed: nowhere below the data folder stands a name, a document or a line of chat in clear.
    let status = process.terminate();
    assert!(status.success(), "{status}");
    for secret in ["Ana Paz", "20.345.678", "Buen día", "Trajo el formulario"] {
        assert_eq!(
            files_with(data.path(), secret),
            Vec::<std::path::PathBuf>::new(),
            "{secret}"
        );
    }
}

/// Compliance finds the visit, opens it, and both stand in the access log.
async fn the_record_tells_it(server: std::net::SocketAddr, turno_code: &str) {
    let compliance = sign_in(server, "office", "cumplimiento").await;
    let search =
        json!({ "reason": "reclamo 12", "code": turno_code, "from_day": "", "to_day": "" });
    let found = ask(
        server,
        "POST",
        "/api/records/search",
        Some(&compliance),
        Some(search),
    )
    .await;
    assert_eq!(
        found.body["records"][0]["result"], "success",
        "{}",
        found.body
    );
    let record = found.body["records"][0]["record"]
        .as_str()
        .unwrap()
        .to_owned();
    let open = json!({ "record": record, "reason": "reclamo 12" });
    let detail = ask(
        server,
        "POST",
        "/api/records/open",
        Some(&compliance),
        Some(open),
    )
    .await
    .body;
    assert_eq!(
        (detail["name"].as_str(), detail["notes"].as_str()),
        (Some("Ana Paz"), Some("Trajo el formulario")),
        "{detail}"
    );
    assert_eq!(detail["chat"][0]["text"], "Buen día");
    assert!(
        detail["acceptances"][0]["paragraphs"][0]
            .as_str()
            .unwrap()
            .contains("va a ser grabada")
    );
    assert_eq!(detail["intact"], true);
    let log = ask(
        server,
        "GET",
        "/api/records/access",
        Some(&compliance),
        None,
    )
    .await
    .body;
    let actions: Vec<&str> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    assert_eq!(actions, ["open", "search"]);
}

fn files_with(folder: &std::path::Path, text: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if std::fs::read(&path)
            .unwrap()
            .windows(text.len())
            .any(|window| window == text.as_bytes())
        {
            found.push(path);
        }
    }
    found
}

#[tokio::test]
async fn a_second_device_is_refused_and_the_first_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let (cookie, _) = take_turn(process.server, 1).await;
    let mut first = Citizen::open(process.server, &cookie, DEVICE).await;
    first.wait_in_line().await;
    let mut second = Citizen::open(process.server, &cookie, "device0000000002").await;
    assert_eq!(
        second.refusal().await.code,
        signalling::protocol::call::RefusalCode::OtherDevice
    );
    assert_eq!(second.next().await, None, "closed");
    first
        .say(&FromCitizen::Person(FromPerson::Ping { nonce: 9 }))
        .await;
    loop {
        match first.next().await {
            Some(ToCitizen::Person(ToPerson::Pong { nonce: 9, .. })) => break,
            Some(_other) => {}
            None => panic!("the first was closed"),
        }
    }
    process.kill();
}

/// Where the recorder cannot write, both people are told that the call is not recorded, and the call goes on.
#[tokio::test]
async fn a_call_whose_recording_cannot_begin_says_so() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let server = process.server;
    let records = data.path().join("records");
    std::fs::remove_dir_all(&records).unwrap();
    std::fs::write(&records, "not a folder").unwrap();

    let mut operator =
        Operator::open(server, &sign_in(server, "operator", "operador1").await).await;
    operator.say(&FromOperator::Seek {}).await;
    let (cookie, _) = take_turn(server, 7).await;
    let mut citizen = Citizen::open(server, &cookie, DEVICE).await;
    citizen
        .say(&FromCitizen::Confirm {
            devices: crate::client::ON,
            line: None,
        })
        .await;
    into_the_call(&mut citizen, &mut operator).await;
    let failed = |recording: RecordingState| (recording == RecordingState::Failed).then_some(());
    citizen
        .until("told of the recording", |view| match view.step {
            CitizenStep::InCall { recording, .. } => failed(recording),
            _ => None,
        })
        .await;
    operator
        .until("told of the recording", |view| match view.step {
            OperatorStep::InCall { recording, .. } => failed(recording),
            _ => None,
        })
        .await;
    operator.say(&FromOperator::EndMeeting {}).await;
    operator
        .until("the form", |view| {
            matches!(view.step, OperatorStep::WrapUp { .. }).then_some(())
        })
        .await;
}
