//! Events are records (docs/decisions/0003-journal-records.md): what was once written is read for ever.

use std::collections::BTreeSet;

use queue::Event;

/// One of every fact, as first written. Lines may be added; one that is there is never changed.
const VECTORS: &str = include_str!("vectors/events-v1.jsonl");

#[test]
fn every_fact_is_read_and_written_as_it_was_first_written() {
    let mut seen = BTreeSet::new();
    for line in VECTORS.lines() {
        let event: Event =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        seen.insert(event.fact.name());
    }
    assert_eq!(seen.len(), 40, "one of every fact: {seen:?}");
}

#[test]
fn the_name_of_a_fact_is_the_one_it_is_kept_under() {
    for line in VECTORS.lines() {
        let event: Event = serde_json::from_str(line).unwrap();
        let kept: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(kept["fact"], event.fact.name());
    }
}

#[test]
fn an_event_with_an_unknown_fact_is_refused() {
    let refused = serde_json::from_str::<Event>(r#"{"at":1,"fact":"teleported","visit":1}"#);
    assert!(refused.is_err());
}
