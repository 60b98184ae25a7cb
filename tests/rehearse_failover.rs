//! Leases that are shared with a failover peer, and named groups, in dhcpd and in a rehearsal: the
//! same is shown and the same is written.

mod support;

use support::dhcpd::Dhcpd;
use support::net::Net;
use support::rehearsal::RehearsalServer;
use support::run::Run;
use support::{confs, mask};

const SCRIPT: &str = r#"connect
new failover-state
set name = "f"
open
set mclt = 5
update
refresh
close
new lease
set ip-address = 10.1.1.11
open
set state = 1
update
refresh
close
new lease
set ip-address = 10.1.1.12
open
set state = 7
update
refresh
close
new host
set name = "h"
open
set ip-address = 10.1.1.50
update
close
new host
set name = "two"
open
update
close
new host
set name = "h2"
set group = "named"
set hardware-address = 1:2:3:4:5:6
set hardware-type = 1
create
set statements = "filename \"y\";"
update
close
new group
set name = "named"
open
remove
close
new group
set name = "named"
set statements = "filename \"z\";"
create
"#;

#[test]
fn leases_and_groups_go_the_same_way_with_a_failover_peer() {
    let (conf, leases) = (confs::conf("failover"), confs::leases("failover"));
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, &conf, &leases);
    let real = shown(&net);
    let real_leases = written(&dhcpd.leases_written());
    drop(dhcpd);
    let server = RehearsalServer::start(&net, &conf, &leases);
    let ours = shown(&net);
    assert_eq!(real, ours);
    assert_eq!(real_leases, written(&server.leases_written()));
    assert!(real_leases.contains("binding state backup;") && real_leases.contains("group named {"), "{real_leases}");
}

/// What omshell prints, but for what differs on purpose and for times.
fn shown(net: &Net) -> String {
    let outcome = Run::omshell().stdin(SCRIPT).within(net);
    let text = String::from_utf8(outcome.stdout).expect("text");
    let differs = |line: &&str| {
        ["partner-address", "local-address", "partner-stos", "local-stos"].iter().any(|name| line.starts_with(name))
    };
    assert!(text.lines().any(|line| line.starts_with("load-balance-hba = ff:ff")), "{text}");
    text.lines().filter(|line| !differs(line)).collect::<Vec<_>>().join("\n")
}

fn written(leases: &[u8]) -> String {
    String::from_utf8_lossy(&mask::times(leases)).into_owned()
}
