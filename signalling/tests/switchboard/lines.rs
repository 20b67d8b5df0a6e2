//! Lines that are judged unstable: kept first, then shown to both, and forgotten with the call.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks only at what it asks for"
)]

use media::{
    control::{Command, Event as MediaEvent, PeerId},
    quality::{Level, Quality, Relief, Strand},
};
use queue::Fact;
use signalling::{
    protocol::{
        call::{LineLevel, LineRelief, LineState, LineStrand},
        citizen::CitizenStep,
        operator::OperatorStep,
    },
    request::{ConnectionId, ToConnection},
};

use crate::stage::{Disk, KEPT, Stage};

fn judged(stage: &mut Stage, peer: PeerId, level: Level) {
    let mut quality = Quality::default().with(Strand::VoiceUp, level);
    quality.relief = Relief::PictureReduced;
    stage.media_says(MediaEvent::Quality { peer, quality });
}

fn citizens_line_at_citizen(stage: &Stage, citizen: ConnectionId) -> LineState {
    match stage.citizen_step(citizen) {
        CitizenStep::InCall { participants, .. } => participants[0].line.clone(),
        other => panic!("{other:?}"),
    }
}

fn citizens_line_at_operator(stage: &Stage, operator: ConnectionId) -> LineState {
    match stage.operator_step(operator) {
        OperatorStep::InCall { participants, .. } => participants[0].line.clone(),
        other => panic!("{other:?}"),
    }
}

fn unstable() -> LineState {
    LineState {
        level: LineLevel::Unstable,
        troubles: vec![LineStrand::VoiceUp],
        relief: LineRelief::PictureReduced,
    }
}

fn line_facts(stage: &Stage) -> Vec<(u8, queue::LineLevel)> {
    let level = |event: &queue::Event| match event.fact {
        Fact::LineJudged {
            participant, level, ..
        } => Some((participant, level)),
        _ => None,
    };
    stage.events.iter().filter_map(level).collect()
}

#[test]
fn an_unstable_line_is_kept_and_shown_to_who_has_it_and_to_the_operator() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let peer = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    judged(&mut stage, peer, Level::Unstable);
    assert_eq!(citizens_line_at_citizen(&stage, citizen), unstable());
    assert_eq!(citizens_line_at_operator(&stage, operator), unstable());
    judged(&mut stage, peer, Level::Unstable);
    judged(&mut stage, peer, Level::Stable);
    assert_eq!(
        citizens_line_at_operator(&stage, operator).level,
        LineLevel::Stable
    );
    let (unstable, stable) = (queue::LineLevel::Unstable, queue::LineLevel::Stable);
    assert_eq!(
        line_facts(&stage),
        [(1, unstable), (1, stable)],
        "one fact a change"
    );
}

#[test]
fn what_cannot_be_kept_is_not_shown_and_is_kept_as_soon_as_it_can() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let peer = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    stage.disk = Disk::IsFull;
    judged(&mut stage, peer, Level::Unstable);
    assert_eq!(
        citizens_line_at_citizen(&stage, citizen).level,
        LineLevel::Stable
    );
    assert_eq!(line_facts(&stage), []);
    stage.disk = Disk::Works;
    stage.pass(1);
    assert_eq!(citizens_line_at_citizen(&stage, citizen), unstable());
}

#[test]
fn a_new_connection_of_the_person_begins_stable() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let peer = stage.connect_citizen(citizen);
    stage.connect_operator(operator);
    judged(&mut stage, peer, Level::Critical);
    stage.media_says(MediaEvent::Lost { peer });
    stage.pass(1);
    assert_eq!(
        citizens_line_at_operator(&stage, operator).level,
        LineLevel::Stable
    );
}

#[test]
fn the_media_plane_feels_the_pulse_of_a_connected_peers_page() {
    let mut stage = Stage::new();
    let (citizen, _, operator) = stage.call(KEPT);
    let watched = |stage: &Stage, connection| {
        stage
            .told(connection)
            .iter()
            .rev()
            .find_map(|one| match one {
                ToConnection::Watch { pulse } => Some(pulse.clone()),
                _ => None,
            })
    };
    assert!(watched(&stage, citizen).is_none());
    let connected = stage.connect_citizen(citizen);
    let told = watched(&stage, citizen).unwrap();
    let last = stage.felt.last().cloned();
    assert!(
        matches!(&last, Some(Command::Feel { peer, pulse, .. }) if *peer == connected && *pulse == told),
        "{last:?}"
    );
    assert!(watched(&stage, operator).is_none());
}
