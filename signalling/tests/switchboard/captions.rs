//! Captions: what a recogniser of the office posts reaches everybody in the call, and nobody else speaks there.

use signalling::{
    ProgramToken,
    protocol::{
        CAPTION_CHARS_MAX,
        call::RefusalCode,
        caption::{Caption, PostCaption},
        citizen::FromCitizen,
        operator::FromOperator,
        person::ToPerson,
    },
    request::{App, ConnectionId, Reply, Request, SessionToken, ToConnection},
};

use crate::{
    guests,
    stage::{KEPT, Stage},
};

/// Updates that come at once before a call's rate holds.
const AT_ONCE: usize = 20;

fn token(stage: &mut Stage, app: App, session: &SessionToken) -> ProgramToken {
    let session = session.clone();
    let request = stage.ask(Request::Program { app, session });
    match &stage.replies[&request] {
        Reply::Program(access) => ProgramToken(access.token.clone()),
        other => panic!("{other:?}"),
    }
}

/// A call with a recogniser: citizen, his session, operator, the operator's token for programs.
fn recognised(stage: &mut Stage) -> (ConnectionId, SessionToken, ConnectionId, ProgramToken) {
    let account = stage.sign_in(App::Operator, "ana");
    let (citizen, session, operator) = stage.call(KEPT);
    stage.connect_citizen(citizen);
    let token = token(stage, App::Operator, &account);
    (citizen, session, operator, token)
}

fn says(participant: u8, text: &str, done: bool) -> PostCaption {
    PostCaption {
        participant,
        text: text.to_owned(),
        done,
        language: None,
    }
}

/// Posts; none when it was taken, else why not and of what.
fn post(
    stage: &mut Stage,
    token: &ProgramToken,
    caption: PostCaption,
) -> Option<(RefusalCode, String)> {
    let token = token.clone();
    let request = stage.ask(Request::Caption { token, caption });
    match &stage.replies[&request] {
        Reply::Done => None,
        Reply::Refused(refusal) => Some((refusal.code, refusal.about.clone())),
        other => panic!("{other:?}"),
    }
}

fn refused(code: RefusalCode, about: &str) -> Option<(RefusalCode, String)> {
    Some((code, about.to_owned()))
}

/// The captions that a page was told.
fn read(stage: &Stage, page: ConnectionId) -> Vec<&Caption> {
    let told = stage.told(page).iter();
    told.filter_map(|one| match one {
        ToConnection::Person(ToPerson::Caption { line }) => Some(line),
        _ => None,
    })
    .collect()
}

#[test]
fn everybody_in_the_call_sees_a_line_grow_and_nobody_else_does() {
    let mut stage = Stage::new();
    let (citizen, _, operator, token) = recognised(&mut stage);
    let (waits, _) = stage.waiting_citizen(KEPT);
    let (guest, _) = guests::waiting(&mut stage, citizen);
    let mut language = says(2, "buenos días", true);
    language.language = Some("es-AR".to_owned());
    for caption in [says(2, "buenos", false), language, says(2, "¿me", false)] {
        assert_eq!(post(&mut stage, &token, caption), None);
    }
    let line = |number, text: &str, done, language: Option<&str>| Caption {
        participant: 2,
        number,
        text: text.to_owned(),
        done,
        language: language.map(str::to_owned),
    };
    let expected = [
        line(1, "buenos", false, None),
        line(1, "buenos días", true, Some("es-AR")),
        line(2, "¿me", false, None),
    ];
    for page in [citizen, operator] {
        let read: Vec<Caption> = read(&stage, page).into_iter().cloned().collect();
        assert_eq!(read, expected);
    }
    assert!(read(&stage, guest).is_empty(), "he is not let in");
    assert!(read(&stage, waits).is_empty(), "another visit");
    let facts = stage.facts().len();
    let sealed = stage.sealed.len();
    stage.operator_says(operator, FromOperator::Admit { participant: 3 });
    let admitted = (stage.facts().len(), stage.sealed.len());
    assert_eq!(admitted.0, facts + 1, "the admission");
    assert!(
        read(&stage, guest).is_empty(),
        "what was said is kept nowhere"
    );
    assert_eq!(post(&mut stage, &token, says(3, "I sign", true)), None);
    let latest = |page| read(&stage, page).last().map(|line| line.participant);
    assert_eq!([citizen, operator, guest].map(latest), [Some(3); 3]);
    assert_eq!((stage.facts().len(), stage.sealed.len()), admitted);
    assert!(admitted.1 >= sealed);
}

#[test]
fn only_the_operators_program_puts_words_into_a_mouth() {
    let mut stage = Stage::new();
    let (citizen, session, _, operators) = recognised(&mut stage);
    let citizens = token(&mut stage, App::Citizen, &session);
    let forbidden = refused(RefusalCode::Forbidden, "authorization");
    let nobody = refused(RefusalCode::NoSession, "authorization");
    assert_eq!(
        post(&mut stage, &citizens, says(2, "le apruebo todo", true)),
        forbidden
    );
    let (_, other) = stage.waiting_citizen(KEPT);
    let others = token(&mut stage, App::Citizen, &other);
    // The operator's place of a visit that has no operator, and of this one by another tag.
    for forged in [
        others.0.replace(".1.", ".2."),
        citizens.0.replace(".1.", ".2."),
        session.0,
        String::new(),
    ] {
        let forged = ProgramToken(forged);
        assert_eq!(post(&mut stage, &forged, says(1, "hola", true)), nobody);
    }
    assert_eq!(post(&mut stage, &others, says(1, "hola", true)), forbidden);
    assert!(read(&stage, citizen).is_empty());
    assert_eq!(post(&mut stage, &operators, says(1, "hola", true)), None);
}

#[test]
fn there_are_captions_in_a_call_only_and_of_people_who_are_in_it() {
    let mut stage = Stage::new();
    let account = stage.sign_in(App::Operator, "ana");
    let (citizen, _) = stage.waiting_citizen(KEPT);
    let operator = stage.seeking_operator("ana");
    stage.accept(citizen);
    let token = token(&mut stage, App::Operator, &account);
    let out_of_order = refused(RefusalCode::OutOfOrder, "caption");
    let hello = || says(1, "hola", true);
    assert_eq!(post(&mut stage, &token, hello()), out_of_order, "assigned");
    stage.operator_says(operator, FromOperator::Start {});
    assert_eq!(post(&mut stage, &token, hello()), out_of_order, "called");
    stage.operator_says(operator, FromOperator::Admit { participant: 1 });
    assert_eq!(post(&mut stage, &token, hello()), None);
    guests::waiting(&mut stage, citizen);
    for nobody in [0, 3, 4, 65, 129, 255] {
        assert_eq!(
            post(&mut stage, &token, says(nobody, "hola", true)),
            refused(RefusalCode::OutOfOrder, "participant"),
            "{nobody}"
        );
    }
    stage.citizen_says(citizen, FromCitizen::HangUp {});
    assert_eq!(post(&mut stage, &token, hello()), out_of_order, "hung up");
    stage.operator_says(operator, FromOperator::EndMeeting {});
    let ended = post(&mut stage, &token, hello());
    assert!(ended == out_of_order || ended == refused(RefusalCode::NoSession, "authorization"));
    assert_eq!(read(&stage, citizen).len(), 1);
}

#[test]
fn a_recogniser_gone_wild_is_slowed_and_its_line_still_goes_on() {
    let mut stage = Stage::new();
    let (citizen, _, _, token) = recognised(&mut stage);
    for _ in 0..AT_ONCE {
        assert_eq!(post(&mut stage, &token, says(1, "eh", false)), None);
    }
    assert_eq!(
        post(&mut stage, &token, says(1, "eh", false)),
        refused(RefusalCode::TooFast, "caption")
    );
    assert_eq!(read(&stage, citizen).len(), AT_ONCE);
    stage.pass(1);
    assert_eq!(post(&mut stage, &token, says(1, "eh, sí", true)), None);
    assert_eq!(
        read(&stage, citizen).last().map(|line| line.number),
        Some(1)
    );
}

#[test]
fn what_cannot_be_shown_as_one_line_is_refused_whole() {
    let mut stage = Stage::new();
    let (citizen, _, _, token) = recognised(&mut stage);
    let longest = "ñ".repeat(CAPTION_CHARS_MAX);
    let longer = format!("{longest}a");
    assert_eq!(
        post(&mut stage, &token, says(1, &longer, false)),
        refused(RefusalCode::TooLong, "text")
    );
    for bad in ["dos\nlíneas", "\u{7}", "\u{202e}odasap", "\u{2066}x"] {
        assert_eq!(
            post(&mut stage, &token, says(1, bad, false)),
            refused(RefusalCode::Invalid, "text"),
            "{bad:?}"
        );
    }
    for bad in ["", "es_AR", "es-", "\"><b>", &"a".repeat(36)] {
        let mut caption = says(1, "hola", false);
        caption.language = Some(bad.to_owned());
        assert_eq!(
            post(&mut stage, &token, caption),
            refused(RefusalCode::Invalid, "language"),
            "{bad:?}"
        );
    }
    assert!(read(&stage, citizen).is_empty());
    for good in [longest.as_str(), ""] {
        assert_eq!(post(&mut stage, &token, says(1, good, false)), None);
        assert_eq!(
            read(&stage, citizen).last().map(|line| line.text.as_str()),
            Some(good)
        );
    }
    let shown = format!("{:?}", says(1, "secreto", false));
    assert!(!shown.contains("secreto"), "{shown}");
}
