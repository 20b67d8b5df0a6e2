#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signalling_http::fuzz::http(bytes));
