//! Random servers' files: a dhcpd.conf, and a lease file to go with it, made from a seed.
//!
//! - [`conf`]: networks, pools, hosts and groups;
//! - [`leases`]: blocks of leases, and [`associations`], those of DHCPv6;
//! - [`objects`]: what OMAPI leaves in a lease file;
//! - [`values`]: times, identifiers, names, all the ways that they are written;
//! - [`layout`]: white space, line ends, comments and capitals.

#![allow(dead_code, unused_imports, reason = "every test file uses its own part of this")]

mod associations;
mod conf;
pub mod layout;
mod leases;
mod objects;
#[path = "../random_scripts/random.rs"]
mod random;
mod values;

use omsh::dhcpd::Family;

pub use conf::Network;
pub use random::Random;
pub use values::now;

/// A server's files.
pub struct Files {
    pub family: Family,
    pub conf: String,
    pub leases: Vec<u8>,
    /// Whether there is a failover peer.
    pub has_peer: bool,
}

/// The seed: `OMSH_DIFF_SEED`, or a new one. It is printed, for the day that a test fails.
pub fn seed() -> u64 {
    let given = std::env::var("OMSH_DIFF_SEED").ok().map(|text| text.parse().expect("OMSH_DIFF_SEED is a number"));
    let seed = given.unwrap_or_else(|| now() as u64);
    println!("OMSH_DIFF_SEED={seed}");
    seed
}

/// How many files to try: the number in that variable, or else `count`.
pub fn count(variable: &str, count: u64) -> u64 {
    std::env::var(variable).ok().map_or(count, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// DHCPv4, in all that a file may look like.
pub fn any(seed: u64, index: u64) -> Files {
    let mut random = Random::new(seed, index);
    let network = Network::random(&mut random);
    let mut writer = layout::Writer::new(layout::Layout::any(&mut random), &mut random);
    objects::write(&network, &mut writer);
    leases::write(&network, leases::Kind::Any, &mut writer);
    Files { family: Family::V4, leases: writer.finish(), has_peer: network.has_peer, conf: network.text() }
}

/// DHCPv4, in the form in which dhcpd writes it and with nothing in it that other programs cannot read.
pub fn plain(seed: u64, index: u64) -> Files {
    let mut random = Random::new(seed, index);
    let network = Network::random(&mut random).without_oddities();
    let mut writer = layout::Writer::new(layout::Layout::Tidy, &mut random);
    leases::write(&network, leases::Kind::Plain, &mut writer);
    Files { family: Family::V4, leases: writer.finish(), has_peer: network.has_peer, conf: network.text() }
}

/// DHCPv6, in all that a file may look like.
pub fn any6(seed: u64, index: u64) -> Files {
    let mut random = Random::new(seed, index);
    let layout = layout::Layout::any(&mut random);
    let mut writer = layout::Writer::new(layout, &mut random);
    associations::write(&mut writer);
    Files { family: Family::V6, leases: writer.finish(), has_peer: false, conf: associations::CONF.to_owned() }
}
