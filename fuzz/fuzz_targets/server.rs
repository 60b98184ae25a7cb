//! libFuzzer's way into `targets/server.rs`.
#![no_main]

#[path = "../targets/prng.rs"]
mod prng;
#[path = "../targets/server.rs"]
mod server;

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::run(data));
