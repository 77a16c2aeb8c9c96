#![no_main]

#[path = "../src/streams.rs"]
#[expect(dead_code, reason = "each target is one of its functions")]
mod streams;

libfuzzer_sys::fuzz_target!(|data: &[u8]| streams::openai(data));
