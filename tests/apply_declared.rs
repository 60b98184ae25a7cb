//! `omsh apply` and what dhcpd makes of hosts in its own way: those that dhcpd.conf declares, client identifiers among the
//! statements, several addresses, addresses of several hosts, and names that differ in case.

mod bulk;
mod support;

use bulk::site::Site;
use bulk::{Host, State, mac};
use support::net::Net;
use support::run::{End, Outcome};

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\n\
    subnet 10.1.0.0 netmask 255.255.0.0 { filename \"around\"; host within { hardware ethernet 02:00:00:00:00:d3; } }\n\
    host plain { hardware ethernet 02:00:00:00:00:d1; fixed-address 10.1.0.201; }\n\
    host byid { option dhcp-client-identifier \"by-id\"; fixed-address 10.1.0.202; }\n\
    group { filename \"of-group\"; host grouped { hardware ethernet 02:00:00:00:00:d4; } }\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn said(outcome: &Outcome) -> String {
    text(&outcome.stdout) + &text(&outcome.stderr)
}

/// Applies a table twice: the second time it wants nothing. What the first one says.
#[track_caller]
fn apply(site: &Site, table: &str) -> String {
    site.put("wanted.csv", table);
    let outcome = site.apply("wanted.csv", &[]);
    assert_eq!(outcome.end, End::Exit(0), "{}", said(&outcome));
    let again = site.apply("wanted.csv", &["--plan"]);
    assert_eq!(again.end, End::Exit(0), "{}", said(&again));
    let planned = text(&again.stdout);
    assert!(planned.contains("nothing to change"), "the same again: {planned}\nbefore: {}", said(&outcome));
    said(&outcome)
}

#[test]
fn a_declared_host_is_changed_with_a_warning_and_removed_for_good() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    let told = apply(&site, "name,addresses\nplain,10.1.0.211\n");
    assert!(told.contains("wanted.csv:2: dhcpd.conf declares the host plain"), "{told}");
    assert!(told.contains("changed host plain"), "{told}");
    let now = State::of_leases(&site.dhcpd.leases());
    assert_eq!(now.hosts["plain"].addresses, ["10.1.0.211".parse().expect("an address")] as [std::net::Ipv4Addr; 1]);
    let told = apply(&site, "name,absent\nplain,yes\nbyid,yes\n");
    assert!(told.contains("2 removed"), "{told}");
    site.dhcpd.restart();
    site.dhcpd.restart();
    let found = site.asked(&[
        ("name", "\"plain\"".to_owned()),
        ("name", "\"byid\"".to_owned()),
        ("name", "\"within\"".to_owned()),
    ]);
    assert_eq!(found, [None, None, Some("within".to_owned())]);
    let told =
        apply(&site, "name,mac,addresses,client_id\nplain,02:00:00:00:00:d1,10.1.0.201,\nbyid,,10.1.0.202,by-id\n");
    assert!(told.contains("2 added"), "{told}");
    let found = site.asked(&[
        ("hardware-address", "02:00:00:00:00:d1".to_owned()),
        ("dhcp-client-identifier", "\"by-id\"".to_owned()),
    ]);
    assert_eq!(found, [Some("plain".to_owned()), Some("byid".to_owned())]);
}

#[test]
fn declared_hosts_give_their_macs_and_identifiers_to_one_another() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    let told = apply(
        &site,
        "name,mac,client_id\nplain,02:00:00:00:00:d1,by-id\nbyid,02:00:00:00:00:e1,\nnew,02:00:00:00:00:e2,\n",
    );
    assert!(told.contains("1 added, 2 changed"), "{told}");
    let keys = [
        ("hardware-address", "02:00:00:00:00:d1".to_owned()),
        ("dhcp-client-identifier", "\"by-id\"".to_owned()),
        ("hardware-address", "02:00:00:00:00:e1".to_owned()),
    ];
    let expected = ["plain", "plain", "byid"].map(|name| Some(name.to_owned()));
    assert_eq!(site.asked(&keys), expected);
    site.dhcpd.restart();
    assert_eq!(site.asked(&keys), expected);
    // What a group without a name gives a host goes with it, and what a subnet does would be lost.
    apply(&site, "name,mac\ngrouped,02:00:00:00:00:e4\n");
    site.put("within.csv", "name,mac\nwithin,02:00:00:00:00:e3\n");
    let outcome = site.apply("within.csv", &[]);
    assert_eq!(outcome.end, End::Exit(2), "{}", said(&outcome));
    assert!(said(&outcome).contains("within.csv:2: the host within would have to be made anew"), "{}", said(&outcome));
    let state = site.rewritten();
    assert_eq!(state.hosts["grouped"].statements, "supersede server.filename = \"of-group\";");
}

#[test]
fn pruning_says_which_declared_hosts_it_removes() {
    let site =
        Site::start(&Net::new(), CONF, b"host dynamic {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n}\n");
    site.put("wanted.csv", "name,mac\nnew,02:00:00:00:00:05\n");
    let outcome = site.apply("wanted.csv", &["--prune", "--plan"]);
    let told = said(&outcome);
    for name in ["plain", "byid", "within", "grouped", "dynamic"] {
        assert!(told.contains(&format!("would be removed: host {name}")), "{told}");
    }
    assert!(told.contains("the host within has what"), "{told}");
    assert!(told.contains("4 of the hosts that are removed are declared in dhcpd.conf"), "{told}");
}

#[test]
fn a_client_identifier_among_the_statements_is_the_hosts() {
    let mut site = Site::start(
        &Net::new(),
        CONF,
        b"host a {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n  supersede host-name = \"a\";\n}\n",
    );
    let statements = "\"option dhcp-client-identifier \"\"x\"\"; filename \"\"f\"\";\"";
    // Whether the host is added, changed or made anew.
    for table in [
        format!("name,mac,statements\nnew,02:00:00:00:00:05,{statements}\n"),
        format!("name,mac,client_id,statements\nnew,02:00:00:00:00:06,x,{statements}\n"),
        "name,client_id,statements\nnew,y,filename \"\"g\"\";\n".replace("\"\"", "\""),
        format!("name,mac,statements\nnew,02:00:00:00:00:06,{statements}\n"),
        format!("name,absent,mac,statements\nnew,yes,,\na,,02:00:00:00:00:02,{statements}\n"),
    ] {
        apply(&site, &table);
        site.dhcpd.restart();
        apply(&site, &table);
    }
    let found = site.asked(&[("dhcp-client-identifier", "\"x\"".to_owned())]);
    assert_eq!(found, [Some("a".to_owned())]);
    site.put("wrong.csv", format!("name,mac,client_id,statements\na,02:00:00:00:00:02,other,{statements}\n"));
    let outcome = site.apply("wrong.csv", &[]);
    assert_eq!(outcome.end, End::Exit(2), "{}", said(&outcome));
    assert!(said(&outcome).contains("wrong.csv:2: client_id: "), "{}", said(&outcome));
    // As dhcpd.conf says it.
    site.put(
        "other.conf",
        "host a { hardware ethernet 02:00:00:00:00:03; option dhcp-client-identifier \"z\"; filename \"h\"; }\n",
    );
    site.applied("other.conf", &[]);
    let told = site.applied("other.conf", &[]);
    assert!(told.contains("1 as they should be already") && told.lines().count() == 1, "{told}");
    let found = site.asked(&[("dhcp-client-identifier", "\"z\"".to_owned())]);
    assert_eq!(found, [Some("a".to_owned())]);
}

#[test]
fn hosts_may_have_several_addresses_and_share_them_where_that_is_said() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    apply(&site, "name,mac,addresses\na,02:00:00:00:00:01,10.1.0.1 10.1.0.2\nb,02:00:00:00:00:02,10.1.0.3\n");
    apply(&site, "name,addresses\na,10.1.0.2 10.1.0.3\nb,10.1.0.1\n");
    // The first one is the one that dhcpd offers: another order is another wish.
    let told = apply(&site, "name,addresses\na,10.1.0.3 10.1.0.2\n");
    assert!(told.contains("1 changed"), "{told}");
    site.put("shared.csv", "name,addresses\nb,10.1.0.3\n");
    let outcome = site.apply("shared.csv", &[]);
    assert_eq!(outcome.end, End::Exit(2), "{}", said(&outcome));
    assert!(said(&outcome).contains("belongs to the host a already, which keeps it"), "{}", said(&outcome));
    site.applied("shared.csv", &["--share-addresses"]);
    // Who shares one already goes on sharing it.
    apply(&site, "name,addresses,statements\nb,10.1.0.3,filename \"x\";\na,10.1.0.3,\n");
    let state = site.rewritten();
    let expected = |number: u32, statements: &str| Host {
        statements: statements.to_owned(),
        ..Host::new(mac(number), "10.1.0.3".parse().expect("an address"))
    };
    assert_eq!(state.hosts["a"], expected(1, ""));
    assert_eq!(state.hosts["b"], expected(2, "supersede server.filename = \"x\";"));
}

#[test]
fn names_that_differ_in_case_are_those_of_different_hosts() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    apply(&site, "name,mac\nweb,02:00:00:00:00:01\nWEB,02:00:00:00:00:02\n");
    apply(&site, "name,mac\nweb,02:00:00:00:00:02\nWEB,02:00:00:00:00:01\n");
    let state = site.rewritten();
    assert_eq!((state.hosts["web"].mac, state.hosts["WEB"].mac), (Some(mac(2)), Some(mac(1))));
}

#[test]
fn a_declared_group_is_changed_with_a_warning_until_dhcpd_starts_again() {
    let conf = format!("{CONF}group g {{ filename \"old\"; host h {{ hardware ethernet 02:00:00:00:00:a1; }} }}\n");
    let mut site = Site::start(&Net::new(), &conf, b"");
    let table = "kind,name,statements\ngroup,g,filename \"new\";\n";
    let warning = "wanted.csv:2: dhcpd.conf declares the group g: the change stays until dhcpd is started again";
    let told = apply(&site, table);
    assert!(told.contains(warning) && told.contains("1 changed"), "{told}");
    site.dhcpd.restart();
    let told = apply(&site, table);
    assert!(told.contains(warning) && told.contains("1 changed"), "{told}");
    let told = apply(&site, "kind,name,statements\ngroup,new,filename \"a\";\n");
    assert!(!told.contains("declares"), "{told}");
    site.dhcpd.restart();
    let told = apply(&site, "kind,name,statements\ngroup,new,filename \"a\";\n");
    assert!(told.contains("1 as they should be"), "{told}");
}

#[test]
fn statements_that_cannot_be_said_over_omapi_do_not_stand_in_the_way_back() {
    let conf =
        format!("{CONF}host quoted {{ hardware ethernet 02:00:00:00:00:d5; option host-name \"of \\\"q\\\"\"; }}\n");
    let site = Site::start(&Net::new(), &conf, b"");
    site.put("wanted.csv", "name,absent\nplain,yes\nquoted,yes\n");
    let back = site.path("back.jsonl").display().to_string();
    let outcome = site.apply("wanted.csv", &["--undo", &back]);
    assert_eq!(outcome.end, End::Exit(0), "{}", said(&outcome));
    let told = said(&outcome);
    assert!(told.contains("wanted.csv:3: the host quoted has statements in dhcpd.conf that cannot be"), "{told}");
    assert!(!told.contains("the host plain has"), "{told}");
    let outcome = site.apply("back.jsonl", &[]);
    assert_eq!(outcome.end, End::Exit(0), "{}", said(&outcome));
    let state = State::of_leases(&site.dhcpd.leases());
    assert_eq!(state.hosts["plain"].addresses.len(), 1);
    assert_eq!(
        (state.hosts["quoted"].mac, state.hosts["quoted"].statements.as_str()),
        (Some([2, 0, 0, 0, 0, 0xd5]), "")
    );
}
