#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| media_stream::fuzz::turn(bytes));
