//! libFuzzer's way into `targets/leases.rs`.
#![no_main]

#[path = "../targets/leases.rs"]
mod leases;
#[path = "../targets/prng.rs"]
mod prng;

libfuzzer_sys::fuzz_target!(|data: &[u8]| leases::run(data));
