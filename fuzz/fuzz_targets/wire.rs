#![no_main]

use signalling::protocol::{citizen::FromCitizen, operator::FromOperator};

// Wire messages of each role: what is read can be said again, and means the same.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = serde_json::from_slice::<FromCitizen>(bytes) {
        let text = serde_json::to_string(&message).expect("a message of ours");
        assert_eq!(
            serde_json::from_str::<FromCitizen>(&text).ok(),
            Some(message)
        );
    }
    if let Ok(message) = serde_json::from_slice::<FromOperator>(bytes) {
        let text = serde_json::to_string(&message).expect("a message of ours");
        assert_eq!(
            serde_json::from_str::<FromOperator>(&text).ok(),
            Some(message)
        );
    }
});
