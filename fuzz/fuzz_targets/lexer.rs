//! libFuzzer's way into `targets/lexer.rs`.
#![no_main]

#[path = "../targets/lexer.rs"]
mod lexer;
#[path = "../targets/prng.rs"]
mod prng;

libfuzzer_sys::fuzz_target!(|data: &[u8]| lexer::run(data));
