//! `omsh apply` where somebody else has changed hosts since the plan was made: they are left alone, what they have is not
//! given to others, and what is half done because of that is told.

mod bulk;
mod support;

use std::path::PathBuf;

use bulk::State;
use bulk::site::{CONF, Site};
use support::net::Net;
use support::run::{End, Outcome};

fn block(kind: &str, name: &str, lines: &str) -> String {
    format!("{kind} {name} {{\n  dynamic;\n  {lines}\n}}\n")
}

/// A dhcpd with this lease file, of which a part becomes what a table says, and the lease file as it was before.
fn changed(before: &str, meanwhile: &str) -> (Site, PathBuf) {
    let site = Site::start(&Net::new(), CONF, before.as_bytes());
    site.put("meanwhile.csv", meanwhile);
    site.applied("meanwhile.csv", &[]);
    let stale = site.put("stale.leases", before);
    (site, stale)
}

/// Applies a file by a lease file that is out of date.
fn apply(site: &Site, wanted: &str, stale: PathBuf) -> (Outcome, String) {
    let words = ["apply".into(), site.put("wanted.jsonl", wanted).into_os_string(), "--yes".into()];
    let outcome = site.run(words).environment("OMSH_LEASES", stale).within(&site.net);
    let told = [&outcome.stdout, &outcome.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat();
    (outcome, told)
}

#[test]
fn what_another_host_has_not_given_up_is_not_taken() {
    let before = block("host", "giver", "hardware ethernet 02:00:00:00:00:01;\n  fixed-address 10.1.0.1;")
        + &block("host", "known", "hardware ethernet 02:00:00:00:00:02;\n  uid \"id\";\n  fixed-address 10.1.0.2;")
        + &block("host", "taker", "uid \"taker\";")
        + &block("host", "other", "hardware ethernet 02:00:00:00:00:03;");
    let (mut site, stale) = changed(&before, "name,addresses\ngiver,10.1.0.11\nknown,10.1.0.12\n");
    let wanted = concat!(
        "{\"name\": \"giver\", \"absent\": true}\n",
        "{\"name\": \"known\", \"client_id\": null}\n",
        "{\"name\": \"taker\", \"mac\": \"02:00:00:00:00:01\"}\n",
        "{\"name\": \"other\", \"client_id\": \"id\"}\n",
    );
    let (outcome, told) = apply(&site, wanted, stale);
    assert_eq!(outcome.end, End::Exit(1), "{told}");
    for expected in [
        "cannot remove the host giver: somebody else has changed or removed it",
        "cannot change the host known: somebody else has changed or removed it",
        "cannot change the host taker: the host giver has not given up its hardware address",
        "cannot change the host other: the host known has not given up its client identifier",
        "4 refused",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let State { hosts, .. } = site.rewritten();
    assert_eq!((hosts["giver"].mac, hosts["taker"].mac), (Some([2, 0, 0, 0, 0, 1]), None));
    assert_eq!((&hosts["known"].client_id, &hosts["other"].client_id), (&Some(b"id".to_vec()), &None));
}

#[test]
fn a_group_that_is_half_changed_because_of_a_host_is_told() {
    let before = block("group", "g", "supersede server.filename = \"old\";")
        + &block("host", "a", "hardware ethernet 02:00:00:00:00:01;\n  group \"g\";")
        + &block("host", "b", "hardware ethernet 02:00:00:00:00:02;\n  fixed-address 10.1.0.2;\n  group \"g\";");
    let (mut site, stale) = changed(&before, "name,addresses\nb,10.1.0.12\n");
    let wanted = "{\"kind\": \"group\", \"name\": \"g\", \"statements\": \"filename \\\"new\\\";\"}\n";
    let (outcome, told) = apply(&site, wanted, stale);
    assert_eq!(outcome.end, End::Exit(1), "{told}");
    assert!(told.contains("cannot change the host b: somebody else has changed or removed it"), "{told}");
    assert!(told.contains("it is half done, and the same command, given again, goes on with it"), "{told}");
    site.applied("wanted.jsonl", &[]);
    let State { hosts, groups } = site.rewritten();
    assert_eq!(
        groups.into_iter().collect::<Vec<_>>(),
        [("g".to_owned(), "supersede server.filename = \"new\";".to_owned())]
    );
    assert!(["a", "b"].iter().all(|name| hosts[*name].group.as_deref() == Some("g")), "{hosts:?}");
}

#[test]
fn a_host_that_cannot_be_made_anew_is_there_again_with_what_nobody_else_has_got() {
    let before = block("host", "a", "hardware ethernet 02:00:00:00:00:01;\n  fixed-address 10.1.0.1;")
        + &block("host", "b", "hardware ethernet 02:00:00:00:00:02;\n  fixed-address 10.1.0.2;");
    let meanwhile = "name,mac\nnew,02:00:00:00:00:09\n";
    // What `a` is to have beside the hardware address that is taken, what is told of it, and what both have then.
    for (address, told_of_a, of_a, of_b) in [
        ("10.1.0.3", "; it is as it was", "10.1.0.1", "10.1.0.2"),
        ("10.1.0.2", "; it is there again, without the addresses that other hosts have got", "", "10.1.0.1"),
    ] {
        let (mut site, stale) = changed(&before, meanwhile);
        let wanted = format!(
            "{{\"name\": \"a\", \"mac\": \"02:00:00:00:00:09\", \"addresses\": [\"{address}\"]}}\n\
             {{\"name\": \"b\", \"addresses\": [\"10.1.0.1\"]}}\n"
        );
        let (outcome, told) = apply(&site, &wanted, stale);
        assert_eq!(outcome.end, End::Exit(1), "{told}");
        let of_host = told.lines().find(|line| line.contains("cannot make anew the host a"));
        assert!(of_host.is_some_and(|line| line.ends_with(told_of_a)), "{told}");
        let is_kept = told.contains("the host a has not given up its address");
        assert_eq!(is_kept, of_b == "10.1.0.2", "{told}");
        let State { hosts, .. } = site.rewritten();
        let addresses =
            |name: &str| hosts[name].addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!((addresses("a").as_str(), addresses("b").as_str()), (of_a, of_b), "{told}");
        assert_eq!(hosts["a"].mac, Some([2, 0, 0, 0, 0, 1]));
    }
}
