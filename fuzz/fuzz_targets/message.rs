//! libFuzzer's way into `targets/message.rs`.
#![no_main]

#[path = "../targets/message.rs"]
mod message;
#[path = "../targets/prng.rs"]
mod prng;

libfuzzer_sys::fuzz_target!(|data: &[u8]| message::run(data));
