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

#[test]
fn statements_that_the_lease_file_cannot_keep_are_not_written() {
    let conf = CONF.to_owned()
        + "host quoted { hardware ethernet 02:00:00:00:00:d5; fixed-address 10.1.0.205; option host-name \"a\\\"b\"; }\n\
           host path { hardware ethernet 02:00:00:00:00:d6; option root-path \"C:\\\\x41\"; }\n";
    let site = Site::start(&Net::new(), &conf, b"");
    let before = site.dhcpd.leases();
    site.put("declared.conf", &conf);
    let own = site.apply("declared.conf", &["--plan"]);
    assert_eq!(own.end, End::Exit(0), "{}", said(&own));
    assert!(said(&own).contains("nothing to change, 6 as they should be"), "{}", said(&own));
    for format in ["csv", "json", "jsonl", "dhcpd"] {
        let conf = site.path("declared.conf").display().to_string();
        let exported = site.run(["export", "--format", format, "--conf", &conf]).within(&site.net);
        assert_eq!(exported.end, End::Exit(0), "{}", said(&exported));
        let file = format!("own.{}", if format == "dhcpd" { "conf" } else { format });
        site.put(&file, exported.stdout);
        let own = said(&site.apply(&file, &["--plan"]));
        assert!(own.contains("nothing to change, 6 as they should be"), "{format}: {own}");
    }
    site.put("moved.csv", "name,addresses\nquoted,10.1.0.206\npath,10.1.0.207\nplain,10.1.0.208\n");
    site.put(
        "other.conf",
        "group say { option host-name \"g\\\"h\"; host in { hardware ethernet 02:00:00:00:00:e1; } }\n\
         host one { hardware ethernet 02:00:00:00:00:e2; option domain-name \"x\\\"; filename \\\"y\"; }\n\
         host two { hardware ethernet 02:00:00:00:00:e3; filename \"\\\\\\\\server\\\\x\"; }\n\
         host sound { hardware ethernet 02:00:00:00:00:e4; filename \"x\\ty\"; }\n\
         host id { option dhcp-client-identifier \"a\\\"b\"; }\n",
    );
    let refused: [(&str, &[&str]); 2] = [
        (
            "moved.csv",
            &[
                "moved.csv:2: the host quoted: the lease file cannot keep the statements ",
                "moved.csv:3: the host path: the lease file cannot keep the statements ",
            ],
        ),
        (
            "other.conf",
            &[
                "other.conf:1: the group say: the lease file cannot keep the statements ",
                "other.conf:2: the host one: the lease file cannot keep the statements ",
                "other.conf:3: the host two: the lease file cannot keep the statements ",
            ],
        ),
    ];
    for (file, expected) in refused {
        let outcome = site.apply(file, &[]);
        let told = text(&outcome.stderr);
        assert_eq!(outcome.end, End::Exit(2), "{told}");
        for words in expected {
            let line = told.lines().find(|line| line.contains(words));
            assert!(line.is_some_and(|line| line.contains("cannot hold quotes or backslashes")), "{words}: {told}");
        }
        assert!(told.contains(&format!("{} things are wrong", expected.len())), "{told}");
        assert_eq!(site.dhcpd.leases(), before, "{file}");
    }
    let outcome = site.run(["host", "set", "quoted", "--ip", "10.1.0.206"]).within(&site.net);
    assert_eq!(outcome.end, End::Exit(1), "{}", said(&outcome));
    assert!(said(&outcome).contains("the lease file cannot keep the statements"), "{}", said(&outcome));
    assert_eq!(site.dhcpd.leases(), before);
    site.put("gone.csv", "name,absent\nquoted,yes\n");
    let told = said(&site.apply("gone.csv", &[]));
    assert!(told.contains("cannot bring back") && told.contains("1 removed"), "{told}");
}

#[test]
fn a_group_with_a_name_has_what_the_groups_around_it_say() {
    let site = Site::start(&Net::new(), bulk::site::CONF, b"");
    site.put(
        "nested.conf",
        "group { filename \"outer\"; server-name \"s\"; group rack { filename \"rack\";\n\
         host one { hardware ethernet 02:00:00:00:00:e1; } } }\n",
    );
    site.applied("nested.conf", &[]);
    let leases = text(&site.dhcpd.leases());
    let expected = "server.filename = \"outer\";\n        supersede server.server-name = \"s\";\n        \
                    supersede server.filename = \"rack\";\n}";
    assert!(leases.contains(expected), "{leases}");
    let again = site.applied("nested.conf", &["--plan"]);
    assert!(again.contains("nothing to change, 2 as they should be"), "{again}");
    let conf = site.path("nested.conf").display().to_string();
    let exported = site.run(["export", "--format", "csv", "--conf", &conf]).within(&site.net);
    site.put("exported.csv", exported.stdout);
    let again = site.applied("exported.csv", &["--plan"]);
    assert!(again.contains("nothing to change, 2 as they should be"), "{again}");
}

#[test]
fn taking_back_leaves_what_was_not_added() {
    let site = Site::start(&Net::new(), bulk::site::CONF, b"");
    let stale = site.put("stale.leases", site.dhcpd.leases()).display().to_string();
    apply(&site, "name,mac\ntheirs,02:00:00:00:00:e1\n");
    site.put("both.csv", "name,mac\ntheirs,02:00:00:00:00:e2\nours,02:00:00:00:00:e3\n");
    let undo = site.path("undo").display().to_string();
    for _ in 0..2 {
        let outcome = site.apply("both.csv", &["--undo", &undo, "--leases", &stale]);
        assert_eq!(outcome.end, End::Exit(1), "{}", said(&outcome));
    }
    let told = site.applied("undo", &[]);
    assert!(told.contains("removed host ours") && told.contains("1 removed"), "{told}");
    let found = site.asked(&[("name", "\"theirs\"".to_owned()), ("name", "\"ours\"".to_owned())]);
    assert_eq!(found, [Some("theirs".to_owned()), None]);
}

#[test]
fn a_lease_file_that_is_damaged_is_told_of() {
    let site = Site::start(&Net::new(), bulk::site::CONF, b"");
    let damaged = "host hidden {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:e1;\n  supersede host-name = \"a\"b\";\n}\n\
                   host seen {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:e2;\n}\n";
    let leases = site.put("damaged.leases", damaged).display().to_string();
    site.put("wanted.csv", "name,mac\nseen,02:00:00:00:00:e2\n");
    let words = "1 block of its lease file cannot be read";
    let outcome = site.apply("wanted.csv", &["--plan", "--leases", &leases]);
    assert!(text(&outcome.stderr).contains(words), "{}", said(&outcome));
    let wanted = site.path("wanted.csv").display().to_string();
    let outcome = site.run(["diff", "files", &wanted, "--leases", &leases]).within(&site.net);
    assert!(text(&outcome.stderr).contains(words), "{}", said(&outcome));
    let outcome = site.run(["diff", &wanted, &wanted, "--leases", &leases]).within(&site.net);
    assert_eq!(said(&outcome), "");
}

#[test]
fn an_undo_file_whose_last_line_is_cut_off_is_taken() {
    let site = Site::start(&Net::new(), bulk::site::CONF, b"");
    apply(&site, "name,mac\none,02:00:00:00:00:e1\ntwo,02:00:00:00:00:e2\n");
    let whole = "{\"absent\":true,\"kind\":\"host\",\"name\":\"one\",\"undo\":true}\n";
    let other = "{\"absent\":true,\"kind\":\"host\",\"name\":\"tw\u{f6}\",\"undo\":true}";
    for cut in 1..other.len() - 1 {
        site.put("back.jsonl", [whole.as_bytes(), &other.as_bytes()[..cut]].concat());
        let told = said(&site.apply("back.jsonl", &["--plan"]));
        assert!(
            told.contains("back.jsonl:2: the last line is cut off") && told.contains("1 to remove"),
            "{cut}: {told}"
        );
    }
    // Any other file is wrong then.
    site.put("wanted.jsonl", "{\"name\":\"one\",\"absent\":true}\n{\"name\":\"two\",");
    assert_eq!(site.apply("wanted.jsonl", &[]).end, End::Exit(2));
}

#[test]
fn what_the_lease_file_cannot_keep_is_not_written_on_the_way_either() {
    let conf = bulk::site::CONF.to_owned()
        + "group g { filename \"x\"; }\n\
           group wds { filename \"boot\\\\x64\\\\w.com\"; }\n\
           host h { hardware ethernet 02:00:00:00:00:d1; fixed-address 10.1.0.201; group \"g\"; option host-name \"a\\\"b\"; }\n\
           host k { hardware ethernet 02:00:00:00:00:d2; fixed-address 10.1.0.202; }\n\
           host m { hardware ethernet 02:00:00:00:00:d3; group \"wds\"; }\n";
    let site = Site::start(&Net::new(), &conf, b"");
    let before = site.dhcpd.leases();
    let swapped = "kind,name,addresses,statements,absent\n";
    for (file, rest) in [
        // While the group changes, its host has another one.
        ("group.csv", "group,g,,filename \"y\";,\nhost,h,,,yes\n"),
        // For a moment it has no address.
        ("swap.csv", "host,h,10.1.0.202,filename \"z\";,\nhost,k,10.1.0.201,,\n"),
    ] {
        site.put(file, format!("{swapped}{rest}"));
        let outcome = site.apply(file, &[]);
        assert_eq!(outcome.end, End::Exit(2), "{file}: {}", said(&outcome));
        assert!(
            said(&outcome).contains("the host h: the lease file cannot keep the statements `"),
            "{file}: {}",
            said(&outcome)
        );
        assert_eq!(site.dhcpd.leases(), before, "{file}");
    }

    // A host that is made anew in vain comes back without them.
    apply(&site, "name,mac\nother,02:00:00:00:00:e1\n");
    let stale = site.put("stale.leases", before.clone()).display().to_string();
    site.put("mac.csv", "name,mac,statements\nh,02:00:00:00:00:e1,\n");
    let told = said(&site.apply("mac.csv", &["--leases", &stale]));
    assert!(told.contains("it is there again, without its statements"), "{told}");
    assert!(!text(&site.dhcpd.leases()).contains("host-name"), "{}", text(&site.dhcpd.leases()));

    // A group whose statements cannot be said comes back with some, as its hosts name it.
    let back = site.path("back.jsonl").display().to_string();
    site.put("gone.csv", "kind,name,absent\ngroup,wds,yes\nhost,m,yes\n");
    let told = said(&site.apply("gone.csv", &["--undo", &back]));
    assert!(told.contains("the group wds has statements in dhcpd.conf that cannot be said over OMAPI"), "{told}");
    site.applied("back.jsonl", &[]);
    let state = State::of_leases(&site.dhcpd.leases());
    assert_eq!(state.hosts["m"].group.as_deref(), Some("wds"));
}
