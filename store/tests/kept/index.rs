//! What can be searched is found.

use queue::{Command, Purpose, Timestamp, VisitCode, VisitId};
use store::{CodeSearched, Search};

use crate::kit::{NOON, Town, days};

#[test]
fn a_visit_is_found_by_day_and_by_either_code() {
    let mut town = Town::found();
    let yesterday = Timestamp(NOON.0 - 86_400_000);
    // The clock of an office never goes back: the first one sets the day.
    let mut visits = Vec::new();
    for code in 0..3 {
        let visit = town.take_turn(code, NOON);
        town.send(&Command::Confirm { visit }, NOON);
        visits.push(visit);
    }
    assert!(yesterday < NOON);
    let found = town.store.search(&days(0, 0), 10).unwrap();
    let ids: Vec<_> = found.lines.iter().map(|line| line.visit).collect();
    assert_eq!(ids, [visits[2], visits[1], visits[0]], "newest first");
    assert!(!found.more);
    let found = town.store.search(&days(0, 0), 2).unwrap();
    assert_eq!((found.lines.len(), found.more), (2, true));
    assert!(
        town.store
            .search(&days(-3, -1), 10)
            .unwrap()
            .lines
            .is_empty()
    );
    assert!(
        town.store.search(&days(1, 0), 10).unwrap().lines.is_empty(),
        "no such range"
    );
    let by = |code| Search {
        code: Some(code),
        ..days(-30, 30)
    };
    let turno = CodeSearched::Turno(VisitCode::from_random([1; 12]));
    let display = CodeSearched::Display("A3".parse().unwrap());
    let one = |search: &Search| {
        let lines = town.store.search(search, 10).unwrap().lines;
        lines.iter().map(|line| line.visit).collect::<Vec<_>>()
    };
    assert_eq!(one(&by(turno)), [visits[1]]);
    assert_eq!(one(&by(display)), [visits[2]]);
    let nobody = CodeSearched::Display("A33".parse().unwrap());
    assert!(one(&by(nobody)).is_empty(), "A3 is not A33");
}

#[test]
fn a_test_is_found_by_its_own_code_only() {
    let mut town = Town::found();
    let test = town.take(1, Purpose::Test, NOON);
    town.send(&Command::Confirm { visit: test }, NOON);
    let visit = town.take_turn(2, NOON);
    let found = |code, count| {
        let search = Search {
            code,
            ..days(-30, 30)
        };
        let found = town.store.search(&search, count).unwrap();
        let ids: Vec<_> = found.lines.iter().map(|line| line.visit).collect();
        (ids, found.more)
    };
    assert_eq!(found(None, 1), (vec![visit], false));
    let shown = town.store.line(test).unwrap().unwrap().display.unwrap();
    assert_eq!(
        found(Some(CodeSearched::Display(shown)), 1),
        (Vec::new(), false)
    );
    let code = CodeSearched::Turno(VisitCode::from_random([1; 12]));
    assert_eq!(found(Some(code), 1), (vec![test], false));
}

#[test]
fn a_line_and_a_timeline_tell_what_happened() {
    let mut town = Town::found();
    let visit = town.take_turn(1, NOON);
    town.send(&Command::Confirm { visit }, NOON);
    town.send(&Command::Abandon { visit }, Timestamp(NOON.0 + 5));
    town.send(&Command::Forget { visit }, Timestamp(NOON.0 + 6));
    let names: Vec<_> = town
        .store
        .timeline(visit)
        .unwrap()
        .iter()
        .map(|event| event.fact.name())
        .collect();
    assert_eq!(
        names,
        [
            "turn_taken",
            "line_back",
            "confirmed",
            "abandoned",
            "forgotten"
        ]
    );
    let line = town.store.line(visit).unwrap().unwrap();
    assert_eq!(
        (line.last.as_str(), line.display),
        ("abandoned", Some("A1".parse().unwrap()))
    );
    assert_eq!(town.store.line(VisitId(77)).unwrap(), None);
}
