//! libFuzzer's way into `targets/session.rs`.
#![no_main]

#[path = "../targets/prng.rs"]
mod prng;
#[path = "../targets/session.rs"]
mod session;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session::run(data));
