//! The dhcpd configurations (`tests/confs/NAME.conf`) and seed leases (`tests/confs/NAME.leases`).
//!
//! `base` has no key; the six `key-…` ones are the same but for a key of that algorithm.

use std::fs;
use std::path::PathBuf;

/// All configurations but `failover`, which has a failover peer and other hosts.
pub const NAMES: [&str; 7] = ["base", "key-md5", "key-sha1", "key-sha224", "key-sha256", "key-sha384", "key-sha512"];

/// The dhcpd.conf of that name.
pub fn conf(name: &str) -> String {
    String::from_utf8(load(&format!("{name}.conf"))).expect("a configuration in plain text")
}

/// The lease file of that name.
pub fn leases(name: &str) -> Vec<u8> {
    load(&format!("{name}.leases"))
}

fn load(file: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/confs").join(file);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
