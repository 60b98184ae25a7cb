//! pypureomapi, unmodified, finds in a rehearsal what it finds in a real dhcpd: all of its calls, with
//! and without a key.

mod support;

use support::dhcpd::Dhcpd;
use support::net::Net;
use support::rehearsal::RehearsalServer;
use support::run::{End, Run};
use support::{PYTHON, confs, mask};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pypureomapi/transcript.py");

#[test]
fn without_a_key() {
    compare("base", &[]);
}

#[test]
fn with_a_key() {
    let conf = confs::conf("key-md5");
    let secret = conf.split('"').nth(1).expect("a secret in quotes");
    compare("key-md5", &["omapi_key", secret]);
}

fn compare(conf: &str, key: &[&str]) {
    let (conf, leases) = (confs::conf(conf), confs::leases("in-use"));
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, &conf, &leases);
    let real = transcript(&net, key);
    let real_leases = masked(&dhcpd.leases_written());
    drop(dhcpd);
    let server = RehearsalServer::start(&net, &conf, &leases);
    let ours = transcript(&net, key);
    let our_leases = masked(&server.leases_written());

    assert!(real.lines().count() > 60, "the transcript is complete:\n{real}");
    let differing = real.lines().zip(ours.lines()).find(|(real, ours)| real != ours);
    assert_eq!(differing, None, "\n{ours}");
    assert_eq!(real, ours);
    assert_eq!(real_leases, our_leases);
}

fn transcript(net: &Net, key: &[&str]) -> String {
    let arguments = [SCRIPT, "127.0.0.1", "7911"].into_iter().chain(key.iter().copied());
    let outcome = Run::program(PYTHON).named("python3").arguments(arguments).within(net);
    let errors = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.end, End::Exit(0), "{errors}{}", String::from_utf8_lossy(&outcome.stdout));
    masked(&outcome.stdout)
}

fn masked(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&mask::generated_names(&mask::times(bytes))).into_owned()
}
